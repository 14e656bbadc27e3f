//! Which roles of instances may access a bucket, by the policies of both.
//!
//! ```text
//! role, bucket     what is read of an account and of a bucket
//! document         policy documents: json, percent, principal, condition, pattern
//! context          what is known of a request; extent: for how much something holds
//! evaluation       what the policies come to; trail: why; reader: the answer for each role
//! reached          the instances with those roles
//! others           other accounts whose roles may be let in
//! ```
//!
//! The evaluation is three-valued and errs towards access: a false alarm costs a scan, a role that
//! is missed may be the one that leaks.

mod bucket;
mod condition;
mod context;
mod document;
mod evaluation;
mod extent;
mod json;
mod others;
mod pattern;
mod percent;
mod principal;
mod reached;
mod reader;
mod role;
mod trail;

pub use bucket::{BucketFacts, BucketPolicy, Operation};
pub use document::{Document, Unreadable};
pub use others::others;
pub use reached::{InstanceOfProfile, Reached, profiles, reached};
pub use reader::{Answer, Reader, readers};
pub use role::{Authorization, BadRoleArn, Policy, PolicyKind, Role, RoleArn, Unseen};
