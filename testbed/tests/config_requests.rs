//! Requests that no SDK sends, and what AWS Config says to them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use testbed::Injection;
use testbed::config::{Config, Fault};

const SIGNED: &str = "authorization: AWS4-HMAC-SHA256 \
    Credential=key/20261120/us-east-1/config/aws4_request, SignedHeaders=host, Signature=0";
const TARGET: &str = "x-amz-target: StarlingDoveService.DescribeConfigRules";
const TYPED: &str = "content-type: application/x-amz-json-1.1";

/// Head and body of an answer, whatever became of it.
fn exchange(config: &Config, line: &str, headers: &[&str], body: &str) -> (String, String) {
    let url = config.url();
    let address = url.strip_prefix("http://").unwrap();
    let headers = headers.join("\r\n");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // A connection that is cut is what some tests want to see.
    let _ = stream.read_to_string(&mut answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The status and the name of the error.
fn ask(config: &Config, line: &str, headers: &[&str], body: &str) -> (u16, String) {
    let (head, body) = exchange(config, line, headers, body);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    let kind = body["__type"].as_str().unwrap_or_default();
    (status, kind.to_owned())
}

#[test]
fn a_request_that_is_none_is_refused_by_name() {
    let config = Config::start(0).unwrap();
    let sound = [SIGNED, TARGET, TYPED];
    let unsigned = [TARGET, TYPED];
    let bare = ["authorization: Basic x", TARGET, TYPED];
    let elsewhere = SIGNED.replace("/config/", "/ec2/");
    let elsewhere = [elsewhere.as_str(), TARGET, TYPED];
    let unknown = [SIGNED, "x-amz-target: StarlingDoveService.X", TYPED];
    let other = [SIGNED, "x-amz-target: Other.DescribeConfigRules", TYPED];
    let untyped = [SIGNED, TARGET, "content-type: application/json"];
    for (line, headers, body, expected) in [
        ("POST /", &sound[..], "{}", (200, "")),
        (
            "POST /",
            &unsigned,
            "{}",
            (400, "MissingAuthenticationTokenException"),
        ),
        ("POST /", &bare, "{}", (400, "IncompleteSignatureException")),
        (
            "POST /",
            &elsewhere,
            "{}",
            (400, "InvalidSignatureException"),
        ),
        ("POST /", &unknown, "{}", (400, "UnknownOperationException")),
        ("POST /", &other, "{}", (400, "UnknownOperationException")),
        ("POST /", &untyped, "{}", (400, "UnknownOperationException")),
        ("GET /", &sound, "{}", (400, "UnknownOperationException")),
        (
            "POST /rules",
            &sound,
            "{}",
            (400, "UnknownOperationException"),
        ),
        ("POST /", &sound, "", (400, "SerializationException")),
        ("POST /", &sound, "{", (400, "SerializationException")),
        ("POST /", &sound, "[]", (400, "SerializationException")),
        (
            "POST /",
            &sound,
            "{\"ConfigRuleNames\": 1}",
            (400, "SerializationException"),
        ),
        (
            "POST /",
            &sound,
            "{\"ConfigRuleNames\": [1]}",
            (400, "SerializationException"),
        ),
        (
            "POST /",
            &sound,
            "{\"Filters\": []}",
            (400, "SerializationException"),
        ),
    ] {
        let (status, kind) = ask(&config, line, headers, body);
        assert_eq!(
            (status, kind.as_str()),
            expected,
            "{line} {headers:?} {body}"
        );
    }
    assert_eq!(config.calls().len(), 15);
}

#[test]
fn an_answer_breaks_as_http_does() {
    let config = Config::start(0).unwrap();
    let sound = [SIGNED, TARGET, TYPED];
    let whole = "{\"ConfigRules\":[]}";
    let pause = Duration::from_millis(1);
    for (fault, expected) in [
        (testbed::Fault::Cut, "{\"ConfigR"),
        (testbed::Fault::MalformedJson, "{\"ConfigRules\":[],,}"),
        (testbed::Fault::Slow(3, pause), whole),
        (testbed::Fault::Delay(pause), whole),
        // It concerns what a Manager says, and nothing here.
        (testbed::Fault::EmptyPage, whole),
    ] {
        config.inject(Injection::on("*", Fault::Http(fault.clone())).times(1));
        let (head, body) = exchange(&config, "POST /", &sound, "{}");
        assert_eq!(body, expected, "{fault:?}");
        assert!(head.starts_with("HTTP/1.1 200 "), "{fault:?}: {head}");
        config.heal();
    }
}

#[test]
fn the_log_can_start_anew() {
    let config = Config::start(0).unwrap();
    let sound = [SIGNED, TARGET, TYPED];
    for _ in 0..2 {
        let _ = ask(&config, "POST /", &sound, "{}");
        config.forget_calls();
    }
    let _ = ask(&config, "POST /", &sound, "{}");
    let calls = config.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].operation, "DescribeConfigRules");
    assert_eq!(calls[0].status, Some(200));
}

#[test]
fn an_answer_to_a_forgotten_call_is_not_written_to_another() {
    let config = Config::start(0).unwrap();
    let sound = [SIGNED, TARGET, TYPED];
    let late = Fault::Http(testbed::Fault::Delay(Duration::from_millis(300)));
    let lost = Fault::Http(testbed::Fault::Reset);
    config.inject(Injection::on("*", late).times(1));
    config.inject(Injection::on("*", lost).from(2));
    std::thread::scope(|scope| {
        scope.spawn(|| ask(&config, "POST /", &sound, "{}"));
        while config.calls().is_empty() {
            std::thread::yield_now();
        }
        config.forget_calls();
        let url = config.url();
        let address = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert_eq!(answer, "");
    });
    let statuses: Vec<_> = config.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [None]);
}
