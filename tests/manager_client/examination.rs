//! What `doctor` sees.

use std::sync::Arc;

use deepgrade::{
    deep_security::{Access, Check, Grade, Limits, Reader},
    time::{ManualTime, Time},
};
use serde_json::json;
use testbed::{
    Certificate, Estate, Fault, FaultBody, Injection, Key, Manager, Options, Right, SECRET,
    estate::AS_OF,
};

use crate::bench::{
    COMPUTERS, KEY, POLICIES, access, as_of, impatient, manager, patient, reader, trusting,
    wait_for, with,
};

fn examine(manager: &Manager) -> Vec<Check> {
    examine_as(access(manager, patient()))
}

fn examine_as(access: Access) -> Vec<Check> {
    let time: Arc<dyn Time> = Arc::new(ManualTime::at(as_of()));
    let checks = wait_for(Reader::new(access, time).unwrap().examine());
    for check in &checks {
        assert!(!format!("{check:?}").contains(SECRET));
        assert!(!check.detail.contains('\n'));
    }
    checks
}

/// Everything that is not good.
fn troubles(checks: &[Check]) -> Vec<(&str, Grade, &str)> {
    let checks = checks.iter().filter(|check| check.grade != Grade::Good);
    checks
        .map(|check| (check.what, check.grade, check.detail.as_str()))
        .collect()
}

#[test]
fn a_sound_manager_is_good_throughout_and_takes_four_calls() {
    let manager = manager(5);
    let checks = examine(&manager);
    assert_eq!(troubles(&checks), []);
    let what: Vec<_> = checks.iter().map(|check| check.what).collect();
    assert_eq!(
        what,
        [
            "connection",
            "encryption",
            "clock",
            "API key",
            "expiry of the API key",
            "right to view computers",
            "right to view policies",
            "right to view IPS rules",
            "version",
        ]
    );
    assert_eq!(manager.calls().len(), 4);
}

#[test]
fn the_expiry_of_the_key_is_seen_30_days_ahead() {
    const DAY: i64 = 86_400_000;
    for (days, grade, detail) in [
        (31, None, ""),
        (29, Some(Grade::Warning), "expires 2026-08-30 12:00Z"),
        (-1, Some(Grade::Bad), "expired 2026-07-31 12:00Z"),
    ] {
        let expiry = json!(AS_OF + days * DAY);
        let manager = with(KEY, Fault::Replace("expiryDate".to_owned(), expiry));
        let checks = examine(&manager);
        let expected = grade.map(|grade| ("expiry of the API key", grade, detail));
        assert_eq!(troubles(&checks), Vec::from_iter(expected));
    }
}

#[test]
fn a_key_that_may_not_see_itself_is_a_warning() {
    let key = Key::reader(SECRET).without(Right::ViewApiKeys);
    let options = Options {
        keys: vec![key],
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(1, 5), options).unwrap();
    let checks = examine(&manager);
    let troubles = troubles(&checks);
    assert_eq!(troubles.len(), 1);
    assert_eq!((troubles[0].0, troubles[0].1), ("API key", Grade::Warning));
}

#[test]
fn a_rejected_key_ends_the_examination() {
    let manager = with(KEY, Fault::Status(401, FaultBody::Empty));
    let checks = examine(&manager);
    let last = checks.last().unwrap();
    assert_eq!((last.what, last.grade), ("API key", Grade::Bad));
    assert_eq!(manager.calls().len(), 1);
}

#[test]
fn an_inactive_key_is_bad() {
    let manager = manager(5);
    manager.inject(Injection::on(
        KEY,
        Fault::Replace("active".to_owned(), json!(false)),
    ));
    let checks = examine(&manager);
    assert_eq!(
        troubles(&checks),
        [("API key", Grade::Bad, "\"deepgrade\" is not active")]
    );
}

#[test]
fn a_missing_right_is_named() {
    let manager = with(POLICIES, Fault::Status(403, FaultBody::Empty));
    let checks = examine(&manager);
    let troubles = troubles(&checks);
    assert_eq!(
        (troubles.len(), troubles[0].0),
        (1, "right to view policies")
    );
    assert!(
        troubles[0].2.contains("(403); its role must be allowed to"),
        "{troubles:?}"
    );
}

#[test]
fn a_key_that_sees_no_computer_is_a_warning() {
    let manager = manager(0);
    let checks = examine(&manager);
    let expected = (
        "right to view computers",
        Grade::Warning,
        "the key sees no computer",
    );
    assert_eq!(troubles(&checks), [expected]);
}

#[test]
fn clocks_that_are_apart_are_a_warning() {
    for (ms, grade) in [
        (90_000, None),
        (-600_000, Some("10 minutes behind this machine's")),
    ] {
        let manager = manager(5);
        manager.options(|options| options.date_skew = ms);
        let checks = examine(&manager);
        let expected = grade.map(|detail| ("clock", Grade::Warning, detail));
        assert_eq!(troubles(&checks), Vec::from_iter(expected));
    }
    let checks = examine(&with("*", Fault::NoDate));
    assert_eq!(troubles(&checks)[0].1, Grade::Bad);
}

#[test]
fn a_bad_certificate_and_an_unreachable_manager_are_told_apart() {
    let options = Options {
        certificate: Some(Certificate::PrivateAuthority),
        ..Options::default()
    };
    let manager = Manager::start(Estate::seeded(1, 5), options).unwrap();
    assert_eq!(troubles(&examine_as(trusting(&manager))), []);
    let checks = examine(&manager);
    assert_eq!(
        (checks.len(), checks[0].what, checks[0].grade),
        (1, "encryption", Grade::Bad)
    );
    manager.refuse_connections();
    let checks = examine(&manager);
    assert_eq!(
        (checks.len(), checks[0].what, checks[0].grade),
        (1, "connection", Grade::Bad)
    );
}

#[test]
fn another_server_is_named() {
    let checks = examine(&with(KEY, Fault::SignInPage));
    let last = checks.last().unwrap();
    assert_eq!((last.what, last.grade), ("API", Grade::Bad));
    assert!(last.detail.contains("a web page"), "{}", last.detail);
}

#[test]
fn nothing_is_tried_again() {
    let manager = with(COMPUTERS, Fault::Silent);
    let (reader, time) = reader(&manager, Limits { ..impatient() });
    let checks = wait_for(reader.examine());
    let expected = ("right to view computers", Grade::Bad, "silent for 400 ms");
    assert_eq!(troubles(&checks), [expected]);
    assert!(time.sleeps().is_empty());
}
