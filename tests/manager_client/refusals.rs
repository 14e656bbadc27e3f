//! Answers and addresses that are no answer, in one clear line each, with nothing partial.

use deepgrade::deep_security::{Access, ApiKey, BadApiKey, Limits, Reader, Scheme};
use testbed::{Fault, FaultBody, SECRET};

use crate::bench::{
    COMPUTERS, IPS_RULES, KEY, POLICIES, access, counts, fail, impatient, line, manager, patient,
    read, reader, reader_of, with,
};

fn said(code: u16, message: &str) -> Fault {
    Fault::Status(code, FaultBody::Message(message.to_owned()))
}

/// Each fault, the call that meets it, what the line says, and how often the call is made.
#[test]
fn cases_23_and_31_each_refusal_is_one_clear_line() {
    let html = || FaultBody::Html;
    let cases = [
        (
            KEY,
            said(401, "Invalid key"),
            "the API key was rejected (401)",
            1,
        ),
        (
            COMPUTERS,
            said(401, "Invalid key"),
            "it says \"Invalid key\"",
            1,
        ),
        (
            COMPUTERS,
            said(403, "Not authorized"),
            "must be allowed to use the web service API and view computers",
            1,
        ),
        (POLICIES, said(403, ""), "and view policies", 1),
        (
            IPS_RULES,
            said(403, ""),
            "view intrusion prevention rules",
            1,
        ),
        (
            KEY,
            Fault::Status(404, html()),
            "nothing is at this path (404); check that the Manager URL",
            1,
        ),
        (COMPUTERS, said(404, ""), "(404)", 1),
        (
            COMPUTERS,
            said(400, "Unknown property"),
            "status 400; it says \"Unknown property\"",
            1,
        ),
        (
            KEY,
            Fault::Status(500, html()),
            "answers with status 500 (after 8 tries in ",
            8,
        ),
        (
            KEY,
            Fault::Status(503, html()),
            "answers with status 503 (after 8 tries in ",
            8,
        ),
        (
            KEY,
            Fault::SignInPage,
            "answers with text/html (a web page), and JSON is wanted",
            1,
        ),
        (
            COMPUTERS,
            Fault::SignInPage,
            "answers with text/html (a web page)",
            1,
        ),
        (
            COMPUTERS,
            Fault::Status(200, FaultBody::Empty),
            "the answer is damaged: it is empty (after 3 tries",
            3,
        ),
        (
            COMPUTERS,
            said(200, "hello"),
            "it has no list \"computers\"",
            1,
        ),
        (KEY, Fault::NoDate, "has no usable Date header", 1),
        (
            COMPUTERS,
            Fault::Reset,
            "the connection was cut before the answer was complete (after 8 tries",
            8,
        ),
    ];
    for (call, fault, expected, times) in cases {
        let manager = with(call, fault.clone());
        let line = fail(&manager, patient());
        assert!(line.contains(expected), "{fault:?}: {line}");
        assert!(
            line.starts_with(&format!("Manager {}: {call}: ", manager.url())),
            "{line}"
        );
        let made = counts(&manager).into_iter().find(|(name, _)| name == call);
        assert_eq!(made.map(|(_, times)| times), Some(times), "{fault:?}");
    }
}

#[test]
fn bad_input_20_a_redirect_is_refused_and_the_key_does_not_follow_it() {
    let elsewhere = manager(1);
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/apikeys/current?session=hidden", elsewhere.url());
        let manager = with(KEY, Fault::Redirect(status, target));
        let line = fail(&manager, patient());
        let host = elsewhere.url().replace("/api", "");
        assert!(
            line.contains(&format!("redirect to \"{host}\" refused")),
            "{line}"
        );
        assert!(!line.contains("hidden"), "{line}");
    }
    assert!(elsewhere.calls().is_empty());
}

#[test]
fn a_wrong_key_is_tried_once_so_that_it_is_not_locked() {
    let manager = manager(3);
    let key = ApiKey::new(Scheme::SecretKey, "1:wrong").unwrap();
    let (reader, time) = reader_of(Access {
        key,
        ..access(&manager, patient())
    });
    let line = line(&read(&reader).map(|reading| reading.inventory).unwrap_err());
    assert!(
        line.contains("check the key, its expiry and its scheme"),
        "{line}"
    );
    assert_eq!(manager.calls().len(), 1);
    assert!(time.sleeps().is_empty());
}

