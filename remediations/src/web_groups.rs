//! Which managed rule groups of AWS WAF can be had for a web ACL. Which of them fit what runs on a
//! machine is told by [`rules::web_groups`].
//!
//! ```text
//! offer     what can be had: listed at run time, Trend Micro's known by vendor and title
//! place     where a web ACL is, since each place has its own list
//! ```

mod offer;
mod place;

pub use offer::{Offer, Offers, Preferences};
pub use place::{Place, Scope, WebAclId};
