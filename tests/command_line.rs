//! The binary itself: exit codes, streams, and what it says of bad input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "command_line/bad_input.rs"]
mod bad_input;
#[path = "command_line/differences.rs"]
mod differences;
#[path = "command_line/evidence.rs"]
mod evidence;
#[path = "command_line/exceptions.rs"]
mod exceptions;
#[path = "command_line/findings.rs"]
mod findings;
#[path = "command_line/guard.rs"]
mod guard;
#[path = "command_line/ledger.rs"]
mod ledger;
#[path = "command_line/managers.rs"]
mod managers;
#[path = "command_line/outputs.rs"]
mod outputs;
#[path = "command_line/pack.rs"]
mod pack;
#[path = "command_line/replay.rs"]
mod replay;
#[path = "command_line/report.rs"]
mod report;
#[path = "command_line/results.rs"]
mod results;
#[path = "command_line/saved_instances.rs"]
mod saved_instances;
#[path = "command_line/waf.rs"]
mod waf;
#[path = "command_line/web.rs"]
mod web;
#[path = "command_line/world.rs"]
mod world;
