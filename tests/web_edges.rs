//! Web edges as they are gathered from AWS: real resources in moto, graded by the real rule.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "web_edges/account.rs"]
mod account;
#[path = "web_edges/balancers.rs"]
mod balancers;
#[path = "web_edges/budget.rs"]
mod budget;
#[path = "web_edges/cloudfront.rs"]
mod cloudfront;
#[path = "web_edges/estate.rs"]
mod estate;
#[path = "web_edges/refusals.rs"]
mod refusals;
#[path = "web_edges/verdicts.rs"]
mod verdicts;
