//! An aggregator of AWS Config that shows many accounts: what is collected of it, what it does not
//! tell, and a collection that is interrupted.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "aggregator/collected.rs"]
mod collected;
#[path = "aggregator/command.rs"]
mod command;
#[path = "aggregator/hindered.rs"]
mod hindered;
#[path = "aggregator/scale.rs"]
mod scale;
#[path = "aggregator/world.rs"]
mod world;
