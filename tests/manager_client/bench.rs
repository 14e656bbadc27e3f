//! A Manager and its reader, set up for a test.

use std::{sync::Arc, time::Duration};

use deepgrade::{
    deep_security::{Access, ApiKey, CaBundle, Error, Limits, Reader, Reading, Scheme},
    time::{ManualTime, Time},
};
use jiff::Timestamp;
use testbed::{Estate, Fault, Injection, Manager, Options, SECRET, estate::AS_OF};

pub(crate) const COMPUTERS: &str = "POST /computers/search";
pub(crate) const POLICIES: &str = "POST /policies/search";
pub(crate) const IPS_RULES: &str = "POST /intrusionpreventionrules/search";
pub(crate) const APPLICATION_TYPES: &str = "POST /applicationtypes/search";
pub(crate) const KEY: &str = "GET /apikeys/current";

/// The time at which the clocks of Managers and readers stand.
pub(crate) fn as_of() -> Timestamp {
    Timestamp::from_millisecond(AS_OF).unwrap()
}

/// A Manager with so many computers.
pub(crate) fn manager(computers: u64) -> Manager {
    Manager::start(Estate::seeded(1, computers), Options::default()).unwrap()
}

/// A Manager of 40 computers whose answers to some calls are broken.
pub(crate) fn with(pattern: &str, fault: Fault) -> Manager {
    let manager = manager(40);
    manager.inject(Injection::on(pattern, fault));
    manager
}

/// Limits under which nothing that works is cut off, even on a busy machine.
pub(crate) fn patient() -> Limits {
    Limits {
        connect: Duration::from_secs(20),
        ..Limits::default()
    }
}

/// Limits under which a silent Manager is soon given up.
pub(crate) fn impatient() -> Limits {
    Limits {
        idle: Duration::from_millis(400),
        ..patient()
    }
}

pub(crate) fn access(manager: &Manager, limits: Limits) -> Access {
    Access {
        name: None,
        url: manager.url().parse().unwrap(),
        key: ApiKey::new(Scheme::SecretKey, SECRET).unwrap(),
        ca: None,
        limits,
    }
}

/// A reader whose waits take no time and are remembered.
pub(crate) fn reader(manager: &Manager, limits: Limits) -> (Reader, Arc<ManualTime>) {
    let time = Arc::new(ManualTime::at(as_of()));
    let reader = Reader::new(access(manager, limits), Arc::clone(&time) as Arc<dyn Time>);
    (reader.unwrap(), time)
}

pub(crate) fn trusting(manager: &Manager) -> Access {
    let ca = CaBundle::from_pem(manager.ca_pem().unwrap().as_bytes(), as_of()).unwrap();
    Access {
        ca: Some(ca),
        ..access(manager, patient())
    }
}

pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

pub(crate) fn read(reader: &Reader) -> Result<Reading, Error> {
    wait_for(reader.inventory(&|_| {}))
}

/// Reads an inventory that must fail, and gives the error's line.
pub(crate) fn fail(manager: &Manager, limits: Limits) -> String {
    let (reader, _) = reader(manager, limits);
    let error = read(&reader).map(|reading| reading.inventory).unwrap_err();
    line(&error)
}

/// The message of an error, which must be one line for a person, and must not hold the key.
pub(crate) fn line(error: &Error) -> String {
    let line = error.to_string();
    assert!(
        !line.contains(SECRET) && !format!("{error:?}").contains(SECRET),
        "{line}"
    );
    assert!(!line.contains('\n') && line.chars().count() < 400, "{line}");
    for internal in [
        "reqwest",
        "hyper",
        "Error(",
        "kind:",
        "error sending request",
    ] {
        assert!(!line.contains(internal), "{line}");
    }
    line
}

/// How often each call was made, in the order of the first.
pub(crate) fn counts(manager: &Manager) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for call in manager.calls() {
        match counts.iter_mut().find(|(name, _)| *name == call.name()) {
            Some((_, count)) => *count += 1,
            None => counts.push((call.name(), 1)),
        }
    }
    counts
}

/// How many items were asked for, search by search.
pub(crate) fn page_sizes(manager: &Manager, name: &str) -> Vec<u64> {
    let calls = manager
        .calls()
        .into_iter()
        .filter(|call| call.name() == name);
    calls
        .map(|call| call.body.unwrap()["maxItems"].as_u64().unwrap())
        .collect()
}

/// A reader of a Manager that is entered in a way of its own.
pub(crate) fn reader_of(access: Access) -> (Reader, Arc<ManualTime>) {
    let time = Arc::new(ManualTime::at(as_of()));
    (
        Reader::new(access, Arc::clone(&time) as Arc<dyn Time>).unwrap(),
        time,
    )
}
