//! The command line on a live account: moto, with instances that were really created, and the
//! simulator of a Manager.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "live/account.rs"]
mod account;
#[path = "live/deployed.rs"]
mod deployed;
#[path = "live/doctor.rs"]
mod doctor;
#[path = "live/ledger.rs"]
mod ledger;
#[path = "live/proxy.rs"]
mod proxy;
#[path = "live/refusals.rs"]
mod refusals;
#[path = "live/respond.rs"]
mod respond;
#[path = "live/sign_in.rs"]
mod sign_in;
#[path = "live/snapshot.rs"]
mod snapshot;
#[path = "live/waf.rs"]
mod waf;
#[path = "remediate/website.rs"]
mod website;
#[path = "live/world.rs"]
mod world;
