//! The flow of a Config rule, from an event to what Config shows, with worlds in the place of AWS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "flows/bad_input.rs"]
mod bad_input;
#[path = "flows/bad_parameters.rs"]
mod bad_parameters;
#[path = "flows/canned.rs"]
mod canned;
#[path = "flows/changes.rs"]
mod changes;
#[path = "flows/delivery.rs"]
mod delivery;
#[path = "flows/evidence.rs"]
mod evidence;
#[path = "flows/exceptions.rs"]
mod exceptions;
#[path = "flows/findings.rs"]
mod findings;
#[path = "flows/flaky.rs"]
mod flaky;
#[path = "flows/health.rs"]
mod health;
#[path = "flows/message.rs"]
mod message;
#[path = "flows/pace.rs"]
mod pace;
#[path = "flows/reconciliation.rs"]
mod reconciliation;
#[path = "flows/recorded.rs"]
mod recorded;
#[path = "flows/recorder.rs"]
mod recorder;
#[path = "flows/schedule.rs"]
mod schedule;
#[path = "flows/stage.rs"]
mod stage;
#[path = "flows/wishes.rs"]
mod wishes;
