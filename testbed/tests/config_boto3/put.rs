//! Putting evaluations.

use crate::{NOW, evaluation, put, rule, start, with};
use serde_json::json;
use testbed::clock::HOUR;
use testbed::config::Compliance;

#[test]
fn what_is_put_is_shown_with_every_member() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-instance-has-policy");
    let event = config.tick(&rule);
    config.advance(1500);
    let entry = with(
        evaluation("i-1", "NON_COMPLIANT"),
        "Annotation",
        json!("Grüße"),
    );
    let entry = with(entry, "OrderingTimestamp", json!(1_795_168_800));
    let answer = boto3.answer("put_evaluations", put(event.token(), &[entry]));
    assert_eq!(answer, json!({"FailedEvaluations": []}));
    let expected = json!([{
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": "ds-instance-has-policy",
                "ResourceType": "AWS::EC2::Instance",
                "ResourceId": "i-1",
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": 1_795_168_800_000_i64,
        },
        "ComplianceType": "NON_COMPLIANT",
        "ResultRecordedTime": NOW + 1500,
        "ConfigRuleInvokedTime": NOW,
        "Annotation": "Grüße",
    }]);
    let by_rule = json!({"ConfigRuleName": "ds-instance-has-policy"});
    let by_rule = boto3.answer("get_compliance_details_by_config_rule", by_rule);
    assert_eq!(by_rule, json!({"EvaluationResults": expected}));
    let by_resource = json!({"ResourceType": "AWS::EC2::Instance", "ResourceId": "i-1"});
    let by_resource = boto3.answer("get_compliance_details_by_resource", by_resource);
    assert_eq!(by_resource, json!({"EvaluationResults": expected}));
    let shown = config.result(&rule, "i-1").unwrap();
    assert_eq!(shown.evaluation.compliance, Compliance::NonCompliant);
    assert_eq!(config.results(&rule), [shown]);
    let puts = config.puts();
    assert_eq!(puts[0].rule.as_deref(), Some("ds-instance-has-policy"));
    assert_eq!(puts[0].evaluations.len(), 1);
}

#[test]
fn every_constraint_of_an_evaluation_is_enforced() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule);
    let sound = evaluation("i-1", "COMPLIANT");
    let text = |letter: &str, count: usize| json!(letter.repeat(count));
    let without = |name: &str| {
        let mut entry = sound.clone();
        entry.as_object_mut().unwrap().remove(name);
        entry
    };
    for (entry, class) in [
        (
            with(sound.clone(), "Annotation", json!("")),
            "ValidationException",
        ),
        (
            with(sound.clone(), "Annotation", text("ü", 257)),
            "ValidationException",
        ),
        (
            with(sound.clone(), "ComplianceResourceId", json!("")),
            "ValidationException",
        ),
        (
            with(sound.clone(), "ComplianceResourceId", text("i", 769)),
            "ValidationException",
        ),
        (
            with(sound.clone(), "ComplianceResourceType", text("A", 257)),
            "ValidationException",
        ),
        (
            with(sound.clone(), "ComplianceType", json!("FINE")),
            "ValidationException",
        ),
        (without("ComplianceResourceType"), "ValidationException"),
        (without("ComplianceResourceId"), "ValidationException"),
        (without("ComplianceType"), "ValidationException"),
        (without("OrderingTimestamp"), "ValidationException"),
        (
            with(sound.clone(), "ComplianceType", json!("INSUFFICIENT_DATA")),
            "InvalidParameterValueException",
        ),
        (
            with(
                sound.clone(),
                "ComplianceResourceType",
                json!("AWS::Nowhere::Thing"),
            ),
            "InvalidParameterValueException",
        ),
    ] {
        let parameters = put(event.token(), &[sound.clone(), entry.clone()]);
        assert_eq!(boto3.error("put_evaluations", parameters), class, "{entry}");
    }
    let many = vec![sound.clone(); 101];
    let error = boto3.error_with(json!({
        "operation": "put_evaluations", "parameters": put(event.token(), &many)}));
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("'evaluations' failed to satisfy"),
        "{message}"
    );
    assert!(config.puts().is_empty() && config.results(&rule).is_empty());

    let widest = with(sound.clone(), "Annotation", text("ü", 256));
    let widest = with(widest, "ComplianceResourceId", text("i", 768));
    let mut all = vec![sound; 99];
    all.push(widest);
    let _ = boto3.answer("put_evaluations", put(event.token(), &all));
    assert_eq!(config.results(&rule).len(), 2);
    // Legal in the model, though nobody needs to send it.
    let _ = boto3.answer("put_evaluations", put(event.token(), &[]));
}

