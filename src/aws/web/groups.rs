//! Target groups with their targets.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use aws_sdk_elasticloadbalancingv2::types;
use rules::{
    fact::Fact,
    web::{Owner, Target, TargetGroup},
};

use crate::{pacing::Pacing, ports::Error, time::Time};

use super::{
    addresses::Addresses,
    owners::{Place, owners},
    sweep::{Sweep, part},
    target_health::targets,
};

/// The target groups that load balancers forward to.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<Group>);

#[derive(Debug)]
struct Group {
    arn: String,
    load_balancers: Vec<String>,
    group: TargetGroup,
}

impl Groups {
    /// Those of a load balancer.
    pub(super) fn of(&self, load_balancer: &str) -> Vec<TargetGroup> {
        let groups = self.0.iter();
        let groups =
            groups.filter(|each| each.load_balancers.iter().any(|arn| arn == load_balancer));
        groups.map(|each| each.group.clone()).collect()
    }

    /// The names by ARN.
    pub(super) fn names(&self) -> BTreeMap<&str, &str> {
        let groups = self.0.iter();
        groups
            .map(|each| (each.arn.as_str(), &*each.group.name))
            .collect()
    }
}

/// Reads the targets of the groups that one of these load balancers forwards to, and whose
/// addresses they are.
pub(super) async fn groups(
    sweep: &Sweep<'_>,
    described: Vec<types::TargetGroup>,
    load_balancers: &BTreeSet<&str>,
    at_hand: &Addresses,
    pacing: &Pacing<&dyn Time>,
) -> Groups {
    let mut read = Vec::new();
    for each in described {
        let leading = each.load_balancer_arns().iter();
        let is_led_to = leading
            .into_iter()
            .any(|arn| load_balancers.contains(arn.as_str()));
        let (true, Some(arn)) = (is_led_to, each.target_group_arn()) else {
            continue;
        };
        // The target of such a group is a function, which is no instance.
        let targets = if each.target_type() == Some(&types::TargetTypeEnum::Lambda) {
            Ok(Vec::new())
        } else {
            pacing.wait().await;
            targets(sweep, arn).await
        };
        read.push((each, targets));
    }
    let listed = read
        .iter()
        .filter_map(|(each, targets)| Some((each, targets.as_ref().ok()?)));
    let places = listed.flat_map(|(each, targets)| {
        let places = targets.iter();
        places.filter_map(move |target| place(each, target))
    });
    let owners = owners(sweep, places.collect(), at_hand).await;
    let groups = read.into_iter().map(|(each, targets)| {
        let targets = targets.and_then(|targets| resolved(&each, targets, &owners));
        Group {
            group: TargetGroup {
                name: each.target_group_name().unwrap_or_default().into(),
                targets: part(targets),
            },
            arn: each.target_group_arn.unwrap_or_default(),
            load_balancers: each.load_balancer_arns.unwrap_or_default(),
        }
    });
    Groups(groups.collect())
}

/// Where a target is, if it is named by its address.
fn place(group: &types::TargetGroup, target: &Target) -> Option<Place> {
    let address: IpAddr = target.id.parse().ok()?;
    Some((group.vpc_id().unwrap_or_default().into(), address))
}

fn resolved(
    group: &types::TargetGroup,
    targets: Vec<Target>,
    owners: &BTreeMap<Place, Result<Fact<Owner>, Error>>,
) -> Result<Vec<Target>, Error> {
    let resolve = |mut target: Target| {
        if let Some(place) = place(group, &target)
            && let Some(owner) = owners.get(&place)
        {
            target.instance = owner.clone()?;
        }
        Ok(target)
    };
    targets.into_iter().map(resolve).collect()
}
