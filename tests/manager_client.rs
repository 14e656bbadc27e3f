//! The client of the Deep Security Manager against a Manager on loopback, sound and broken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "manager_client/bench.rs"]
mod bench;
#[path = "manager_client/encryption.rs"]
mod encryption;
#[path = "manager_client/examination.rs"]
mod examination;
#[path = "manager_client/inventory.rs"]
mod inventory;
#[path = "manager_client/pages.rs"]
mod pages;
#[path = "manager_client/refusals.rs"]
mod refusals;
#[path = "manager_client/tries.rs"]
mod tries;
