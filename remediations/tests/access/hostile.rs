//! Input that is meant to do harm.

use serde_json::json;

use super::world::{ACCOUNT, World, document, unreadable};

fn own(text: String) -> World {
    World {
        identity: vec![text],
        owner: Some(ACCOUNT.to_owned()),
        ..World::default()
    }
}

#[test]
fn a_document_that_is_nested_without_end_is_a_gap() {
    for open in ["[", "{\"a\":", "{\"Statement\":["] {
        let reason = unreadable(&format!("{{\"Statement\":{}", open.repeat(30_000)));
        assert_eq!(reason.to_string(), "it is nested too deeply");
    }
}

#[test]
fn a_document_without_end_is_a_gap() {
    let text = format!("{{\"Statement\": [], \"Id\": \"{}\"}}", "x".repeat(600_000));
    let reason = unreadable(&text);
    assert!(reason.to_string().starts_with("it is too long"), "{reason}");
    let encoded = "%41".repeat(2_000_000);
    let reader = own(encoded).ask(None);
    assert_eq!(reader.answer.word(), "possible");
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    for (text, reason) in [
        ("", "it is not JSON (line 1, column 0)"),
        ("null", "it is not an object"),
        ("{}", "it has no Statement"),
        ("{\"Statement\": [1]}", "its statement 1 is not an object"),
        (
            "{\"Statement\": [{\"Effect\": \"Deny\"}]}",
            "its statement 1 has no Action",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\"}}",
            "its statement 1 has no Resource",
        ),
        (
            "{\"Statement\": {\"Action\": \"*\", \"Resource\": \"*\"}}",
            "its statement 1 has no Effect",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": {}, \"Resource\": \"*\"}}",
            "its statement 1 has Action that is no list of texts",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": [[\"*\"]]}}",
            "its statement 1 has Resource that is no list of texts",
        ),
        (
            "{\"Statement\": [{\"Effect\": \"Deny\", \"Condition\": [], \"Action\": \"*\"}]}",
            "its statement 1 has a Condition that is no object of operators, keys and texts",
        ),
        (
            "{\"Statement\": [{\"Principal\": {\"AWS\": 7}, \"Effect\": \"Deny\", \"Action\": null}]}",
            "its statement 1 has Action that is no list of texts",
        ),
        (
            "{\"Version\": null, \"Statement\": []}",
            "its Version is not a text",
        ),
    ] {
        assert_eq!(unreadable(text).to_string(), reason, "{text}");
    }
}

#[test]
fn hostile_names_stay_in_their_line() {
    let id = "x\"\r\nallowed\u{202e}\u{0}".to_owned() + &"y".repeat(10_000);
    let statement = json!([{"Sid": id, "Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bad\nOperator\"": {"aws:\u{202e}\n": "x"}}}]);
    let reader = own(document(&statement)).ask(None);
    assert_eq!(reader.answer.word(), "possible");
    for line in &reader.trail {
        assert!(line.chars().count() <= 240, "{line}");
        assert!(
            !line.contains(['\n', '\r', '\u{0}', '\u{202e}']),
            "{line:?}"
        );
    }
}

#[test]
fn a_trail_says_how_much_it_leaves_out() {
    let statements: Vec<_> = (0..500)
        .map(|_| json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
        .collect();
    let reader = own(document(&json!(statements))).ask(None);
    assert_eq!(reader.trail.len(), 12);
    assert_eq!(
        &*reader.trail[11],
        "and 489 more statements that bear on it"
    );
}

/// What would take forever where every `*` is tried with everything that follows.
#[test]
fn patterns_that_are_made_to_take_long_take_their_turn() {
    let pattern = format!("arn:aws:s3:::books/{}b", "*a".repeat(500));
    let statements: Vec<_> = (0..50)
        .map(|_| json!({"Effect": "Allow", "Action": "s3:*", "Resource": pattern}))
        .collect();
    let world = own(document(&json!(statements)));
    assert_eq!(world.ask(Some(&"a".repeat(1_024))).answer.word(), "denied");
    assert_eq!(world.ask(None).answer.word(), "allowed");
}
