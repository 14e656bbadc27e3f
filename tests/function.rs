//! The functions as Lambda runs them: the real binary, invoked over the Runtime API, with the AWS
//! Config of the test bed and real resources in moto.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "function/changes.rs"]
mod changes;
#[path = "function/exceptions.rs"]
mod exceptions;
#[path = "function/findings.rs"]
mod findings;
#[path = "function/health.rs"]
mod health;
#[path = "function/lines.rs"]
mod lines;
#[path = "function/renewal.rs"]
mod renewal;
#[path = "function/schedule.rs"]
mod schedule;
#[path = "function/stage.rs"]
mod stage;
