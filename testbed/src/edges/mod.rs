//! The AWS services that web edges and findings are read from, on loopback: moto behind, and before
//! it what moto lacks, a log of every action, and refusals on demand.
//!
//! moto knows neither `ListResourcesForWebACL`, nor the VPC origins and tenants of CloudFront, nor
//! the findings of GuardDuty and Macie; those of Inspector it does not filter. The first is answered
//! by the associations that passed through here; the others are given by the test.

mod action;
mod answers;
mod findings;
mod refusal;
mod service;
mod upstream;

pub use answers::{Tenant, VpcOrigin};
pub use refusal::Refusal;
pub use service::Edges;
