//! The functions that answer findings, as Lambda runs them: the real binary, invoked over the Runtime
//! API, with a simulated Manager and real resources in moto.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "remediate/administrator.rs"]
mod administrator;
#[path = "remediate/backfill.rs"]
mod backfill;
#[path = "remediate/follow_up.rs"]
mod follow_up;
#[path = "remediate/hub.rs"]
mod hub;
#[path = "remediate/members.rs"]
mod members;
#[path = "remediate/operate.rs"]
mod operate;
#[path = "remediate/organization.rs"]
mod organization;
#[path = "remediate/respond.rs"]
mod respond;
#[path = "remediate/scene.rs"]
mod scene;
#[path = "remediate/setting_up.rs"]
mod setting_up;
#[allow(dead_code, reason = "the functions that grade need all of it")]
#[path = "function/stage.rs"]
mod stage;
#[path = "remediate/unlisted.rs"]
mod unlisted;
#[path = "remediate/waf.rs"]
mod waf;
#[path = "remediate/website.rs"]
mod website;
