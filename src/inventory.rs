//! The published inventory: pictures of the Managers, cut by AWS account, that a reader sees whole
//! or not at all.
//!
//! ```text
//! pointer.json              which version of each Manager is current
//! versions/MANAGER/VERSION/
//!   manifest.json.gz        what is in a version
//!   common.json.gz          policies, and computers that may be anybody's
//!   accounts/ACCOUNT.json.gz  the computers of an account; of a large one, cut by instance:
//!   accounts/ACCOUNT-NNN.json.gz
//!   instances.bin           which instances are named under any account, by fingerprint
//!   rules.json.gz           IPS rules, application types, and which rules policies have
//!   common-rules.json.gz, accounts/ACCOUNT-rules.json.gz, accounts/ACCOUNT-NNN-rules.json.gz
//!                           which IPS rules the computers have: grading does not read them
//! ```
//!
//! ```text
//! store                       where objects lie: a port        layout   what they are called
//! pointer, manifest, status   what they hold                   digest, version, packing
//! picture, bucket, index      one reading, cut; where an instance is found, and whether
//! breaker                     what of it is not believed yet
//! publisher, writing, part    puts a version where readers look for it, the pointer last
//! library, edition            the reader
//! ```

mod breaker;
mod bucket;
mod digest;
mod edition;
mod health;
mod index;
mod layout;
mod library;
mod manifest;
mod packing;
mod part;
mod picture;
mod pointer;
mod publisher;
mod status;
mod store;
mod version;
mod writing;

pub use digest::Digest;
pub use library::Library;
pub use manifest::{Bucket, Manifest, Part, Withheld};
pub use picture::Picture;
pub use pointer::{Edition, Pointer, Shelf};
pub use publisher::{Published, Publisher};
pub use status::{Complaint, Kept, KeyEnd, Kind, Status};
pub use store::{Condition, ETag, Found, Put, Store};
pub use version::VersionId;
