//! What AWS knows: one question a file.
//!
//! ```text
//! describe_instances, configuration_item   as files hold it, without any SDK
//! instances                                 EC2: which instances there are
//! web                                       what stands between the internet and the instances
//! findings                                  GuardDuty, Macie, Inspector: what they found
//! waf                                       managed rule groups of AWS WAF, and adding them
//! results, evaluations                      AWS Config: what it shows, and putting results
//! response_rules                            AWS Config: has the response rules run
//! tasks                                     ECS: which instance a task runs on
//! topic                                     SNS: messages to teams
//! store, table, secrets, queues             S3, DynamoDB, Secrets Manager, SQS
//! access                                    IAM, S3, EC2: whose roles may access a bucket
//! location, function_settings               where the settings and the inventory of a function are
//! session, identity                         an account as the command line reaches it
//! clients, refusal, moment, described       clients of the services; their errors, times, instances
//! pages, attempts                           lists that come page by page; calls that are made again
//! ```

#[cfg(feature = "aws")]
pub mod access;
#[cfg(feature = "aws")]
mod attempts;
#[cfg(feature = "aws")]
pub mod clients;
#[cfg(feature = "live")]
pub mod config_rules;
pub mod configuration_item;
pub mod describe_instances;
#[cfg(feature = "aws")]
mod described;
#[cfg(feature = "aws")]
pub mod evaluations;
#[cfg(feature = "aws")]
pub mod findings;
#[cfg(feature = "live")]
pub mod function;
#[cfg(feature = "aws")]
pub mod function_exceptions;
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
mod pages;
#[cfg(feature = "aws")]
pub mod queues;
#[cfg(feature = "live")]
pub mod recorder;
#[cfg(feature = "aws")]
mod refusal;
#[cfg(feature = "aws")]
pub mod response_rules;
#[cfg(feature = "aws")]
pub mod results;
#[cfg(feature = "aws")]
pub mod secrets;
#[cfg(feature = "live")]
pub mod session;
#[cfg(feature = "aws")]
pub mod store;
#[cfg(feature = "aws")]
pub mod table;
#[cfg(feature = "aws")]
pub mod tasks;
#[cfg(feature = "aws")]
pub mod topic;
#[cfg(feature = "aws")]
pub mod waf;
#[cfg(feature = "aws")]
pub mod web;
