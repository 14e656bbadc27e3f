//! The lines of one renewal of the inventory.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Metric, line};
use crate::refresh::{ManagerSummary, Summary};

/// The name of the function, as a dimension of its metrics.
const FUNCTION: &str = "inventory";

/// The line of a renewal.
#[must_use]
pub fn refreshed(
    summary: &Summary,
    failure: Option<&str>,
    took: Duration,
    now: Timestamp,
) -> Value {
    let managers = &summary.managers;
    let failed = managers.iter().filter(|each| each.problem.is_some());
    let metrics = [
        Metric::milliseconds("Duration", took.as_millis()),
        Metric::count("Managers", managers.len()),
        Metric::count("ManagerErrors", failed.count()),
    ];
    let mut rest = Map::new();
    let mut say = |name: &str, value: Value| rest.insert(name.to_owned(), value);
    say("level", json!(failure.map_or("INFO", |_| "ERROR")));
    say(
        "message",
        json!(failure.unwrap_or("the inventory is renewed")),
    );
    say("Function", json!(FUNCTION));
    line("Function", &metrics, now.as_millisecond(), rest)
}

/// The line of one Manager.
#[must_use]
pub fn read(manager: &ManagerSummary, now: Timestamp) -> Value {
    let computers = usize::try_from(manager.computers).unwrap_or(usize::MAX);
    let kept = usize::try_from(manager.kept.accounts).unwrap_or(usize::MAX);
    let metrics = [
        Metric::count("ManagerErrors", usize::from(manager.problem.is_some())),
        Metric::count("ManagerCalls", manager.calls as usize),
        Metric::count("Computers", computers),
        Metric::count("Accounts", manager.accounts),
        Metric::count("KeptAccounts", kept),
    ];
    let problem = manager.problem.as_ref();
    let mut rest = Map::new();
    let mut say = |name: &str, value: Value| rest.insert(name.to_owned(), value);
    say("level", json!(problem.map_or("INFO", |_| "ERROR")));
    say(
        "message",
        json!(problem.map_or("read", |problem| &problem.line)),
    );
    say("Manager", json!(manager.name));
    if let Some(problem) = problem {
        say("kind", json!(problem.kind));
    }
    if manager.superseded {
        say("superseded", json!(true));
    }
    line("Manager", &metrics, now.as_millisecond(), rest)
}
