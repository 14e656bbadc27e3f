//! Every fault, as a client meets it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use std::io;
use std::time::Duration;

use client::{ask, ask_for_headers, ask_in_vain, try_ask};
use serde_json::{Value, json};
use testbed::{Estate, Fault, FaultBody, Injection, Manager, Options};

const SEARCH: &str = "POST /computers/search?expand=none";

fn manager() -> Manager {
    Manager::start(Estate::seeded(1, 40), Options::default()).unwrap()
}

fn with(fault: Fault) -> Manager {
    let manager = manager();
    manager.inject(Injection::on("POST /computers/search", fault));
    manager
}

fn page(size: usize, after: i64) -> Value {
    json!({"maxItems": size, "sortByObjectID": true,
           "searchCriteria": [{"idTest": "greater-than", "idValue": after}]})
}

fn ids(manager: &Manager, size: usize, after: i64) -> Vec<i64> {
    ask(manager, SEARCH, Some(&page(size, after))).ids()
}

#[test]
fn a_status_replaces_the_answer_and_the_effect() {
    let message = FaultBody::Message("no".to_owned());
    let manager = manager();
    manager.inject(Injection::on("*", Fault::Status(503, message)).times(1));
    let policy = json!({"description": "changed"});
    let answer = ask(&manager, "POST /policies/1", Some(&policy));
    assert_eq!(
        (answer.status, answer.json()),
        (503, json!({"message": "no"}))
    );
    assert_eq!(
        manager.estate(|estate| estate.policies[&1].description.clone()),
        ""
    );
    assert_eq!(manager.calls()[0].status, Some(503));
    assert_eq!(ask(&manager, "GET /policies", None).status, 200);
}

#[test]
fn an_answer_can_be_lost_after_its_effect() {
    let manager = manager();
    let lost = Injection::on("POST /policies/1", Fault::Status(504, FaultBody::Html));
    manager.inject(lost.after_effect());
    let answer = ask(
        &manager,
        "POST /policies/1",
        Some(&json!({"description": "changed"})),
    );
    assert_eq!(answer.status, 504);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        manager.estate(|estate| estate.policies[&1].description.clone()),
        "changed"
    );
}

#[test]
fn somebody_else_can_come_between_two_requests_once() {
    let manager = manager();
    manager.before_next("POST /policies/1", |estate| {
        let policy = estate.policies.get_mut(&1).unwrap();
        policy.description += "theirs";
    });
    let ours = json!({"parentID": 0});
    let description = |answer: client::Answer| answer.json()["description"].clone();
    assert_eq!(description(ask(&manager, "GET /policies/1", None)), "");
    let first = ask(&manager, "POST /policies/1", Some(&ours));
    let second = ask(&manager, "POST /policies/1", Some(&ours));
    assert_eq!(description(first), "theirs");
    assert_eq!(description(second), "theirs");
}

#[test]
fn healing_ends_all_faults() {
    let manager = with(Fault::Status(500, FaultBody::Empty));
    let answer = ask(&manager, SEARCH, None);
    assert_eq!((answer.status, answer.body.len()), (500, 0));
    manager.heal();
    assert_eq!(ask(&manager, SEARCH, None).status, 200);
}

#[test]
fn a_rate_limit_comes_with_and_without_advice() {
    let manager = with(Fault::RateLimited(Some("7".to_owned())));
    let answer = ask(&manager, SEARCH, None);
    assert_eq!(
        (answer.status, answer.headers["retry-after"].as_str()),
        (429, "7")
    );
    let answer = ask(&with(Fault::RateLimited(None)), SEARCH, None);
    assert_eq!(answer.status, 429);
    assert!(!answer.headers.contains_key("retry-after"));
}

#[test]
fn a_cut_body_keeps_the_promise_of_its_length_and_breaks_it() {
    let answer = ask(&with(Fault::Cut), SEARCH, None);
    let promised: usize = answer.headers["content-length"].parse().unwrap();
    assert_eq!(answer.body.len(), promised / 2);
}

#[test]
fn a_truncated_body_is_sound_for_http() {
    let answer = ask(&with(Fault::Truncated), SEARCH, None);
    let promised: usize = answer.headers["content-length"].parse().unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, promised));
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}

#[test]
fn a_silent_body_never_comes_and_does_not_hold_up_the_end() {
    let manager = with(Fault::Silent);
    let answer = ask_for_headers(&manager, SEARCH);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_ne!(answer.headers["content-length"], "0");
}

#[test]
fn a_delay_ends_with_the_manager() {
    let manager = with(Fault::Delay(Duration::from_secs(3600)));
    let error = ask_in_vain(&manager, SEARCH).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(manager.calls().iter().all(|call| call.status.is_none()));
    drop(manager);
}

#[test]
fn a_short_delay_changes_nothing_else() {
    let manager = with(Fault::Delay(Duration::from_millis(20)));
    assert_eq!(ids(&manager, 2, 0), [1, 2]);
}

