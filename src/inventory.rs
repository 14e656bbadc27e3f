//! The published inventory: pictures of the Managers, cut by AWS account, that a reader sees whole
//! or not at all.
//!
//! ```text
//! pointer.json                                     which version of each Manager is current
//! versions/MANAGER/VERSION/manifest.json.gz        what is in a version
//! versions/MANAGER/VERSION/accounts/ACCOUNT.json.gz  the computers of an account
//! versions/MANAGER/VERSION/common.json.gz          policies, and computers that may be anybody's
//! versions/MANAGER/VERSION/rules.json.gz           IPS rules, which grading does not read
//! ```
//!
//! ```text
//! store                       where objects lie: a port        layout   what they are called
//! pointer, manifest, status   what they hold                   digest, version, packing
//! picture, breaker            one reading, cut; what of it is not believed yet
//! publisher, writing          puts a version where readers look for it, the pointer last
//! library, edition            the reader
//! ```

mod breaker;
mod digest;
mod edition;
mod health;
mod layout;
mod library;
mod manifest;
mod packing;
mod picture;
mod pointer;
mod publisher;
mod status;
mod store;
mod version;
mod writing;

pub use digest::Digest;
pub use library::Library;
pub use manifest::{Manifest, Part, Withheld};
pub use picture::Picture;
pub use pointer::{Edition, Pointer, Shelf};
pub use publisher::{Published, Publisher};
pub use status::{Complaint, Kept, KeyEnd, Kind, Status};
pub use store::{Condition, ETag, Found, Put, Store};
pub use version::VersionId;
