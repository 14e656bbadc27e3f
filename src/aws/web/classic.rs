//! Classic load balancers (Elastic Load Balancing API reference, version 2012-06-01,
//! `DescribeLoadBalancers`).

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancing::types;
use rules::{
    fact::{Fact, Readable as _},
    web::{Kind, Listener, LoadBalancer, Part, Scheme, Target, TargetGroup},
};

use crate::{
    aws::refusal::refusal,
    ports::{Error, Page},
};

use super::{
    pages::{pages, unique},
    sweep::{Sweep, port},
};

/// The most that a page holds (Elastic Load Balancing API reference, `PageSize`).
const PAGE: i32 = 400;

/// Reads every classic load balancer.
///
/// # Errors
/// That of the first page which cannot be read.
pub(super) async fn classic(sweep: &Sweep<'_>) -> Result<Vec<LoadBalancer>, Error> {
    let read = pages(|at| async move {
        let call = sweep.clients.elasticloadbalancing();
        let call = call.describe_load_balancers().page_size(PAGE);
        let page = call.set_marker(at).send().await;
        let page =
            page.map_err(|error| refusal("elasticloadbalancing:DescribeLoadBalancers", &error))?;
        Ok(Page {
            items: page.load_balancer_descriptions.unwrap_or_default(),
            next: page.next_marker,
        })
    });
    let read = unique(read.await?, |each| each.load_balancer_name.clone());
    Ok(read.iter().map(load_balancer).collect())
}

fn load_balancer(described: &types::LoadBalancerDescription) -> LoadBalancer {
    let name: Box<str> = described.load_balancer_name().unwrap_or_default().into();
    let listeners = described.listener_descriptions().iter();
    let listeners: Vec<_> = listeners.filter_map(|each| each.listener()).collect();
    let ports = listeners
        .iter()
        .map(|each| port(Some(each.instance_port())));
    let ports: BTreeSet<Option<u16>> = ports.collect();
    let instances = described.instances().iter();
    let instances = instances.filter_map(types::Instance::instance_id);
    // Whether an instance is in service is not asked: one that is not may be at any time.
    let targets = instances.flat_map(|id| {
        ports.iter().map(move |port| Target {
            id: id.into(),
            instance: Fact::Missing,
            port: *port,
            state: Fact::Missing,
        })
    });
    LoadBalancer {
        id: name.clone(),
        dns_name: described.dns_name().unwrap_or_default().into(),
        kind: Fact::Known(Kind::Classic),
        scheme: described.scheme().map_or(Fact::Missing, Scheme::read_text),
        web_acl: None,
        security_groups: described
            .security_groups()
            .iter()
            .map(|id| id.as_str().into())
            .collect(),
        target_groups: Part::Read(vec![TargetGroup {
            name,
            targets: Part::Read(targets.collect()),
        }]),
        listeners: Part::Read(
            listeners
                .iter()
                .filter_map(|each| port(Some(each.load_balancer_port())))
                .map(|port| Listener {
                    port,
                    target_groups: None,
                })
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instance_is_a_target_on_every_port() {
        let listener = |outer, inner| {
            let listener = types::Listener::builder()
                .protocol("TCP")
                .load_balancer_port(outer)
                .instance_port(inner)
                .build()
                .unwrap();
            types::ListenerDescription::builder()
                .listener(listener)
                .build()
        };
        let described = types::LoadBalancerDescription::builder()
            .load_balancer_name("old")
            .scheme("internet-facing")
            .listener_descriptions(listener(80, 8080))
            .listener_descriptions(listener(443, 8080))
            .listener_descriptions(listener(22, 22))
            .instances(types::Instance::builder().instance_id("i-0abc1234").build())
            .build();
        let made = load_balancer(&described);
        let Part::Read(groups) = &made.target_groups else {
            panic!("{made:?}");
        };
        let Part::Read(targets) = &groups[0].targets else {
            panic!("{made:?}");
        };
        let ports: Vec<_> = targets.iter().map(|target| target.port).collect();
        assert_eq!(ports, [Some(22), Some(8080)]);
        let Part::Read(listeners) = &made.listeners else {
            panic!("{made:?}");
        };
        assert_eq!(listeners.len(), 3);
    }
}