#[test]
fn a_token_is_good_for_its_rule_its_account_and_its_time() {
    let (config, mut boto3) = start();
    config.options(|options| {
        let other = ("other".to_owned(), "444455556666".to_owned());
        options.accounts.extend([other]);
    });
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule);
    let parameters = put(event.token(), &[evaluation("i-1", "COMPLIANT")]);
    let line = json!({"operation": "put_evaluations", "parameters": parameters.clone()});
    let invalid = "InvalidResultTokenException";
    let made_up = put("made-up", &[evaluation("i-1", "COMPLIANT")]);
    assert_eq!(boto3.error("put_evaluations", made_up), invalid);
    let foreign = boto3.error_with(with(line.clone(), "key", json!("other")));
    assert_eq!(foreign["class"], invalid);
    let elsewhere = boto3.error_with(with(line.clone(), "region", json!("eu-west-1")));
    assert_eq!(elsewhere["class"], invalid);
    // The same token serves several calls.
    config.advance(6 * HOUR);
    for _ in 0..2 {
        let _ = boto3.answer_with(line.clone());
    }
    config.advance(1);
    assert_eq!(boto3.error("put_evaluations", parameters.clone()), invalid);
    config.advance(-1);
    config.delete_rule(&rule);
    let gone = "NoSuchConfigRuleException";
    assert_eq!(boto3.error("put_evaluations", parameters), gone);
    assert_eq!(config.puts().len(), 2);
}

#[test]
fn test_mode_checks_and_stores_nothing() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule).in_test_mode();
    let sound = put(event.token(), &[evaluation("i-1", "COMPLIANT")]);
    let tested = with(sound.clone(), "TestMode", json!(true));
    assert_eq!(
        boto3.answer("put_evaluations", tested),
        json!({"FailedEvaluations": []})
    );
    let class = boto3.error("put_evaluations", sound);
    assert_eq!(class, "InvalidResultTokenException");
    let good = config.tick(&rule);
    let good = put(good.token(), &[evaluation("i-1", "COMPLIANT")]);
    let _ = boto3.answer("put_evaluations", with(good, "TestMode", json!(true)));
    let empty = with(evaluation("i-1", "COMPLIANT"), "Annotation", json!(""));
    let empty = with(put("TESTMODE", &[empty]), "TestMode", json!(true));
    assert_eq!(boto3.error("put_evaluations", empty), "ValidationException");
    let missing = json!({"Evaluations": [], "TestMode": true});
    assert_eq!(
        boto3.error("put_evaluations", missing),
        "ValidationException"
    );
    assert!(config.results(&rule).is_empty());
    let tested: Vec<bool> = config.puts().iter().map(|put| put.test_mode).collect();
    assert_eq!(tested, [true, true]);
}

#[test]
fn order_decides_between_results_and_not_applicable_takes_one_away() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule);
    let mut show = |word: &str, second: i64| {
        let entry = evaluation("i-1", word);
        let entry = with(entry, "OrderingTimestamp", json!(NOW / 1000 + second));
        let _ = boto3.answer("put_evaluations", put(event.token(), &[entry]));
        let shown = config.result(&rule, "i-1")?;
        Some(shown.evaluation.compliance.word())
    };
    assert_eq!(show("COMPLIANT", 10), Some("COMPLIANT"));
    assert_eq!(show("NON_COMPLIANT", 9), Some("COMPLIANT"));
    assert_eq!(show("NON_COMPLIANT", 10), Some("NON_COMPLIANT"));
    assert_eq!(show("NOT_APPLICABLE", 11), None);
    assert_eq!(show("COMPLIANT", 10), None);
    assert_eq!(show("COMPLIANT", 12), Some("COMPLIANT"));
}
