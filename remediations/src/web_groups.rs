//! Which managed rule groups of AWS WAF fit what the rules of a policy say runs on a machine.
//!
//! ```text
//! sign      application type of IPS rules -> what runs there: a table
//! aws       what runs there -> AWS's own rule groups: a table
//! offer     what can be had: listed at run time, Trend Micro's known by vendor and title
//! place     where a web ACL is, since each place has its own list
//! ```

mod aws;
mod offer;
mod place;
mod sign;

pub use aws::{AWS, AwsGroup};
pub use offer::{Offer, Offers, Preferences};
pub use place::{Place, Scope, WebAclId};
pub use sign::{Sign, WebKind, signs};
