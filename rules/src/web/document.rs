//! A web map as it is written down.

use std::{fmt, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    acl::WebAcl, cloudfront::Distribution, load_balancer::LoadBalancer, part::Part,
    security_group::SecurityGroup,
};
use crate::{
    instance::{AccountId, InstanceId, Region},
    text::quoted,
};

/// What stands between the internet and the instances of one AWS account and Region, as it was
/// gathered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebMapDocument {
    /// The version of this shape: [`WebMapDocument::VERSION`].
    pub schema_version: String,
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// When gathering began.
    pub taken_at: Timestamp,
    /// The CloudFront distributions of the account, which belong to no Region.
    pub distributions: Part<Vec<Distribution>>,
    /// The load balancers.
    pub load_balancers: Part<Vec<LoadBalancer>>,
    /// The web ACLs, those for CloudFront included.
    pub web_acls: Part<Vec<WebAcl>>,
    /// The security groups.
    pub security_groups: Part<Vec<SecurityGroup>>,
    /// The network side of every instance: one that is not listed is not known to be without a
    /// public address.
    pub instances: Part<Vec<InstanceEdge>>,
}

/// The network side of an instance (EC2 API reference, `DescribeInstances`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceEdge {
    /// The instance.
    pub id: InstanceId,
    /// Its network interfaces; those without a public address may be left out.
    pub interfaces: Vec<Interface>,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interface {
    /// Its public addresses: IPv4 ones that are associated with it, and its IPv6 ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<IpAddr>,
    /// Its public DNS name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<Box<str>>,
    /// The ids of its security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Box<str>>,
}

impl WebMapDocument {
    /// The version of the shape that this code writes and reads.
    pub const VERSION: &'static str = "1";

    /// Refuses another version, and anything that is in a list twice.
    pub(super) fn check(&self) -> Result<(), BadWebMap> {
        if self.schema_version != Self::VERSION {
            return Err(BadWebMap::Version(self.schema_version.clone()));
        }
        let distributions = self.distributions.listed().iter().map(|each| &*each.id);
        let load_balancers = self.load_balancers.listed().iter().map(|each| &*each.id);
        let web_acls = self.web_acls.listed().iter().map(|each| &*each.arn);
        let groups = self.security_groups.listed().iter().map(|each| &*each.id);
        let instances = self
            .instances
            .listed()
            .iter()
            .map(|each| each.id.to_string());
        let instances: Vec<String> = instances.collect();
        let twice = repeated(distributions)
            .or_else(|| repeated(load_balancers))
            .or_else(|| repeated(web_acls))
            .or_else(|| repeated(groups))
            .or_else(|| repeated(instances.iter().map(String::as_str)));
        twice.map_or(Ok(()), |id| Err(BadWebMap::Duplicate(id)))
    }
}

fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    let pair = ids.windows(2).find(|pair| pair.first() == pair.last())?;
    pair.first().map(|id| (*id).to_owned())
}

/// A document that is not a web map, or web maps that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadWebMap {
    /// Two things in one list have the same id.
    Duplicate(String),
    /// Two maps are of the same account and Region.
    Twice(AccountId, Region),
    /// Another version of the shape.
    Version(String),
}

impl fmt::Display for BadWebMap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(id) => write!(formatter, "{} is listed twice", quoted(id)),
            Self::Twice(account, region) => write!(
                formatter,
                "the web edges of account {account} in {region} are given twice"
            ),
            Self::Version(version) => write!(
                formatter,
                "schemaVersion is {}, and only \"{}\" can be read",
                quoted(version),
                WebMapDocument::VERSION
            ),
        }
    }
}

impl std::error::Error for BadWebMap {}
