//! Waiting and trying again, on a time that only passes when somebody waits.

use std::time::Duration;

use testbed::{Fault, FaultBody, Injection};

use crate::bench::{COMPUTERS, KEY, as_of, counts, fail, manager, patient, read, reader, with};

#[test]
fn too_many_calls_for_a_minute_are_a_clear_error() {
    let manager = with(COMPUTERS, Fault::RateLimited(None));
    let (reader, time) = reader(&manager, patient());
    let error = read(&reader).map(|reading| reading.inventory).unwrap_err();
    assert!(error.is_retryable());
    let line = crate::bench::line(&error);
    assert!(
        line.contains("refuses calls, since there are too many (429)"),
        "{line}"
    );
    assert!(line.contains("give Deepgrade a key of its own"), "{line}");
    let waited: Duration = time.sleeps().iter().sum();
    assert!(waited < Duration::from_secs(90), "{waited:?}");
}

#[test]
fn case_20_too_many_calls_for_a_while_are_waited_out() {
    let manager = manager(40);
    manager.inject(Injection::on(COMPUTERS, Fault::RateLimited(None)).times(5));
    let (reader, time) = reader(&manager, patient());
    assert_eq!(read(&reader).unwrap().inventory.computers().len(), 40);
    let sleeps = time.sleeps();
    assert_eq!(sleeps.len(), 5);
    assert!(
        sleeps.windows(2).any(|pair| pair[0] != pair[1]),
        "jittered: {sleeps:?}"
    );
}

#[test]
fn retry_after_is_honoured_as_seconds_and_as_a_date() {
    let date = (as_of() + Duration::from_secs(33)).strftime("%a, %d %b %Y %H:%M:%S GMT");
    for (header, seconds) in [
        ("17".to_owned(), 17),
        (date.to_string(), 33),
        ("7200".to_owned(), 60),
    ] {
        let manager = manager(3);
        manager.inject(Injection::on(COMPUTERS, Fault::RateLimited(Some(header))).times(1));
        let (reader, time) = reader(&manager, patient());
        read(&reader).unwrap();
        assert_eq!(time.sleeps(), [Duration::from_secs(seconds)]);
    }
}

#[test]
fn a_passing_fault_is_tried_again_with_jitter() {
    let passing = [
        Fault::Status(500, FaultBody::Html),
        Fault::Status(503, FaultBody::Empty),
        Fault::Reset,
        Fault::Cut,
    ];
    for fault in passing {
        let manager = manager(40);
        manager.inject(Injection::on("*", fault.clone()).times(2));
        let (reader, time) = reader(&manager, patient());
        assert_eq!(
            read(&reader).unwrap().inventory.computers().len(),
            40,
            "{fault:?}"
        );
        let sleeps = time.sleeps();
        assert_eq!(sleeps.len(), 2);
        assert!(sleeps[0] <= Duration::from_millis(500) && sleeps[1] <= Duration::from_secs(1));
    }
}

#[test]
fn a_manager_that_is_down_is_left_alone_when_the_budget_is_spent() {
    let manager = with("*", Fault::Status(503, FaultBody::Empty));
    let (reader, time) = reader(&manager, patient());
    let mut tries = Vec::new();
    for _ in 0..4 {
        manager.forget_calls();
        assert!(read(&reader).is_err());
        tries.push(manager.calls().len());
    }
    assert_eq!(tries, [8, 8, 7, 1], "20 tries beyond the first of each");
    assert_eq!(time.sleeps().len(), 20);
}

#[test]
fn waiting_ends_before_the_deadline() {
    let manager = with(KEY, Fault::RateLimited(Some("50".to_owned())));
    let limits = deepgrade::deep_security::Limits {
        deadline: Duration::from_secs(30),
        ..patient()
    };
    let line = fail(&manager, limits);
    assert!(line.contains("(429)"), "{line}");
    assert_eq!(counts(&manager), [(KEY.to_owned(), 1)]);
}

#[test]
fn case_20_calls_stay_below_the_rate_limit_of_the_manager() {
    let manager = manager(300);
    let limits = deepgrade::deep_security::Limits {
        largest_page: 1,
        smallest_page: 1,
        ..patient()
    };
    let (reader, time) = reader(&manager, limits);
    // The Manager's clock stands still, so that all calls fall into one of its minutes.
    manager.options(|options| options.limits = testbed::Limits::none());
    let reading = read(&reader).unwrap();
    let calls = f64::from(reading.calls);
    let waited: Duration = time.sleeps().iter().sum();
    assert!(calls > 400.0, "enough calls for the limit to matter");
    let at_most = 40.0 + waited.as_secs_f64() * 6.0 + 1.0;
    assert!(calls <= at_most, "{calls} calls in {waited:?}");
}
