//! The adapters of AWS over HTTP: what they ask of AWS Config and EC2, and what they make of the
//! answers.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "adapters/access.rs"]
mod access;
#[path = "adapters/config.rs"]
mod config;
#[path = "adapters/instances.rs"]
mod instances;
#[path = "../benches/function/pages.rs"]
mod pages;
#[path = "adapters/tasks.rs"]
mod tasks;
#[path = "adapters/world.rs"]
mod world;
