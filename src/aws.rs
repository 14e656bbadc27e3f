//! What AWS knows: one question a file.
//!
//! ```text
//! describe_instances, configuration_item   as files hold it, without any SDK
//! instances                                 EC2: which instances there are
//! web                                       what stands between the internet and the instances
//! results, evaluations                      AWS Config: what it shows, and putting results
//! session, identity                         an account as the command line reaches it
//! clients, refusal, moment                  clients of the services, their errors and times
//! ```

#[cfg(feature = "aws")]
pub mod clients;
pub mod configuration_item;
pub mod describe_instances;
#[cfg(feature = "aws")]
pub mod evaluations;
#[cfg(feature = "live")]
mod identity;
mod instance;
#[cfg(feature = "aws")]
pub mod instances;
#[cfg(feature = "aws")]
mod moment;
#[cfg(feature = "aws")]
mod refusal;
#[cfg(feature = "aws")]
pub mod results;
#[cfg(feature = "live")]
pub mod session;
#[cfg(feature = "aws")]
pub mod web;
