//! Which roles may access a bucket: rule by rule, by laws, and against another evaluator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "access/cases.rs"]
mod cases;
#[path = "access/conditions.rs"]
mod conditions;
#[path = "access/differential.rs"]
mod differential;
#[path = "access/hostile.rs"]
mod hostile;
#[path = "access/laws.rs"]
mod laws;
#[path = "access/others.rs"]
mod others;
#[path = "access/random.rs"]
mod random;
#[path = "access/reached.rs"]
mod reached;
#[path = "access/world.rs"]
mod world;
