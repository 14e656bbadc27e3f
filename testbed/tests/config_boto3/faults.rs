//! What goes wrong on demand.

use crate::{evaluation, put, rule, start, with};
use serde_json::json;
use testbed::config::{Compliance, Fault, Refusal};
use testbed::{FaultBody, Injection};

#[test]
fn faults_come_when_they_are_told_to() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule);
    let operation = "put_evaluations";
    let three = ["i-1", "i-2", "i-3"].map(|id| evaluation(id, "COMPLIANT"));
    let parameters = put(event.token(), &three);
    let line = json!({"operation": operation, "parameters": parameters.clone()});

    config.inject(Injection::on("PutEvaluations", Fault::Throttled).times(3));
    let error = boto3.error_with(line.clone());
    assert_eq!(error["code"], "ThrottlingException");
    // Two are left, and botocore tries three times by itself.
    let _ = boto3.answer_with(with(line.clone(), "attempts", json!(3)));
    let statuses: Vec<_> = config.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(400), Some(400), Some(400), Some(200)]);
    config.heal();

    let some = vec!["i-2".to_owned()];
    config.inject(Injection::on("PutEvaluations", Fault::FailedEvaluations(some)).times(1));
    let changed = ["i-1", "i-2", "i-3"].map(|id| evaluation(id, "NON_COMPLIANT"));
    let answer = boto3.answer(operation, put(event.token(), &changed));
    let failed = answer["FailedEvaluations"].as_array().unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["ComplianceResourceId"], "i-2");
    let words: Vec<_> = (config.results(&rule).into_iter())
        .map(|shown| shown.evaluation.compliance)
        .collect();
    let (no, yes) = (Compliance::NonCompliant, Compliance::Compliant);
    assert_eq!(words, [no, yes, no]);
    assert_eq!(config.puts().last().unwrap().failed.len(), 1);
    config.inject(Injection::on("PutEvaluations", Fault::FailedEvaluations(Vec::new())).times(1));
    let answer = boto3.answer(operation, put(event.token(), &changed));
    assert_eq!(answer["FailedEvaluations"].as_array().unwrap().len(), 3);

    let internal = Refusal {
        status: 500,
        ..Refusal::new("InternalFailure", "")
    };
    for (fault, class) in [
        (Fault::InvalidToken, "InvalidResultTokenException"),
        (Fault::Refused(internal), "ClientError"),
    ] {
        config.inject(Injection::on("Put*", fault).times(1));
        assert_eq!(boto3.error(operation, parameters.clone()), class);
    }
    assert_eq!(
        config.result(&rule, "i-1").unwrap().evaluation.compliance,
        no
    );

    let unavailable = testbed::Fault::Status(503, FaultBody::Html);
    let unavailable = Injection::on("Describe*", Fault::Http(unavailable));
    config.inject(unavailable.times(1));
    let class = boto3.error("describe_config_rules", json!({}));
    assert_eq!(class, "ClientError");

    let lost = Fault::Http(testbed::Fault::Reset);
    config.inject(
        Injection::on("PutEvaluations", lost)
            .times(1)
            .after_effect(),
    );
    let error = boto3.error_with(line);
    let class = error["class"].as_str().unwrap();
    assert!(class.starts_with("Connection"), "{error}");
    assert_eq!(config.calls().last().unwrap().status, None);
    assert_eq!(
        config.result(&rule, "i-1").unwrap().evaluation.compliance,
        yes
    );

    config.refuse_connections();
    let class = boto3.error(operation, parameters.clone());
    assert_eq!(class, "EndpointConnectionError");
    config.accept_connections();
    let _ = boto3.answer(operation, parameters);
}
