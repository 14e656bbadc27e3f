//! A Manager and its operator, set up for a test.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use deepgrade::{
    deep_security::{
        Access, ApiKey, Error, Limits, Scheme,
        operator::{Operator, TaskKind, TaskName},
    },
    ports::answering::Asked,
    time::{ManualTime, Time},
};
use jiff::Timestamp;
use testbed::{
    Estate, Fault, FaultBody, Key, Manager, Options, Right, SECRET,
    estate::{AS_OF, Condition},
};

/// The time at which the clocks of Managers and operators stand.
pub(crate) fn as_of() -> Timestamp {
    Timestamp::from_millisecond(AS_OF).unwrap()
}

/// A Manager of 120 computers, entered with the key that the handbook asks for.
pub(crate) fn manager() -> Manager {
    manager_with(Key::operator(SECRET))
}

pub(crate) fn manager_with(key: Key) -> Manager {
    let options = Options {
        keys: vec![key],
        ..Options::default()
    };
    Manager::start(Estate::seeded(1, 2 * Condition::PERIOD), options).unwrap()
}

/// A Manager whose key lacks a right.
pub(crate) fn without(right: Right) -> Manager {
    manager_with(Key::operator(SECRET).without(right))
}

pub(crate) fn access(manager: &Manager) -> Access {
    Access {
        name: Some("ds".to_owned()),
        url: manager.url().parse().unwrap(),
        key: ApiKey::new(Scheme::SecretKey, SECRET).unwrap(),
        ca: None,
        // Nothing that works is cut off, even on a busy machine.
        limits: Limits {
            connect: Duration::from_secs(20),
            ..Limits::default()
        },
    }
}

/// An operator whose waits take no time and are remembered.
pub(crate) fn timed(access: Access) -> (Operator, Arc<ManualTime>) {
    let time = Arc::new(ManualTime::at(as_of()));
    let operator = Operator::new(access, Arc::clone(&time) as Arc<dyn Time>);
    (operator.unwrap(), time)
}

pub(crate) fn operator(manager: &Manager) -> Operator {
    timed(access(manager)).0
}

pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// The first computer that was made with a condition.
pub(crate) fn computer(manager: &Manager, condition: Condition) -> u64 {
    let id = manager.estate(|estate| estate.with_condition(condition)[0]);
    u64::try_from(id).unwrap()
}

pub(crate) fn set<const N: usize>(ids: [u64; N]) -> BTreeSet<u64> {
    ids.into()
}

/// The name of the task that one ledger asks for at the time at which the clocks stand.
pub(crate) fn task_name(computer: u64, kind: TaskKind) -> TaskName {
    let asked = Asked {
        ledger: 7.into(),
        at: as_of(),
    };
    TaskName::new(asked, "ds", computer, kind)
}

/// The Manager's own number of a computer, policy or rule.
pub(crate) fn number(id: u64) -> i32 {
    i32::try_from(id).unwrap()
}

/// The names of the calls so far, which are then forgotten.
pub(crate) fn names(manager: &Manager) -> Vec<String> {
    let names = manager.calls().iter().map(testbed::Call::name).collect();
    manager.forget_calls();
    names
}

/// The calls so far that were to change something.
pub(crate) fn writes(manager: &Manager) -> Vec<String> {
    let mut names: Vec<String> = manager.calls().iter().map(testbed::Call::name).collect();
    names.retain(|name| !name.starts_with("GET ") && !name.ends_with("/search"));
    names
}

/// The message of an error, which must be one line for a person, and must not hold the key.
pub(crate) fn line(error: &Error) -> String {
    let line = error.to_string();
    assert!(
        !line.contains(SECRET) && !format!("{error:?}").contains(SECRET),
        "{line}"
    );
    assert!(!line.contains('\n') && line.chars().count() < 400, "{line}");
    line
}

/// Every way in which a reply is lost, so that nobody knows whether the call had its effect.
pub(crate) fn lost_replies() -> [Fault; 6] {
    [
        Fault::Status(500, FaultBody::Message("internal".to_owned())),
        Fault::Status(502, FaultBody::Html),
        Fault::Status(504, FaultBody::Html),
        Fault::Status(503, FaultBody::Empty),
        Fault::Status(200, FaultBody::Empty),
        Fault::Reset,
    ]
}

/// Replies of which a part arrives, when the call has had its effect.
pub(crate) fn half_replies() -> [Fault; 3] {
    [Fault::Cut, Fault::Truncated, Fault::MalformedJson]
}
