//! Which of AWS's managed rule groups fit what the rules of a policy say runs on a machine.
//!
//! ```text
//! sign      application type of IPS rules -> what runs there: a table
//! served    all application types of a policy -> what its machines serve
//! aws       what they serve -> AWS's own rule groups: a table
//! ```

mod aws;
mod served;
mod sign;

pub use aws::{AWS, AwsGroup, lacking};
pub use served::Served;
pub use sign::{Sign, WebKind};
