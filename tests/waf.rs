//! Adding managed rule groups to web ACLs: real ones in moto, with the faults of AWS WAF before it.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "waf/account.rs"]
mod account;
#[path = "waf/adding.rs"]
mod adding;
#[path = "waf/covering.rs"]
mod covering;
#[path = "waf/faults.rs"]
mod faults;
