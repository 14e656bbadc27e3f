//! What changes a Deep Security Manager, against a Manager on loopback, sound and broken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "manager_operator/assignments.rs"]
mod assignments;
#[path = "manager_operator/bench.rs"]
mod bench;
#[path = "manager_operator/look_up.rs"]
mod look_up;
#[path = "manager_operator/protection.rs"]
mod protection;
#[path = "manager_operator/read_back.rs"]
mod read_back;
#[path = "manager_operator/refusals.rs"]
mod refusals;
#[path = "manager_operator/tasks.rs"]
mod tasks;
#[path = "manager_operator/times.rs"]
mod times;
