//! Bad parameters, by their number in the list of bad input: one line that says what is wrong,
//! nothing put, and nothing read.

use deepgrade::event::config::ConfigEvent;
use serde_json::{Value, json};

use super::{
    bad_input::{change, refused},
    stage::Stage,
};

/// The event is understood, and what the deployer set is refused.
#[track_caller]
fn parameter_refused(name: &str, value: &str, part: &str) {
    let stage = Stage::with(1);
    for message in [stage.hour(), stage.change(0)] {
        let (summary, line) = stage.play_badly(&message.with_parameter(name, value));
        assert!(line.contains(part), "no `{part}` in: {line}");
        assert!(!line.contains("hunter2"), "{line}");
        assert_eq!(summary.put, 0);
    }
    assert_eq!(stage.report.calls(), 0);
}

#[test]
fn input_11_parameters_that_are_no_object() {
    for text in [
        "[]",
        "7",
        "\"rule\"",
        "null",
        "{\"rule\": 7}",
        "{\"rule\": null}",
    ] {
        let message = change().with("ruleParameters", text);
        refused(message.bytes(), "ruleParameters must be an object");
    }
    let twice = "{\"rule\": \"agent-is-fresh\", \"rule\": \"instance-is-clear\"}";
    refused(
        change().with("ruleParameters", twice).bytes(),
        "\"rule\" occurs twice",
    );
    refused(
        change().with("ruleParameters", json!({})).bytes(),
        "ruleParameters must be an object",
    );
    refused(
        change().with("ruleParameters", "{").bytes(),
        "ruleParameters is not valid JSON",
    );
    let stage = Stage::with(1);
    for none in [Value::Null, json!(""), json!("{}")] {
        let (_, line) = stage.play_badly(&stage.change(0).with("ruleParameters", none));
        assert!(
            line.contains("the parameter `rule` is missing; it names one of"),
            "{line}"
        );
    }
}

#[test]
fn input_12_parameters_that_are_unknown() {
    parameter_refused("policyNmae", "x", "did you mean `policyNames`?");
    parameter_refused("dsPolicy", "x", "use `policyNames`");
    parameter_refused(
        "rule",
        "instance-has-polcy",
        "did you mean `instance-has-policy`?",
    );
}

#[test]
fn inputs_13_to_18_values_that_are_refused() {
    parameter_refused("policyNames", "", "is empty");
    parameter_refused(
        "policyNames",
        &"x".repeat(10_000),
        "longer than 2,048 characters",
    );
    parameter_refused(
        "dsPassword",
        "hunter2",
        "secrets are not accepted in rule parameters",
    );
    for value in ["1", "0"] {
        parameter_refused(
            "dsIgnoreSslValidation",
            value,
            "give the Manager's private CA",
        );
    }
    for value in ["0", "-1", "1e9", "2 hours"] {
        parameter_refused(
            "maxInventoryAgeMinutes",
            value,
            "a whole number from 15 to 1440",
        );
    }
    let stage = Stage::with(1);
    let parameters = json!({"rule": "modules-are-active", "modules": "antimalware2"});
    let message = stage
        .change(0)
        .with("ruleParameters", parameters.to_string());
    let (_, line) = stage.play_badly(&message);
    assert!(
        line.contains("antiMalware, webReputation, firewall, intrusionPrevention"),
        "{line}"
    );
}

/// A secret that somebody put into a parameter is not in what a program may print of an event.
#[test]
fn parameters_and_tokens_are_not_printed() {
    let message = change()
        .with_parameter("dsPassword", "hunter2")
        .with("resultToken", "canary");
    let event = ConfigEvent::read(&message.bytes()).unwrap();
    let printed = format!("{event:?} {:?}", event.token);
    assert!(
        !printed.contains("hunter2") && !printed.contains("canary"),
        "{printed}"
    );
}
