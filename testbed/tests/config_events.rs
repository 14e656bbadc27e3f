//! What AWS Config sends to a function, and a function that answers over the Runtime API.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod function;

use std::collections::BTreeSet;
use std::time::Duration;

use function::function;
use serde_json::{Value, json};
use testbed::clock::MINUTE;
use testbed::config::{Compliance, Config, Event, Fault, Registered, Rule, TEST_TOKEN, item};
use testbed::runtime::{Outcome, Runtime};
use testbed::{Estate, Injection, ec2};

/// 2026-11-20T10:01:00Z
const NOW: i64 = 1_795_168_860_000;
const LONG: Duration = Duration::from_secs(60);

fn start() -> (Config, Registered, Value) {
    let config = Config::start(NOW).unwrap();
    let rule = Rule::new("ds-instance-has-policy")
        .on_change()
        .hourly()
        .parameter("rule", "instance-has-policy")
        .parameter("policyNames", "Base Linux");
    let rule = config.put_rule(rule).unwrap();
    let document = ec2::describe_instances(&Estate::seeded(1, 20));
    let instance = &document["Reservations"][0]["Instances"][0];
    let item = item(instance, "111122223333", "us-east-1", NOW - 323);
    (config, rule, item)
}

fn names(value: &Value) -> Vec<&str> {
    let members = value.as_object().unwrap();
    let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_envelope_is_that_of_a_custom_rule() {
    let (config, rule, _) = start();
    let event = config.tick(&rule);
    let mut json = event.json().clone();
    // Members of JSON have no order.
    for member in ["invokingEvent", "ruleParameters"] {
        let text = json[member].as_str().unwrap();
        json[member] = serde_json::from_str(text).unwrap();
    }
    let arn = format!(
        "arn:aws:config:us-east-1:111122223333:config-rule/{}",
        rule.id()
    );
    assert_eq!(
        json,
        json!({
            "version": "1.0",
            "invokingEvent": {
                "awsAccountId": "111122223333",
                "notificationCreationTime": "2026-11-20T10:01:00.000Z",
                "messageType": "ScheduledNotification",
                "recordVersion": "1.0",
            },
            "ruleParameters": {"policyNames": "Base Linux", "rule": "instance-has-policy"},
            "resultToken": event.token(),
            "eventLeftScope": false,
            "executionRoleArn": "arn:aws:iam::111122223333:role/config-role",
            "configRuleArn": arn,
            "configRuleName": "ds-instance-has-policy",
            "configRuleId": rule.id(),
            "accountId": "111122223333",
        })
    );
    let plain = config.put_rule(Rule::new("plain").hourly()).unwrap();
    assert_eq!(config.tick(&plain).json()["ruleParameters"], "{}");
}

#[test]
fn every_event_has_a_token_of_its_own() {
    let (config, rule, item) = start();
    let events = [
        config.change(&rule, &item),
        config.change(&rule, &item),
        config.oversized(&rule, &item),
        config.deleted(&rule, &item),
        config.left_scope(&rule, &item),
        config.tick(&rule),
        config.snapshot_delivered(&rule),
        config.event(&rule, &json!({})),
    ];
    let tokens: BTreeSet<&str> = events.iter().map(Event::token).collect();
    assert_eq!(tokens.len(), events.len());
}

#[test]
fn notifications_are_those_of_their_types() {
    let (config, rule, item) = start();
    let change = config.change(&rule, &item).invoking_event();
    assert_eq!(change["messageType"], "ConfigurationItemChangeNotification");
    assert_eq!(change["configurationItem"], item);
    assert_eq!(change["recordVersion"], "1.3");

    let oversized = config.oversized(&rule, &item).invoking_event();
    assert_eq!(
        names(&oversized),
        [
            "configurationItemSummary",
            "messageType",
            "notificationCreationTime",
            "recordVersion",
            "s3DeliverySummary"
        ]
    );
    let summary = &oversized["configurationItemSummary"];
    assert_eq!(summary["resourceId"], item["resourceId"]);
    assert_eq!(summary["configurationItemStatus"], "OK");
    assert_eq!(summary["changeType"], "UPDATE");
    assert_eq!(names(summary).len(), 14);

    config.advance(MINUTE);
    let deleted = config.deleted(&rule, &item).invoking_event();
    let gone = &deleted["configurationItem"];
    assert_eq!(gone["configurationItemStatus"], "ResourceDeleted");
    assert_eq!(
        gone["configurationItemCaptureTime"],
        "2026-11-20T10:02:00.000Z"
    );
    assert_eq!(gone["configuration"], Value::Null);
    assert_eq!(names(gone), names(&item));

    let left = config.left_scope(&rule, &item);
    assert_eq!(left.json()["eventLeftScope"], true);
    assert_eq!(left.invoking_event()["configurationItem"], item);
    let snapshot = config.snapshot_delivered(&rule).invoking_event();
    assert_eq!(
        snapshot["messageType"],
        "ConfigurationSnapshotDeliveryCompleted"
    );
}

#[test]
fn an_event_can_be_made_wrong() {
    let (config, rule, item) = start();
    let event = config.change(&rule, &item);
    let wrong = event.clone().with("accountId", json!("999999999999"));
    assert_eq!(wrong.json()["accountId"], "999999999999");
    let short = event
        .clone()
        .without("ruleParameters")
        .without("resultToken");
    assert_eq!(names(short.json()).len(), 8);
    assert_eq!(short.token(), "");
    let unknown = event.clone().with_invoking_event(|event| {
        event["messageType"] = json!("FutureNotification");
    });
    assert_eq!(
        unknown.invoking_event()["messageType"],
        "FutureNotification"
    );
    assert_eq!(unknown.invoking_event()["configurationItem"], item);
    assert_eq!(event.in_test_mode().token(), TEST_TOKEN);
}

#[test]
fn a_rule_that_aws_would_refuse_is_refused() {
    let config = Config::start(NOW).unwrap();
    for rule in [
        Rule::new("no-trigger"),
        Rule::new("").hourly(),
        Rule::new(&"n".repeat(129)).hourly(),
        Rule::new(&"n".repeat(102)).hourly().in_pack(),
        Rule::new("list").hourly().parameters_text("[]"),
        Rule::new("broken").hourly().parameters_text("{"),
        Rule::new("long").hourly().parameter("p", &"v".repeat(1017)),
    ] {
        let refusal = config.put_rule(rule.clone()).unwrap_err();
        assert_eq!(refusal.kind, "InvalidParameterValueException", "{rule:?}");
    }
    let longest = Rule::new("long").hourly().parameter("p", &"v".repeat(1016));
    assert!(config.put_rule(longest).is_ok());
}

#[test]
fn a_rule_that_is_put_again_stays_and_one_that_is_made_anew_has_no_results() {
    let (config, rule, item) = start();
    let runtime = Runtime::start().unwrap();
    let _process = runtime.spawn(&function("rule").config(&config)).unwrap();
    let invoke = |event: &Event| runtime.invoke(event.json(), LONG);
    let _ = invoke(&config.change(&rule, &item));
    assert_eq!(config.results(&rule).len(), 1);
    let again = Rule::new("ds-instance-has-policy").hourly();
    let again = config.put_rule(again).unwrap();
    assert_eq!(again.id(), rule.id());
    assert_eq!(config.results(&again).len(), 1);
    config.delete_rule(&again);
    assert_eq!(config.results(&again), []);
    let anew = Rule::new("ds-instance-has-policy").hourly();
    let anew = config.put_rule(anew).unwrap();
    assert_ne!(anew.id(), rule.id());
    assert_eq!(config.results(&anew), []);
}

#[test]
fn a_function_answers_what_config_sends() {
    let (config, rule, item) = start();
    let runtime = Runtime::start().unwrap();
    let _process = runtime.spawn(&function("rule").config(&config)).unwrap();
    let instance = item["resourceId"].as_str().unwrap();
    let shown = |event: &Event| {
        let outcome = runtime.invoke(event.json(), LONG);
        assert!(matches!(outcome, Outcome::Response(_)), "{outcome:?}");
        let shown = config.result(&rule, instance)?;
        Some(shown.evaluation.compliance)
    };
    let fine = Some(Compliance::Compliant);
    assert_eq!(shown(&config.tick(&rule)), None);
    assert_eq!(shown(&config.change(&rule, &item)), fine);
    assert_eq!(shown(&config.left_scope(&rule, &item)), None);
    assert_eq!(shown(&config.change(&rule, &item)), fine);
    assert_eq!(shown(&config.deleted(&rule, &item)), None);
    assert_eq!(config.puts().len(), 4);
    let caller = ("111122223333".to_owned(), "us-east-1".to_owned());
    assert_eq!(config.calls()[0].caller, Some(caller));
}

#[test]
fn lambda_tries_an_event_three_times() {
    let (config, rule, item) = start();
    let runtime = Runtime::start().unwrap();
    let _process = runtime.spawn(&function("rule").config(&config)).unwrap();
    let invoke = |event: &Value| runtime.invoke(event, LONG);
    let throttled = Outcome::Error {
        kind: "RuntimeError".to_owned(),
        message: "ThrottlingException".to_owned(),
    };
    for (refusals, expected_errors, minutes) in [(0, 0, 0), (1, 1, 1), (2, 2, 3), (3, 3, 3)] {
        let before = config.now();
        config.inject(Injection::on("PutEvaluations", Fault::Throttled).times(refusals));
        let outcomes = config.deliver(&config.change(&rule, &item), invoke);
        let errors = outcomes.iter().filter(|outcome| **outcome == throttled);
        assert_eq!(errors.count(), expected_errors);
        assert_eq!(outcomes.len(), (expected_errors + 1).min(3));
        assert_eq!(config.now() - before, minutes * MINUTE);
        config.heal();
    }
    assert_eq!(config.puts().len(), 3);
}
