//! What an operator does at the command line: plans, approvals and coverage, with the real binary
//! against a Manager on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "operating/approvals.rs"]
mod approvals;
#[path = "operating/coverage.rs"]
mod coverage;
#[expect(dead_code, reason = "shared with the tests of other commands")]
#[path = "command_line/findings.rs"]
mod findings;
#[path = "operating/plans.rs"]
mod plans;
#[path = "operating/stage.rs"]
mod stage;
#[expect(dead_code, reason = "shared with the tests of other commands")]
#[path = "command_line/world.rs"]
mod world;
