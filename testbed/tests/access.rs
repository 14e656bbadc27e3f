//! Who is let in, and who may do what.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use client::{ask, exchange, text};
use serde_json::json;
use testbed::clock::DAY;
use testbed::{Estate, Key, Manager, Options, Right, SECRET};

fn manager() -> Manager {
    Manager::start(Estate::seeded(1, 60), Options::default()).unwrap()
}

#[test]
fn both_schemes_let_in_and_everything_else_is_401() {
    let manager = manager();
    let hosted = format!("authorization: ApiKey {SECRET}");
    let plain = format!("api-secret-key: {SECRET}");
    for (header, status) in [
        (hosted.as_str(), 200),
        (plain.as_str(), 200),
        ("api-secret-key: wrong", 401),
        ("authorization: Bearer x", 401),
        ("x-none: x", 401),
    ] {
        let request = text("GET", "/policies", &["api-version: v1", header], None);
        let answer = exchange(&manager, &request).unwrap();
        assert_eq!(answer.status, status, "{header}");
        assert_eq!(answer.headers["x-dsm-version"], "Deep Security/20.0.893");
    }
    let without_version = exchange(&manager, &text("GET", "/policies", &[&plain], None)).unwrap();
    assert_eq!(without_version.status, 400);
    assert!(without_version.json()["message"].is_string());
}

#[test]
fn an_expired_key_is_refused() {
    let manager = manager();
    manager.advance(300 * DAY);
    assert_eq!(ask(&manager, "GET /policies", None).status, 401);
}

#[test]
fn a_right_that_the_role_lacks_is_403_and_changes_nothing() {
    let options = Options {
        keys: vec![Key::reader(SECRET)],
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(1, 10), options).unwrap();
    let rules = json!({"ruleIDs": [1003]});
    for (name, body, status) in [
        ("GET /computers/1", None, 200),
        (
            "GET /computers/1/intrusionprevention/assignments",
            None,
            200,
        ),
        ("GET /apikeys/current", None, 200),
        ("POST /computers/1", Some(json!({"policyID": 3})), 403),
        (
            "POST /computers/1/intrusionprevention/assignments",
            Some(rules.clone()),
            403,
        ),
        (
            "POST /policies/1/intrusionprevention/assignments",
            Some(rules),
            403,
        ),
        ("POST /policies/1", Some(json!({"name": "x"})), 403),
        ("GET /scheduledtasks", None, 403),
        ("POST /scheduledtasks", Some(json!({})), 403),
        ("DELETE /scheduledtasks/1", None, 403),
        ("GET /awsconnectors", None, 403),
    ] {
        let answer = ask(&manager, name, body.as_ref());
        assert_eq!(answer.status, status, "{name}");
    }
    manager.options(|options| {
        options.keys = vec![Key::administrator(SECRET).without(Right::ViewApiKeys)]
    });
    assert_eq!(ask(&manager, "GET /apikeys/current", None).status, 403);
    let before = Estate::seeded(1, 10);
    manager.estate(|estate| {
        assert_eq!(estate.computers, before.computers);
        assert_eq!(estate.policies, before.policies);
    });
}
