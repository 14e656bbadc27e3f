//! What AWS knows: one question a file.
//!
//! ```text
//! describe_instances, configuration_item   as files hold it, without any SDK
//! instances                                 EC2: which instances there are
//! web                                       what stands between the internet and the instances
//! findings                                  GuardDuty, Macie, Inspector: what they found
//! results, evaluations                      AWS Config: what it shows, and putting results
//! store, secrets, queues                    S3, Secrets Manager, SQS
//! location, function_settings               where the settings and the inventory of a function are
//! session, identity                         an account as the command line reaches it
//! clients, refusal, moment, described       clients of the services; their errors, times, instances
//! ```

#[cfg(feature = "aws")]
pub mod clients;
pub mod configuration_item;
pub mod describe_instances;
#[cfg(feature = "aws")]
mod described;
#[cfg(feature = "aws")]
pub mod evaluations;
#[cfg(feature = "aws")]
pub mod findings;
#[cfg(feature = "aws")]
pub mod function_settings;
#[cfg(feature = "live")]
mod identity;
mod instance;
#[cfg(feature = "aws")]
pub mod instances;
#[cfg(feature = "aws")]
pub mod location;
#[cfg(feature = "aws")]
mod moment;
#[cfg(feature = "aws")]
pub mod queues;
#[cfg(feature = "aws")]
mod refusal;
#[cfg(feature = "aws")]
pub mod results;
#[cfg(feature = "aws")]
pub mod secrets;
#[cfg(feature = "live")]
pub mod session;
#[cfg(feature = "aws")]
pub mod store;
#[cfg(feature = "aws")]
pub mod web;