#[test]
fn an_unreachable_manager_is_an_error_and_never_an_inventory() {
    let manager = manager(3);
    manager.refuse_connections();
    let (reader, time) = reader(&manager, patient());
    let error = read(&reader).map(|reading| reading.inventory).unwrap_err();
    assert!(error.is_retryable());
    let line = line(&error);
    assert!(
        line.contains("cannot be reached (connection refused); check host, port and firewall"),
        "{line}"
    );
    assert_eq!(time.sleeps().len(), 7);
    manager.accept_connections();
    assert_eq!(read(&reader).unwrap().inventory.computers().len(), 3);
}

#[test]
fn an_unknown_host_is_named() {
    let manager = manager(1);
    let url = "https://manager.invalid:4119/api".parse().unwrap();
    let limits = Limits {
        tries: 2,
        ..patient()
    };
    let (reader, _) = reader_of(Access {
        url,
        ..access(&manager, limits)
    });
    let line = line(&read(&reader).map(|reading| reading.inventory).unwrap_err());
    assert!(
        line.starts_with("Manager https://manager.invalid:4119/api: GET /apikeys/current: "),
        "{line}"
    );
    assert!(line.contains("the name of the host is unknown"), "{line}");
}

#[test]
fn case_21_a_silent_manager_is_given_up() {
    for fault in [
        Fault::Silent,
        Fault::Delay(std::time::Duration::from_secs(3_600)),
    ] {
        let line = fail(
            &with(KEY, fault.clone()),
            Limits {
                tries: 2,
                ..impatient()
            },
        );
        assert!(
            line.contains("silent for 400 ms (after 2 tries"),
            "{fault:?}: {line}"
        );
    }
}

#[test]
fn a_port_that_never_answers_the_greeting_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/api", silent.local_addr().unwrap());
    let limits = Limits {
        connect: std::time::Duration::from_millis(200),
        tries: 2,
        ..patient()
    };
    let manager = manager(1);
    let (reader, _) = reader_of(Access {
        url: url.parse().unwrap(),
        ..access(&manager, limits)
    });
    let line = line(&read(&reader).map(|reading| reading.inventory).unwrap_err());
    assert!(line.contains("no connection within 200 ms"), "{line}");
}

#[test]
fn a_server_that_does_not_speak_tls_is_named() {
    let manager = manager(1);
    let url = manager.url().replace("http:", "https:").parse().unwrap();
    let (reader, _) = reader_of(Access {
        url,
        ..access(&manager, patient())
    });
    let line = line(&read(&reader).map(|reading| reading.inventory).unwrap_err());
    assert!(line.contains("no encrypted connection"), "{line}");
    assert!(line.contains("check that the port speaks https"), "{line}");
}

#[test]
fn what_a_manager_says_cannot_forge_a_line() {
    let message = format!("no\r\nERROR \u{202e}{}", "x".repeat(5_000));
    let line = fail(&with(KEY, said(401, &message)), patient());
    assert!(line.contains("it says \"no ERROR xxx"), "{line}");
}

#[test]
fn a_key_with_a_newline_is_refused_before_anything_is_sent() {
    let key = ApiKey::new(Scheme::SecretKey, &format!("{SECRET}\n"));
    assert_eq!(key.unwrap_err(), BadApiKey::NotAHeaderValue);
}

#[test]
fn a_reader_does_not_print_its_key() {
    let manager = manager(1);
    let access = access(&manager, patient());
    assert!(!format!("{access:?}").contains(SECRET));
    let time = std::sync::Arc::new(deepgrade::time::RealTime::start());
    let reader = Reader::new(access, time).unwrap();
    assert!(!format!("{reader:?}").contains(SECRET));
}

/// A place for everything that is logged.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_log_of_any_level_holds_the_key_or_a_body() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // While there is only one subscriber, tests of other threads switch its lines off: a place that
    // they come to first is asked of their thread's subscriber, which is none.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let manager = manager(3);
    tracing::subscriber::with_default(subscriber, || {
        read(&reader(&manager, patient()).0).unwrap();
        let broken = with(COMPUTERS, said(403, "Not authorized"));
        read(&reader(&broken, patient()).0).unwrap_err();
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("deepgrade::"))
        .collect();
    assert_eq!(ours.len(), 5 + 3, "a line for each call: {ours:#?}");
    assert!(
        ours[2].contains("method=POST path=\"/computers/search\" status=200"),
        "{}",
        ours[2]
    );
    assert!(ours[2].contains("items=3"), "{}", ours[2]);
    let host = manager.estate(|estate| estate.computers.values().next().unwrap().host_name.clone());
    for secret in [SECRET, host.as_str()] {
        assert!(!log.contains(secret), "{secret}");
    }
}
