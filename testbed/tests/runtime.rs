//! The Lambda Runtime API stub, as a process meets it that knows only the API.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod function;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use function::function;
use serde_json::{Value, json};
use testbed::runtime::{Bootstrap, Outcome, Runtime};

/// More than any answer takes on a machine under load.
const LONG: Duration = Duration::from_secs(60);

fn answer(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Response(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_event_reaches_the_function_with_its_context() {
    let arn = "arn:aws:lambda:eu-west-1:444455556666:function:grade";
    let runtime = Runtime::for_function(arn).unwrap();
    // What is invoked before there is a process waits for it.
    let first = runtime.begin(&json!({"do": "answer", "n": 1}), LONG);
    let id = first.id().to_owned();
    let _process = runtime.spawn(&function("echo")).unwrap();
    let first = answer(first.outcome());
    assert_eq!(first["event"], json!({"do": "answer", "n": 1}));
    let context = &first["context"];
    assert_eq!(context["lambda-runtime-aws-request-id"], id);
    assert_eq!(context["lambda-runtime-invoked-function-arn"], arn);
    let trace = context["lambda-runtime-trace-id"].as_str().unwrap();
    assert!(trace.starts_with("Root=1-"), "{trace}");
    let deadline = context["lambda-runtime-deadline-ms"].as_str().unwrap();
    let left = deadline.parse::<f64>().unwrap() - context["now"].as_f64().unwrap();
    assert!(left > 0.0 && left <= 60_000.0, "{left}");
    let second = answer(runtime.invoke(&json!({"do": "answer", "n": 2}), LONG));
    assert_eq!(second["event"]["n"], 2);
    assert_ne!(second["context"]["lambda-runtime-aws-request-id"], id);
}

#[test]
fn errors_and_odd_answers_arrive_as_they_are() {
    let runtime = Runtime::start().unwrap();
    let process = runtime.spawn(&function("echo")).unwrap();
    assert_eq!(
        runtime.invoke(&json!({"do": "fail"}), LONG),
        Outcome::Error {
            kind: "ValueError".to_owned(),
            message: "no such thing".to_owned()
        }
    );
    assert_eq!(
        answer(runtime.invoke(&json!({"do": "text"}), LONG)),
        "not JSON"
    );
    assert_eq!(
        answer(runtime.invoke(&json!({"do": "nothing"}), LONG)),
        Value::Null
    );
    let output = process.stop();
    assert!(
        output.stdout.starts_with("202 {'status': 'OK'}\n"),
        "{output:?}"
    );
    assert_eq!(output.stderr, "");
}

#[test]
fn a_process_that_ends_takes_its_invocation_along() {
    let runtime = Runtime::start().unwrap();
    let process = runtime.spawn(&function("echo")).unwrap();
    let waiting = runtime.begin(&json!({"do": "exit"}), LONG);
    let queued = runtime.begin(&json!({"do": "answer"}), LONG);
    assert_eq!(waiting.outcome(), Outcome::Exited(Some(3)));
    assert_eq!(queued.outcome(), Outcome::Exited(Some(3)));
    let late = runtime.invoke(&json!({"do": "answer"}), LONG);
    assert_eq!(late, Outcome::Exited(Some(3)), "nobody is there");
    let output = process.wait();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("leaving\n", "for good\n")
    );
    let _next = runtime.spawn(&function("echo")).unwrap();
    let _ = answer(runtime.invoke(&json!({"do": "answer"}), LONG));
}

#[test]
fn a_function_that_cannot_start_says_why() {
    let runtime = Runtime::start().unwrap();
    let invocation = runtime.begin(&json!({}), LONG);
    let process = runtime.spawn(&function("init")).unwrap();
    let expected = Outcome::InitError {
        kind: "Runtime.NoSetting".to_owned(),
        message: "RULE is not set".to_owned(),
    };
    assert_eq!(invocation.outcome(), expected);
    assert!(process.wait().stdout.starts_with("202 "));
    assert_eq!(
        runtime.invoke(&json!({}), LONG),
        expected,
        "it stays the reason"
    );
    let _process = runtime.spawn(&function("init-by-header")).unwrap();
    let bare = Outcome::InitError {
        kind: "Runtime.Bare".to_owned(),
        message: String::new(),
    };
    assert_eq!(runtime.invoke(&json!({}), LONG), bare);
    let _ = runtime.spawn(&function("none")).unwrap().wait();
    let silent = runtime.invoke(&json!({}), LONG);
    assert_eq!(silent, Outcome::Exited(Some(0)), "the reason was another's");
}

#[test]
fn what_a_dead_process_asked_for_gets_no_event() {
    let runtime = Runtime::start().unwrap();
    let mut poll = TcpStream::connect(runtime.address()).unwrap();
    // The answer to the first of the two says that the server has read what it was sent.
    let requests = ["/nothing", "/2018-06-01/runtime/invocation/next"]
        .map(|path| format!("GET {path} HTTP/1.1\r\nhost: lambda\r\n\r\n"));
    poll.write_all(requests.concat().as_bytes()).unwrap();
    poll.set_read_timeout(Some(LONG)).unwrap();
    let mut read = [0; 4096];
    let size = poll.read(&mut read).unwrap();
    assert!(read[..size].starts_with(b"HTTP/1.1 404"));
    let _ = runtime.spawn(&function("none")).unwrap().wait();
    let _process = runtime.spawn(&function("echo")).unwrap();
    let _ = answer(runtime.invoke(&json!({"do": "answer"}), LONG));
    let end = poll.read(&mut read);
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}

#[test]
fn an_answer_after_the_deadline_is_refused() {
    let runtime = Runtime::start().unwrap();
    let process = runtime.spawn(&function("echo")).unwrap();
    // The deadline runs only from when the function has the event.
    let _ = answer(runtime.invoke(&json!({"do": "answer"}), LONG));
    let late = runtime.invoke(&json!({"do": "late"}), Duration::from_millis(50));
    assert_eq!(late, Outcome::TimedOut);
    let _ = answer(runtime.invoke(&json!({"do": "answer"}), LONG));
    let output = process.stop();
    let second = output.stdout.lines().nth(1).unwrap();
    assert!(second.starts_with("400 {"), "{second}");
    assert!(second.contains("'errorMessage': "), "{second}");
    assert!(second.contains("InvalidRequestID"), "{second}");
}

#[test]
fn a_process_has_the_environment_of_lambda_and_ends_with_its_owner() {
    let runtime = Runtime::start().unwrap();
    let bootstrap = function("echo").environment("RULE", "instance-has-policy");
    let process = runtime.spawn(&bootstrap).unwrap();
    let environment = answer(runtime.invoke(&json!({"do": "environment"}), LONG));
    assert_eq!(environment["AWS_LAMBDA_RUNTIME_API"], runtime.address());
    assert_eq!(environment["_HANDLER"], "echo");
    assert_eq!(environment["RULE"], "instance-has-policy");
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], "deepgrade-rule");
    let foreign = ["HOME", "USER", "CARGO", "CARGO_MANIFEST_DIR", "AWS_PROFILE"];
    let foreign = foreign.map(|name| environment.get(name));
    assert_eq!(foreign, [None; 5], "nothing of this process");
    let id = answer(runtime.invoke(&json!({"do": "process"}), LONG));
    let alive = PathBuf::from(format!("/proc/{id}"));
    assert!(alive.exists());
    drop(process);
    assert!(!alive.exists());
    let Outcome::Exited(None) = runtime.invoke(&json!({}), LONG) else {
        panic!("nobody is there");
    };
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let runtime = Runtime::start().unwrap();
    assert!(
        runtime
            .spawn(&Bootstrap::new("/nowhere/bootstrap"))
            .is_err()
    );
}