#[test]
fn an_endless_body_goes_on() {
    use std::io::{Read as _, Write as _};
    let manager = with(Fault::Endless);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", manager.port())).unwrap();
    let headers = client::sound_headers();
    let headers = headers.each_ref().map(String::as_str);
    let request = client::text("POST", "/computers/search", &headers, None);
    stream.write_all(request.as_bytes()).unwrap();
    let mut much = vec![0; 4 << 20];
    stream.read_exact(&mut much).unwrap();
    assert_eq!(much.last(), Some(&b' '));
}

#[test]
fn a_slow_body_comes_whole_in_the_end() {
    let manager = with(Fault::Slow(400, Duration::from_millis(1)));
    assert_eq!(ids(&manager, 2, 0), [1, 2]);
    manager.heal();
    manager.inject(Injection::on("*", Fault::Slow(1, Duration::from_secs(1))));
    assert!(ask_for_headers(&manager, SEARCH).body.len() < 2);
}

#[test]
fn a_reset_gives_no_answer() {
    let manager = with(Fault::Reset);
    let error = try_ask(&manager, SEARCH).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(manager.calls().len(), 1);
    assert_eq!(manager.calls()[0].status, None);
}

#[test]
fn a_shut_door_refuses_and_opens_again_on_the_same_port() {
    let manager = manager();
    manager.refuse_connections();
    let error = try_ask(&manager, SEARCH).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    manager.accept_connections();
    assert_eq!(ask(&manager, SEARCH, None).status, 200);
}

#[test]
fn a_shut_door_ends_the_connections_that_are_open() {
    use std::io::{Read as _, Write as _};
    let manager = manager();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", manager.port())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
        .write_all(b"GET /api/policies HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 401");
    manager.refuse_connections();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
}

#[test]
fn other_pages_come_with_success() {
    let answer = ask(&with(Fault::SignInPage), SEARCH, None);
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].starts_with("text/html"));
    let answer = ask(
        &with(Fault::Redirect(302, "http://127.0.0.2/".to_owned())),
        SEARCH,
        None,
    );
    assert_eq!(
        (answer.status, answer.headers["location"].as_str()),
        (302, "http://127.0.0.2/")
    );
    let answer = ask(&with(Fault::MalformedJson), SEARCH, None);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}

#[test]
fn pages_go_wrong_on_the_wire() {
    assert_eq!(ids(&with(Fault::FallingIds), 2, 0), [2, 1]);
    let repeating = with(Fault::RepeatedIds);
    assert_eq!(
        (ids(&repeating, 2, 0), ids(&repeating, 2, 2)),
        (vec![1, 2], vec![2, 3])
    );
    let empty = with(Fault::EmptyPage);
    assert_eq!((ids(&empty, 2, 0), ids(&empty, 2, 2)), (vec![1, 2], vec![]));
    let endless = with(Fault::EndlessPages);
    assert_eq!(
        ids(&endless, 3, 1_000_000),
        [1_000_001, 1_000_002, 1_000_003]
    );
}

#[test]
fn values_go_wrong_on_the_wire() {
    let path = "computers/*/hostName".to_owned();
    let answer = ask(&with(Fault::Replace(path, json!(7))), SEARCH, None).json();
    assert_eq!(answer["computers"][3]["hostName"], 7);
    let answer = ask(&with(Fault::NumericStrings), SEARCH, None).json();
    assert!(answer["computers"][0]["ID"].is_string());
    let answer = ask(&with(Fault::ExtraFields), SEARCH, None).json();
    assert!(answer["computers"][0]["futureField"].is_object());
    let answer = ask(&with(Fault::Japanese), "POST /computers/search", None).json();
    let messages = &answer["computers"][0]["computerStatus"]["agentStatusMessages"];
    assert!(!messages[0].as_str().unwrap().is_ascii());
}

#[test]
fn dates_go_missing_or_wrong() {
    assert!(
        !ask(&with(Fault::NoDate), SEARCH, None)
            .headers
            .contains_key("date")
    );
    let answer = ask(&with(Fault::WrongDate(-3_600_000)), SEARCH, None);
    assert_eq!(answer.headers["date"], "Sat, 01 Aug 2026 11:00:00 GMT");
}

#[test]
fn a_client_that_halves_its_page_gets_through() {
    let fault = Fault::PageAbove(10, Box::new(Fault::Status(500, FaultBody::Html)));
    let manager = with(fault);
    let status = |size| ask(&manager, SEARCH, Some(&page(size, 0))).status;
    assert_eq!([status(40), status(20), status(10)], [500, 500, 200]);
    assert_eq!(
        ask(&manager, SEARCH, None).status,
        500,
        "without a size a page is the largest"
    );
}

#[test]
fn the_nth_call_meets_the_fault_and_the_others_do_not() {
    let manager = manager();
    let fault = Fault::Status(502, FaultBody::Empty);
    manager.inject(Injection::on("/computers/search", fault).from(2).times(2));
    let row: Vec<u16> = (0..4).map(|_| ask(&manager, SEARCH, None).status).collect();
    assert_eq!(row, [200, 502, 502, 200]);
    let calls = manager.calls();
    assert_eq!(
        calls
            .iter()
            .map(|call| call.status.unwrap())
            .collect::<Vec<_>>(),
        row
    );
}
