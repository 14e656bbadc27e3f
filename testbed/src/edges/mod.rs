//! The AWS services that web edges and findings are read from, on loopback: moto behind, and before
//! it what moto lacks, a log of every action, and refusals on demand.
//!
//! moto knows neither `ListResourcesForWebACL`, nor the VPC origins and tenants of CloudFront, nor
//! the findings of GuardDuty and Macie; those of Inspector it does not filter. The first is answered
//! by the associations that passed through here; the others are given by the test, and so are the
//! managed rule groups of AWS WAF with their capacity. It does not know the filter of instances by
//! instance profile, which is left out, and gives `GetAccountAuthorizationDetails` in one page, which
//! is made two. Members of an administrator are given by the test as well: moto knows none of
//! GuardDuty, and few words of the others. A table of DynamoDB that is asked for by its ARN is that of
//! its owner, whoever asks.

mod action;
mod answers;
mod findings;
mod market;
mod members;
mod refusal;
mod service;
mod sharing;
mod upstream;

pub use answers::{Tenant, VpcOrigin};
pub use market::ManagedGroup;
pub use members::Member;
pub use refusal::Refusal;
pub use service::Edges;
