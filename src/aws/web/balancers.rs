//! The load balancers as the picture holds them, put together from what the questions about them
//! give.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types;
use rules::{
    fact::{Fact, Readable as _},
    web::{Kind, Listener, LoadBalancer, Part, Scheme, TargetGroup, WebAclLink},
};

use crate::{pacing::Pacing, ports::Error};

use super::{
    addresses::Addresses,
    groups::{Groups, groups},
    listeners::{listener, listeners},
    rates::LOAD_BALANCING,
    sweep::{Sweep, part, unread},
    target_groups::target_groups,
};

/// Reads the listeners and targets of load balancers. What cannot be read is unread in the part
/// concerned.
pub(super) async fn balancers(
    sweep: &Sweep<'_>,
    described: &[types::LoadBalancer],
    at_hand: &Addresses,
) -> Vec<LoadBalancer> {
    // A gateway load balancer is in front of appliances; what it leads to is never asked for.
    let leading: Vec<_> = described.iter().filter(|each| !is_gateway(each)).collect();
    if leading.is_empty() {
        return described
            .iter()
            .map(|each| balancer(each, &Ok(Groups::default()), None))
            .collect();
    }
    let pacing = Pacing::every(LOAD_BALANCING, sweep.time);
    let groups = match target_groups(sweep).await {
        Ok(described) => {
            let arns = leading.iter().filter_map(|each| each.load_balancer_arn());
            let arns: BTreeSet<&str> = arns.collect();
            Ok(groups(sweep, described, &arns, at_hand, &pacing).await)
        }
        Err(error) => Err(error),
    };
    let mut balancers = Vec::with_capacity(described.len());
    for each in described {
        let read = match each.load_balancer_arn() {
            Some(arn) if !is_gateway(each) => {
                pacing.wait().await;
                Some(listeners(sweep, arn).await)
            }
            _ => None,
        };
        balancers.push(balancer(each, &groups, read));
    }
    balancers
}

/// Adds what the load balancers carry.
pub(super) fn link(
    balancers: &mut [LoadBalancer],
    links: &BTreeMap<Box<str>, Part<Fact<WebAclLink>>>,
) {
    for each in balancers {
        each.web_acl = links.get(&each.id).cloned();
    }
}

/// Whether it can carry a web ACL.
pub(super) fn is_application(described: &types::LoadBalancer) -> bool {
    described.r#type() == Some(&types::LoadBalancerTypeEnum::Application)
}

fn is_gateway(described: &types::LoadBalancer) -> bool {
    described.r#type() == Some(&types::LoadBalancerTypeEnum::Gateway)
}

fn balancer(
    described: &types::LoadBalancer,
    groups: &Result<Groups, Error>,
    listeners: Option<Result<Vec<types::Listener>, Error>>,
) -> LoadBalancer {
    let arn = described.load_balancer_arn().unwrap_or_default();
    let kind = described.r#type();
    let kind = kind.map_or(Fact::Missing, |kind| Kind::read_text(kind.as_str()));
    let scheme = described.scheme();
    let target_groups: Part<Vec<TargetGroup>> = match groups {
        Ok(groups) => Part::Read(groups.of(arn)),
        Err(error) => unread(error),
    };
    // Only the default action of a network load balancer tells all that a listener forwards to.
    let is_told = kind == Fact::Known(Kind::Network);
    let names = groups.as_ref().ok().filter(|_| is_told).map(Groups::names);
    let read = |read: Vec<types::Listener>| -> Vec<Listener> {
        let listeners = read.iter();
        listeners
            .filter_map(|each| listener(each, names.as_ref()))
            .collect()
    };
    let security_groups = described.security_groups().iter();
    LoadBalancer {
        id: arn.into(),
        dns_name: described.dns_name().unwrap_or_default().into(),
        kind,
        scheme: scheme.map_or(Fact::Missing, |scheme| Scheme::read_text(scheme.as_str())),
        web_acl: None,
        security_groups: security_groups.map(|id| id.as_str().into()).collect(),
        listeners: part(listeners.unwrap_or_else(|| Ok(Vec::new())).map(read)),
        target_groups,
    }
}
