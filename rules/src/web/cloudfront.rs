//! CloudFront distributions, their tenants and their origins.

use serde::{Deserialize, Serialize};

use super::{
    acl::{TenantAcl, WebAclLink},
    part::Part,
};
use crate::fact::Fact;

/// A distribution (CloudFront API reference, `ListDistributions`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Distribution {
    /// The id.
    pub id: Box<str>,
    /// The domain name that CloudFront gave it.
    pub domain: Box<str>,
    /// Whether it serves. A disabled one is no front.
    pub enabled: bool,
    /// The web ACL that it names.
    pub web_acl: Part<Fact<WebAclLink>>,
    /// The tenants of a distribution that serves through tenants only (`ConnectionMode`
    /// `tenant-only`); left out for one that serves directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenants: Option<Part<Vec<Tenant>>>,
    /// Where it fetches from.
    pub origins: Part<Vec<Origin>>,
}

/// A tenant of a distribution (CloudFront API reference, `ListDistributionTenants`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tenant {
    /// The name.
    pub name: Box<str>,
    /// Whether it serves.
    pub enabled: bool,
    /// How it customises the web ACL of its distribution: `disabled` or the ARN of its own; left
    /// out where it inherits.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub web_acl: Fact<TenantAcl>,
}

/// An origin of a distribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// The domain name.
    pub domain: Box<str>,
    /// What DNS says that the domain name stands for: names and addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Box<str>>,
    /// The ARN of the load balancer or instance behind a VPC origin (CloudFront API reference,
    /// `VpcOriginSummary.OriginEndpointArn`); left out for an origin of another kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_origin: Option<Part<Box<str>>>,
}
