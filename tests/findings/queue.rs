//! Batches of SQS, taken apart and answered.

use deepgrade::event::{
    finding::{self, Reading},
    queue::{Message, answer, messages},
};
use serde_json::{Value, json};

use crate::events::event;

fn record(id: &str, body: &str) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": "AQEB",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "3",
            "SentTimestamp": "1795168860677",
            "SenderId": "AIDAEXAMPLE",
            "ApproximateFirstReceiveTimestamp": "1795168860680"
        },
        "messageAttributes": {},
        "md5OfBody": "0",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:findings",
        "awsRegion": "us-east-1"
    })
}

fn taken(records: &[Value]) -> Vec<Message> {
    messages(json!({"Records": records}).to_string().as_bytes()).unwrap()
}

#[test]
fn a_batch_is_taken_apart() {
    let sent = event("guardduty/dns-query").to_string();
    let batch = taken(&[record("a", &sent), record("b", "x")]);
    assert_eq!(batch.len(), 2);
    assert_eq!(batch[0].id.as_deref(), Some("a"));
    let letter = batch[0].letter.as_ref().unwrap();
    assert_eq!(letter.received, Some(3));
    assert_eq!(
        letter.sent_at.unwrap().to_string(),
        "2026-11-20T10:01:00.677Z"
    );
    assert_eq!(
        letter.queue.as_deref(),
        Some("arn:aws:sqs:us-east-1:111122223333:findings")
    );
    assert!(matches!(
        finding::read(letter.body.as_bytes()),
        Ok(Reading::Finding(_))
    ));
    assert!(finding::read(batch[1].letter.as_ref().unwrap().body.as_bytes()).is_err());
}

#[test]
fn an_odd_record_spoils_no_other() {
    let mut odd = Vec::new();
    for (member, value) in [
        ("body", Value::Null),
        ("body", json!("")),
        ("body", json!({"a": 1})),
        ("attributes", json!({"SentTimestamp": 7})),
        ("messageAttributes", json!([])),
    ] {
        let mut record = record("odd", "x");
        record[member] = value;
        odd.push(record);
    }
    let mut nameless = record("x", "still read");
    nameless["messageId"] = json!(["x"]);
    for (odd, named) in odd.into_iter().map(|record| (record, true)).chain([
        (json!(null), false),
        (json!("x"), false),
        (json!([]), false),
        (nameless, false),
    ]) {
        let batch = taken(&[record("before", "1"), odd.clone(), record("after", "2")]);
        assert_eq!(batch.len(), 3);
        assert!(batch[0].letter.is_ok() && batch[2].letter.is_ok());
        let complaint = batch[1].letter.as_ref().unwrap_err().to_string();
        assert!(
            complaint.starts_with("message of SQS: "),
            "{odd}: {complaint}"
        );
        assert_eq!(batch[1].id.as_deref(), named.then_some("odd"), "{odd}");
    }
}

#[test]
fn attributes_that_nobody_can_read_are_left_out() {
    let mut odd = record("a", "x");
    odd["attributes"] = json!({"SentTimestamp": "soon", "ApproximateReceiveCount": "-1"});
    let mut bare = json!({"messageId": "b", "body": "y"});
    bare["attributes"] = Value::Null;
    for message in taken(&[odd, bare]) {
        let letter = message.letter.unwrap();
        assert_eq!((letter.sent_at, letter.received), (None, None));
    }
}

#[test]
fn only_what_failed_is_handed_over_again() {
    let batch = taken(&[record("a", "1"), record("b", "2"), record("c", "3")]);
    let said = |failed: &[&Message]| serde_json::to_value(answer(failed.iter().copied())).unwrap();
    assert_eq!(said(&[]), json!({"batchItemFailures": []}));
    assert_eq!(
        said(&[&batch[0], &batch[2]]),
        json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]})
    );
}

/// An empty id is how Lambda is told that all of a batch has failed.
#[test]
fn the_failure_of_a_nameless_message_is_that_of_the_batch() {
    let batch = taken(&[record("", "1")]);
    let said = serde_json::to_value(answer(&batch)).unwrap();
    assert_eq!(said, json!({"batchItemFailures": [{"itemIdentifier": ""}]}));
}

#[test]
fn what_is_no_batch_is_refused_in_one_line() {
    for (text, said) in [
        ("", "the batch is not valid JSON"),
        ("{}", "missing field `Records`"),
        (r#"{"Records": {}}"#, "invalid type: an object"),
        (&"[".repeat(100_000), "nesting too deep"),
        (&" ".repeat(10 << 20), "is larger than 8 MiB"),
    ] {
        let line = messages(text.as_bytes()).unwrap_err().to_string();
        assert!(line.contains(said), "{line}");
        assert!(!line.contains('\n'));
    }
}
