//! Describing and starting rules.

use crate::{evaluation, put, rule, start, start_with};
use serde_json::{Value, json};
use testbed::clock::MINUTE;
use testbed::config::{Options, Rule};

#[test]
fn rules_are_described_as_they_were_registered() {
    let (config, mut boto3) = start_with(Options {
        rules_by_page: 2,
        ..Options::default()
    });
    let full = Rule::new("ds-instance-has-policy")
        .on_change()
        .hourly()
        .parameter("rule", "instance-has-policy")
        .function("grade")
        .in_pack();
    let full = config.put_rule(full).unwrap();
    for name in ["other-1", "other-2"] {
        rule(&config, name);
    }
    let describe = "describe_config_rules";
    let all = boto3.pages(describe, json!({}));
    let all = all["ConfigRules"].as_array().unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(full.name().len(), "ds-instance-has-policy".len() + 27);
    let changes = [
        "ConfigurationItemChangeNotification",
        "OversizedConfigurationItemChangeNotification",
    ];
    let mut details: Vec<Value> = changes
        .map(|name| json!({"EventSource": "aws.config", "MessageType": name}))
        .into();
    details.push(
        json!({"EventSource": "aws.config", "MessageType": "ScheduledNotification",
        "MaximumExecutionFrequency": "One_Hour"}),
    );
    assert_eq!(
        all[0],
        json!({
            "ConfigRuleName": full.name(),
            "ConfigRuleArn": format!("arn:aws:config:us-east-1:111122223333:config-rule/\
                aws-service-rule/config-conforms.amazonaws.com/{}", full.id()),
            "ConfigRuleId": full.id(),
            "Description": "",
            "Scope": {"ComplianceResourceTypes": ["AWS::EC2::Instance"]},
            "Source": {
                "Owner": "CUSTOM_LAMBDA",
                "SourceIdentifier": "arn:aws:lambda:us-east-1:111122223333:function:grade",
                "SourceDetails": details,
            },
            "InputParameters": "{\"rule\":\"instance-has-policy\"}",
            "ConfigRuleState": "ACTIVE",
            "CreatedBy": "config-conforms.amazonaws.com",
            "EvaluationModes": [{"Mode": "DETECTIVE"}],
        })
    );
    let one = boto3.answer(describe, json!({"ConfigRuleNames": ["other-1"]}));
    assert_eq!(one["ConfigRules"].as_array().unwrap().len(), 1);
    let proactive = json!({"Filters": {"EvaluationMode": "PROACTIVE"}});
    assert_eq!(
        boto3.answer(describe, proactive),
        json!({"ConfigRules": []})
    );
    for (parameters, class) in [
        (
            json!({"ConfigRuleNames": ["ds-none"]}),
            "NoSuchConfigRuleException",
        ),
        (
            json!({"ConfigRuleNames": vec!["other-1"; 26]}),
            "ValidationException",
        ),
        (json!({"NextToken": "made-up"}), "InvalidNextTokenException"),
        (
            json!({"Filters": {"EvaluationMode": "ONCE"}}),
            "ValidationException",
        ),
    ] {
        assert_eq!(
            boto3.error(describe, parameters.clone()),
            class,
            "{parameters}"
        );
    }
}

#[test]
fn a_rule_starts_once_a_minute_and_calls_its_function() {
    let (config, mut boto3) = start();
    let both = rule(&config, "ds-a");
    let scheduled = config.put_rule(Rule::new("ds-b").hourly()).unwrap();
    let item = |id: &str| json!({"resourceId": id, "resourceType": "AWS::EC2::Instance"});
    for id in ["i-1", "i-2", "i-3"] {
        let _ = config.change(&both, &item(id));
    }
    let _ = config.deleted(&both, &item("i-2"));
    let start = "start_config_rules_evaluation";
    assert_eq!(
        boto3.answer(start, json!({"ConfigRuleNames": ["ds-a", "ds-b"]})),
        json!({})
    );
    let events = config.started();
    assert!(config.started().is_empty());
    let messages: Vec<(String, Value, Value)> = events
        .iter()
        .map(|event| (event.rule().name().to_owned(), event.invoking_event()))
        .map(|(name, event)| {
            let id = event["configurationItem"]["resourceId"].clone();
            (name, event["messageType"].clone(), id)
        })
        .collect();
    let change = json!("ConfigurationItemChangeNotification");
    let tick = json!("ScheduledNotification");
    let row = |name: &str, message: &Value, id: Value| (name.to_owned(), message.clone(), id);
    assert_eq!(
        messages,
        [
            row("ds-a", &change, json!("i-1")),
            row("ds-a", &change, json!("i-3")),
            row("ds-a", &tick, Value::Null),
            row("ds-b", &tick, Value::Null),
        ]
    );
    let entry = evaluation("i-1", "COMPLIANT");
    let _ = boto3.answer("put_evaluations", put(events[3].token(), &[entry]));
    assert_eq!(config.results(&scheduled).len(), 1);

    config.advance(MINUTE - 1);
    for (names, class) in [
        (json!(["ds-b"]), "LimitExceededException"),
        (json!(["ds-b", "ds-none"]), "NoSuchConfigRuleException"),
        (json!([]), "ValidationException"),
        (json!(vec!["ds-b"; 26]), "ValidationException"),
    ] {
        let parameters = json!({"ConfigRuleNames": names});
        assert_eq!(boto3.error(start, parameters), class);
    }
    config.advance(1);
    let _ = boto3.answer(start, json!({"ConfigRuleNames": ["ds-b"]}));
    assert_eq!(config.started().len(), 1, "a refused call starts nothing");
}
