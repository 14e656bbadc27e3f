//! Bad input, by its number in the list that was made beforehand: one line that says what is
//! wrong, nothing put, and no panic.

use serde_json::{Value, json};

use super::{
    canned::instance,
    message::Message,
    stage::{Stage, start},
};
use deepgrade::event::config::ConfigEvent;
use rules::verdict::Compliance;

/// The event itself is refused.
#[track_caller]
pub(crate) fn refused(event: impl AsRef<[u8]>, part: &str) {
    let line = ConfigEvent::read(event.as_ref()).unwrap_err().to_string();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("event of AWS Config: "), "{line}");
    assert!(line.contains(part), "no `{part}` in: {line}");
}

pub(crate) fn change() -> Message {
    Message::change(&instance(0), start())
}

/// The event with a member of its item set, or removed.
fn item(name: &str, value: Value) -> Vec<u8> {
    let mut message = change();
    match value {
        Value::Null => drop(
            message.body["configurationItem"]
                .as_object_mut()
                .unwrap()
                .remove(name),
        ),
        value => message.body["configurationItem"][name] = value,
    }
    message.bytes()
}

#[test]
fn input_1_an_empty_object() {
    refused("{}", "missing invokingEvent");
    refused("[]", "missing invokingEvent");
}

#[test]
fn input_2_what_is_not_json() {
    refused("", "the event is not valid JSON (line 1, column 0)");
    refused(
        "{\"version\": \"1.0\",\n}",
        "the event is not valid JSON (line 2, column 1)",
    );
    refused(b"\xff\xfe", "the event is not valid JSON");
    for event in [json!({}), json!(7), json!(["a"])] {
        let mut message = change().envelope;
        message["invokingEvent"] = event;
        refused(message.to_string(), "invokingEvent is not valid JSON");
    }
    let mut message = change().envelope;
    message["invokingEvent"] = "{\"messageType\": ".into();
    refused(
        message.to_string(),
        "invokingEvent is not valid JSON (line 1, column 16)",
    );
}

#[test]
fn input_3_ten_megabytes() {
    let message = change().with("padding", "x".repeat(10 << 20));
    refused(message.bytes(), "is larger than 1 MiB");
}

#[test]
fn input_4_a_hundred_thousand_deep() {
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(100_000);
        refused(&deep, "the event: nesting too deep");
        let mut envelope = change().envelope;
        envelope["invokingEvent"] = deep.clone().into();
        refused(envelope.to_string(), "invokingEvent: nesting too deep");
        let parameters = change().with("ruleParameters", deep);
        refused(parameters.bytes(), "ruleParameters: nesting too deep");
    }
}

#[test]
fn input_5_another_resource_type() {
    let mut message = change();
    message.body["configurationItem"]["resourceType"] = "AWS::S3::Bucket".into();
    message.body["configurationItem"]["resourceId"] = "logs".into();
    message.body["configurationItem"]["configuration"] = json!({"networkInterfaces": 7});
    let stage = Stage::with(0);
    // What Config shows cannot be read, so that the result is put in any case.
    stage.report.fail([1], super::flaky::Trouble::Denied);
    stage.play_well(&message);
    let put = stage.config().batches.lock().unwrap()[0][0].clone();
    assert_eq!(put.compliance(), Compliance::NotApplicable);
    assert_eq!(
        (put.resource().kind(), put.resource().id()),
        ("AWS::S3::Bucket", "logs")
    );
    assert!(
        put.annotation()
            .contains("\"AWS::S3::Bucket\" is not an EC2 instance")
    );
    assert_eq!(stage.world().asked(), [0, 0, 0]);
}

#[test]
fn input_6_ids_that_are_none() {
    for id in [
        "i-xyz",
        "",
        "i-0abc' OR '1'='1",
        ".",
        "i-0123456789abcdef0\n",
    ] {
        refused(item("resourceId", id.into()), "is not an EC2 instance id");
    }
    refused(item("resourceId", json!(7)), "resourceId is not a string");
    refused(item("resourceId", Value::Null), "missing resourceId");
}

#[test]
fn input_7_capture_times_that_are_none() {
    for time in [
        Value::Null,
        json!("9999-12-31T00:00:00Z"),
        json!("yesterday"),
        json!([]),
        json!(""),
    ] {
        refused(
            item("configurationItemCaptureTime", time),
            "bad configurationItemCaptureTime",
        );
    }
    for time in [json!("9999-12-31T00:00:00Z"), json!("soon")] {
        for mut message in [change(), Message::scheduled(start())] {
            message.body["notificationCreationTime"] = time.clone();
            refused(message.bytes(), "bad notificationCreationTime");
        }
    }
    let mut message = Message::scheduled(start());
    message.body["notificationCreationTime"] = Value::Null;
    refused(message.bytes(), "bad notificationCreationTime");
}

#[test]
fn input_8_a_status_that_nobody_knows() {
    let stage = Stage::with(1);
    let summary = stage.play_well(&stage.change(0).with_status("Hibernated"));
    assert_eq!((summary.put, summary.gaps["DS-GAP-004"].count), (0, 1));
}

#[test]
fn input_9_accounts_that_differ() {
    refused(
        change().with("accountId", "444455556666").bytes(),
        "account mismatch: refusing",
    );
    let arn = "arn:aws:config:us-east-1:444455556666:config-rule/config-rule-ksup2m";
    refused(
        change().with("configRuleArn", arn).bytes(),
        "account mismatch: refusing",
    );
    refused(
        change().with("configRuleArn", "nonsense").bytes(),
        "account mismatch: refusing",
    );
    refused(
        item("awsAccountId", "444455556666".into()),
        "account mismatch: refusing",
    );
    refused(item("awsAccountId", Value::Null), "missing awsAccountId");
    let mut message = Message::scheduled(start());
    message.body["awsAccountId"] = "444455556666".into();
    refused(message.bytes(), "account mismatch: refusing");
    refused(
        change().with("accountId", "1").bytes(),
        "is not an AWS account id",
    );
    for member in [
        "accountId",
        "configRuleArn",
        "configRuleName",
        "resultToken",
    ] {
        refused(
            change().with(member, Value::Null).bytes(),
            &format!("missing {member}"),
        );
    }
    refused(
        change().with("resultToken", "").bytes(),
        "missing resultToken",
    );
}

#[test]
fn input_10_a_role_of_another_account_is_ignored() {
    let stage = Stage::with(1);
    for role in [
        json!("arn:aws:iam::444455556666:role/admin"),
        json!(7),
        Value::Null,
    ] {
        stage.play_well(&stage.change(0).with("executionRoleArn", role));
    }
    assert_eq!(stage.config().of(0), Some(Compliance::Compliant));
}

/// Whatever Config may write some day beside what it writes now.
#[test]
fn members_that_nobody_knows_are_tolerated() {
    let stage = Stage::with(1);
    let mut message = stage
        .change(0)
        .with("evaluationMode", json!({"any": ["thing"]}));
    message.body["new"] = json!([1]);
    message.body["configurationItem"]["new"] = json!({});
    stage.play_well(&message);
    assert_eq!(stage.config().of(0), Some(Compliance::Compliant));
}
