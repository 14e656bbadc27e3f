//! The templates of `cloudformation/`: what they make, what it may do, and that it is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "deployment/calls.rs"]
mod calls;
#[path = "deployment/documents.rs"]
mod documents;
#[path = "deployment/functions.rs"]
mod functions;
#[path = "deployment/organization.rs"]
mod organization;
#[path = "deployment/page.rs"]
mod page;
#[path = "deployment/policies.rs"]
mod policies;
#[path = "deployment/python.rs"]
mod python;
#[path = "deployment/sharing.rs"]
mod sharing;
#[path = "deployment/template.rs"]
mod template;
#[path = "deployment/watching.rs"]
mod watching;
