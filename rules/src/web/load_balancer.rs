//! Load balancers and their targets.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{acl::WebAclLink, part::Part};
use crate::{
    fact::{Fact, Readable, words},
    instance::InstanceId,
};

/// A load balancer (Elastic Load Balancing API reference, `DescribeLoadBalancers` of both
/// versions).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// The ARN; of a classic load balancer, the name.
    pub id: Box<str>,
    /// The DNS name.
    pub dns_name: Box<str>,
    /// What it is.
    pub kind: Fact<Kind>,
    /// Whether the internet can reach it.
    pub scheme: Fact<Scheme>,
    /// The web ACL of an application load balancer. No other kind can carry one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_acl: Option<Part<Fact<WebAclLink>>>,
    /// The ids of its security groups. What no group guards, is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Box<str>>,
    /// Where it listens.
    pub listeners: Part<Vec<Listener>>,
    /// Where it forwards to. The instances of a classic one are a group of their own.
    pub target_groups: Part<Vec<TargetGroup>>,
}

words! {
    /// What a load balancer is.
    Kind {
        /// An Application Load Balancer (ALB): the only kind that can carry a web ACL.
        Application = "application",
        /// A Network Load Balancer (NLB).
        Network = "network",
        /// A Gateway Load Balancer, which is in front of appliances and of no web server.
        Gateway = "gateway",
        /// A Classic Load Balancer.
        Classic = "classic",
    }
}

impl Kind {
    /// The name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "ALB",
            Self::Network => "NLB",
            Self::Gateway => "gateway load balancer",
            Self::Classic => "classic ELB",
        }
    }
}

words! {
    /// Whether the internet can reach a load balancer.
    Scheme {
        /// It has public addresses.
        InternetFacing = "internet-facing",
        /// It has private addresses only.
        Internal = "internal",
    }
}

/// A port that a load balancer listens on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// The names of the target groups that it forwards to, where that is known; otherwise it may
    /// forward to any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_groups: Option<Vec<Box<str>>>,
}

/// Targets that a load balancer forwards to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroup {
    /// The name.
    pub name: Box<str>,
    /// The targets (`DescribeTargetHealth`).
    pub targets: Part<Vec<Target>>,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// An instance id, a private address, or an ARN (`TargetDescription.Id`).
    pub id: Box<str>,
    /// Whose address it is; left out where that was not found out.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub instance: Fact<Owner>,
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Whether it serves.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub state: Fact<TargetState>,
}

words! {
    /// The health of a target (Elastic Load Balancing API reference, `TargetHealth.State`).
    TargetState {
        /// Being registered.
        Initial = "initial",
        /// Healthy.
        Healthy = "healthy",
        /// Failing its health check: it may be well again at any time, and a load balancer without
        /// a healthy target sends to unhealthy ones.
        Unhealthy = "unhealthy",
        /// Not used: stopped, or in no zone of the load balancer.
        Unused = "unused",
        /// Being taken out.
        Draining = "draining",
        /// Failing its health check while it is being taken out.
        UnhealthyDraining = "unhealthy.draining",
        /// Without health checks.
        Unavailable = "unavailable",
    }
}

/// Whose address a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An instance's.
    Instance(InstanceId),
    /// Not an instance's.
    None,
}

impl Readable for Owner {
    fn read_text(text: &str) -> Fact<Self> {
        match (text, text.parse()) {
            ("none", _) => Fact::Known(Self::None),
            (_, Ok(id)) => Fact::Known(Self::Instance(id)),
            (_, Err(_)) => Fact::Unrecognised(text.into()),
        }
    }

    fn written(&self) -> Cow<'static, str> {
        match self {
            Self::Instance(id) => id.to_string().into(),
            Self::None => "none".into(),
        }
    }
}

/// Where a target leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination<'a> {
    Instance(InstanceId),
    LoadBalancer(&'a str),
    /// Neither an instance nor a load balancer: a function, or a machine outside AWS.
    Elsewhere,
    Unresolved,
}

impl Target {
    pub(super) fn destination(&self) -> Destination<'_> {
        if let Ok(instance) = self.id.parse() {
            return Destination::Instance(instance);
        }
        if self.id.starts_with("arn:") {
            return if self.id.contains(":loadbalancer/") {
                Destination::LoadBalancer(&self.id)
            } else {
                Destination::Elsewhere
            };
        }
        match self.instance {
            Fact::Known(Owner::Instance(instance)) => Destination::Instance(instance),
            Fact::Known(Owner::None) => Destination::Elsewhere,
            Fact::Unrecognised(_) | Fact::Missing => Destination::Unresolved,
        }
    }

    /// Whether requests may reach it. A state that is not known counts as serving.
    pub(super) fn serves(&self) -> bool {
        !matches!(
            self.state,
            Fact::Known(
                TargetState::Unused | TargetState::Draining | TargetState::UnhealthyDraining
            )
        )
    }
}

impl Listener {
    /// Whether it may forward to the target group.
    pub(super) fn leads_to(&self, group: &TargetGroup) -> bool {
        self.target_groups
            .as_ref()
            .is_none_or(|names| names.contains(&group.name))
    }
}
