//! Findings as their sources send them, and what they are understood as.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "findings/account.rs"]
#[cfg(feature = "aws")]
mod account;
#[path = "findings/bad_input.rs"]
mod bad_input;
#[path = "findings/events.rs"]
mod events;
#[path = "findings/laws.rs"]
mod laws;
#[path = "findings/queue.rs"]
#[cfg(feature = "aws")]
mod queue;
#[path = "findings/sources.rs"]
#[cfg(feature = "aws")]
mod sources;
