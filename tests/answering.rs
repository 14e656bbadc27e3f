//! Answering findings: the whole flow, from a finding to what the ledger holds and the Manager does,
//! against a Manager on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "answering/crash.rs"]
mod crash;
#[path = "answering/crashes.rs"]
mod crashes;
#[path = "answering/findings.rs"]
mod findings;
#[path = "answering/inspector.rs"]
mod inspector;
#[path = "answering/stage.rs"]
mod stage;
#[path = "answering/threats.rs"]
mod threats;
#[path = "answering/world.rs"]
mod world;
