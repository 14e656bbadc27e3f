//! The Manager as a test holds it: its log, clock, limits and language.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use std::io::Read as _;

use client::{ask, exchange, text};
use serde_json::json;
use testbed::estate::{Condition, Locale, policy_ids};
use testbed::{Estate, Limits, Manager, Options, SECRET};

fn manager() -> Manager {
    Manager::start(Estate::seeded(1, 60), Options::default()).unwrap()
}

#[test]
fn the_log_tells_what_was_asked_and_no_secret() {
    let manager = manager();
    ask(
        &manager,
        "POST /computers/search?expand=computerStatus&expand=SAP",
        Some(&json!({"maxItems": 3})),
    );
    ask(&manager, "GET /nothing", None);
    let calls = manager.calls();
    assert_eq!(calls[0].name(), "POST /computers/search");
    assert_eq!(calls[0].expand(), ["computerStatus", "SAP"]);
    assert_eq!(calls[0].body.as_ref().unwrap()["maxItems"], 3);
    assert_eq!(calls[0].status, Some(200));
    assert_eq!(calls[1].status, Some(404));
    assert!(calls[0].headers.iter().any(|name| name == "api-secret-key"));
    assert!(!format!("{calls:?}").contains(SECRET));
    manager.forget_calls();
    assert!(manager.calls().is_empty());
}

#[test]
fn too_many_calls_in_a_minute_are_429_until_the_clock_moves() {
    let limits = Limits {
        key: Some(3),
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(1, 0), options).unwrap();
    let status = || ask(&manager, "GET /policies", None).status;
    assert_eq!(
        [status(), status(), status(), status()],
        [200, 200, 200, 429]
    );
    manager.advance(60_000);
    assert_eq!(status(), 200);
}

#[test]
fn the_date_is_the_managers_own() {
    let manager = manager();
    let date = || ask(&manager, "GET /policies", None).headers["date"].clone();
    assert_eq!(date(), "Sat, 01 Aug 2026 12:00:00 GMT");
    manager.advance(90_000);
    assert_eq!(date(), "Sat, 01 Aug 2026 12:01:30 GMT");
    manager.options(|options| options.date_skew = -600_000);
    assert_eq!(date(), "Sat, 01 Aug 2026 11:51:30 GMT");
}

#[test]
fn texts_come_in_the_locale_of_the_key() {
    let manager = manager();
    manager.estate(|estate| estate.api_key.locale = Locale::Japanese);
    let id = manager.estate(|estate| estate.with_condition(Condition::Healthy)[0]);
    let computer = ask(&manager, &format!("GET /computers/{id}"), None).json();
    assert_eq!(computer["computerStatus"]["agentStatus"], "active");
    assert_eq!(
        computer["computerStatus"]["agentStatusMessages"][0],
        "管理対象 (オンライン)"
    );
    assert_eq!(
        ask(&manager, "GET /apikeys/current", None).json()["locale"],
        "ja-JP"
    );
}

#[test]
fn answers_are_compressed_only_for_a_client_that_asks() {
    let options = Options {
        gzip: true,
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(1, 5), options).unwrap();
    let plain = ask(&manager, "GET /computers", None);
    assert!(!plain.headers.contains_key("content-encoding"));
    let [version, key] = client::sound_headers();
    let headers = [version.as_str(), &key, "accept-encoding: br, gzip"];
    let packed = exchange(&manager, &text("GET", "/computers", &headers, None)).unwrap();
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.body);
}

#[test]
fn a_test_lays_any_value_over_a_computer() {
    let manager = manager();
    manager.estate(|estate| {
        estate.overlay(
            1,
            json!({"computerStatus": {"agentStatus": "hibernating"}, "policyID": null}),
        );
        let mut own = estate.example(5000).with_policy(policy_ids::NO_RULES);
        own.host_name = "mine".to_owned();
        estate.add(own);
    });
    let computer = ask(&manager, "GET /computers/1", None).json();
    assert_eq!(computer["computerStatus"]["agentStatus"], "hibernating");
    assert!(computer.get("policyID").is_none());
    let by_name = json!({"searchCriteria": [{"fieldName": "hostName", "stringValue": "mine"}]});
    assert_eq!(
        ask(&manager, "POST /computers/search", Some(&by_name)).ids(),
        [5000]
    );
    let without = json!({"searchCriteria": [{"fieldName": "policyID", "nullTest": true}]});
    assert!(
        ask(&manager, "POST /computers/search", Some(&without))
            .ids()
            .contains(&1)
    );
}
