//! What AWS knows: one question a file.
//!
//! ```text
//! describe_instances, configuration_item   as files hold it, without any SDK
//! clients, refusal                          clients of the services, and what their errors mean
//! location, store                           objects in S3
//! secrets, function_settings                keys of Managers, and what a function is set to
//! ```

#[cfg(feature = "aws")]
pub mod clients;
pub mod configuration_item;
pub mod describe_instances;
#[cfg(feature = "aws")]
pub mod function_settings;
mod instance;
pub mod location;
#[cfg(feature = "aws")]
mod refusal;
#[cfg(feature = "aws")]
pub mod secrets;
#[cfg(feature = "aws")]
pub mod store;
