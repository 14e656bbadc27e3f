//! The conformance pack: what is rendered is what AWS Config takes, and what it would not take is
//! said before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "pack/faults.rs"]
mod faults;
#[path = "pack/limits.rs"]
mod limits;
#[path = "pack/objections.rs"]
mod objections;
#[path = "pack/rendered.rs"]
mod rendered;
