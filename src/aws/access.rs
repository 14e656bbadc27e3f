//! What is read of an account and a bucket to say which instances may access the bucket.
//!
//! ```text
//! authorization   IAM: the roles that instances can have, with their policies, in one walk
//! bucket          S3: the policy of the bucket
//! instances       EC2: the instances with those roles, in every Region
//! ```

mod authorization;
mod bucket;
mod instances;

pub use authorization::authorization;
pub use bucket::bucket;
pub use instances::{instances, regions};
