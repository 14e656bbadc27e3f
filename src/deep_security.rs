//! Reads a Deep Security Manager (on-premises, Workload Security, Vision One); [`operator`] alone
//! writes to one, and nothing that reads leads to it.
//!
//! ```text
//! reader        the door: a Manager and its key in, a complete inventory or an error out
//! examination   what `doctor` asks: connection, key, rights, clocks
//! operator      changes a Manager, always in addition to what is there
//! responses     single elements of answers that a user saved as files
//!
//! run           one reading: deadline, tries, date      pages       paged search
//! connection    TLS, headers, time-outs                 resolver    names that lead nowhere good
//! retry         how often and when                      limits      every bound
//! address, api_key, ca_bundle, key, call, error, failure            what their names say
//! wire/         what a Manager writes, and what it means
//! ```

mod address;
mod api_key;
mod ca_bundle;
mod call;
mod connection;
mod error;
mod examination;
mod failure;
mod key;
mod limits;
pub mod operator;
mod pages;
mod reader;
mod resolver;
pub mod responses;
mod retry;
mod run;
mod wire;

pub use address::{BadManagerUrl, ManagerUrl};
pub use api_key::{ApiKey, BadApiKey, Scheme};
pub use ca_bundle::{BadCaBundle, CaBundle};
pub use error::{Error, Problem};
pub use examination::{Check, Grade};
pub use key::{Expiry, KeyRecord};
pub use limits::Limits;
pub use reader::{Access, Progress, Reader, Reading};
