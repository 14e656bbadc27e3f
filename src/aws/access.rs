//! What is read of an account and a bucket to say which instances may access the bucket.
//!
//! ```text
//! authorization   IAM: the roles that instances can have, with their policies, in one walk
//! bucket          S3: the policy of the bucket
//! instances       EC2: the instances with those roles, in every Region
//! readers         all of these together
//! ```

mod authorization;
mod bucket;
mod instances;
mod readers;

pub use authorization::authorization;
pub use bucket::bucket;
pub use instances::{instances, regions};
pub use readers::{Members, readers};
