//! What AWS knows: one question a file.
//!
//! ```text
//! describe_instances, configuration_item   as files hold it, without any SDK
//! clients, refusal                          clients of the services, and what their errors mean
//! web                                       what stands between the internet and the instances
//! ```

#[cfg(feature = "aws")]
pub mod clients;
pub mod configuration_item;
pub mod describe_instances;
mod instance;
#[cfg(feature = "aws")]
mod refusal;
#[cfg(feature = "aws")]
pub mod web;
