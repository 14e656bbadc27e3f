//! Answering findings: the whole flow, from a finding to what the ledger holds and the Manager does,
//! against a Manager on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "answering/accounts.rs"]
mod accounts;
#[path = "answering/buckets.rs"]
mod buckets;
#[path = "answering/crash.rs"]
mod crash;
#[path = "answering/crashes.rs"]
mod crashes;
#[path = "answering/ends.rs"]
mod ends;
#[path = "answering/findings.rs"]
mod findings;
#[path = "answering/hindered.rs"]
mod hindered;
#[path = "answering/inspector.rs"]
mod inspector;
#[path = "answering/soak.rs"]
mod soak;
#[path = "answering/stage.rs"]
mod stage;
#[path = "answering/switches.rs"]
mod switches;
#[path = "answering/threats.rs"]
mod threats;
#[path = "answering/unprotected.rs"]
mod unprotected;
#[path = "answering/world.rs"]
mod world;
