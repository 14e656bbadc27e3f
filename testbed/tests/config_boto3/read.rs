//! Reading results.

use crate::{evaluation, ids, put, rule, start, start_with, with};
use serde_json::{Value, json};
use testbed::config::{Options, Rule};

#[test]
fn results_come_in_pages_and_by_their_words() {
    let (config, mut boto3) = start();
    let rule = rule(&config, "ds-a");
    let event = config.tick(&rule);
    let names: Vec<String> = (0..250).map(|number| format!("i-{number:03}")).collect();
    let entries: Vec<Value> = names
        .iter()
        .zip(
            ["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"]
                .into_iter()
                .cycle(),
        )
        .map(|(id, word)| evaluation(id, word))
        .collect();
    for chunk in entries.chunks(100) {
        let _ = boto3.answer("put_evaluations", put(event.token(), chunk));
    }
    let read = "get_compliance_details_by_config_rule";
    let all = boto3.pages(read, json!({"ConfigRuleName": "ds-a", "Limit": 100}));
    let shown: Vec<&str> = (names.iter().enumerate())
        .filter(|(number, _)| number % 3 != 2)
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(ids(&all), shown);
    config.forget_calls();
    let some = json!({"ConfigRuleName": "ds-a", "Limit": 42, "ComplianceTypes": ["COMPLIANT"]});
    assert_eq!(ids(&boto3.pages(read, some.clone())).len(), 84);
    assert_eq!(config.calls().len(), 2, "a full last page has no token");
    let first = boto3.answer(read, json!({"ConfigRuleName": "ds-a"}));
    assert_eq!(ids(&first).len(), 10);
    let zero = boto3.answer(read, json!({"ConfigRuleName": "ds-a", "Limit": 0}));
    assert_eq!(ids(&zero).len(), 10);
    let token = &first["NextToken"];
    for (parameters, class) in [
        (
            with(some.clone(), "NextToken", token.clone()),
            "InvalidNextTokenException",
        ),
        (
            with(some.clone(), "NextToken", json!("made-up")),
            "InvalidNextTokenException",
        ),
        (
            with(some.clone(), "Limit", json!(101)),
            "ValidationException",
        ),
        (
            with(some.clone(), "Limit", json!(-1)),
            "ValidationException",
        ),
        (
            with(some.clone(), "ComplianceTypes", json!(["FINE"])),
            "ValidationException",
        ),
        (
            with(
                some.clone(),
                "ComplianceTypes",
                json!(["INSUFFICIENT_DATA"]),
            ),
            "InvalidParameterValueException",
        ),
        (
            json!({"ConfigRuleName": "ds-b"}),
            "NoSuchConfigRuleException",
        ),
        (
            json!({"ConfigRuleName": "d".repeat(65)}),
            "ValidationException",
        ),
        (json!({}), "ValidationException"),
    ] {
        assert_eq!(boto3.error(read, parameters.clone()), class, "{parameters}");
    }
}

#[test]
fn a_resource_shows_the_results_of_all_rules_of_its_account() {
    let (config, mut boto3) = start_with(Options {
        results_by_resource: 2,
        ..Options::default()
    });
    let here = ["ds-c", "ds-a", "ds-b"].map(|name| rule(&config, name));
    let abroad = Rule::new("ds-d").hourly().region("eu-west-1");
    let abroad = config.put_rule(abroad).unwrap();
    for rule in &here {
        let entry = evaluation("i-1", "COMPLIANT");
        let parameters = put(config.tick(rule).token(), &[entry]);
        let _ = boto3.answer("put_evaluations", parameters);
    }
    let parameters = put(
        config.tick(&abroad).token(),
        &[evaluation("i-1", "COMPLIANT")],
    );
    let line = json!({"operation": "put_evaluations", "parameters": parameters});
    let _ = boto3.answer_with(with(line, "region", json!("eu-west-1")));

    let read = "get_compliance_details_by_resource";
    let resource = json!({"ResourceType": "AWS::EC2::Instance", "ResourceId": "i-1"});
    let all = boto3.pages(read, resource.clone());
    let rules: Vec<&str> = all["EvaluationResults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["EvaluationResultIdentifier"]["EvaluationResultQualifier"])
        .map(|qualifier| qualifier["ConfigRuleName"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["ds-a", "ds-b", "ds-c"]);
    let other = with(resource.clone(), "ResourceId", json!("i-2"));
    assert_eq!(boto3.answer(read, other), json!({"EvaluationResults": []}));
    for parameters in [
        json!({"ResourceType": "AWS::EC2::Instance"}),
        json!({"ResourceEvaluationId": "e-1"}),
        with(resource, "NextToken", json!("made-up")),
    ] {
        let class = boto3.error(read, parameters.clone());
        assert_eq!(class, "InvalidParameterValueException", "{parameters}");
    }
}
