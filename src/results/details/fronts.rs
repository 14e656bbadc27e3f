//! The ways from the internet to the instances, each once with the instances behind it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use rules::{
    Gap, Grader,
    fact::Fact,
    facts::Need,
    instance::{Instance, InstanceId},
    inventories::Sighting,
    module::{Module, Shield, Strictness},
    rule::Scope,
    text::clean,
    web::{Access, Front, Fronts, Guard, short_name},
};

use super::{FrontShown, Listed};
use crate::evaluation::Fleet;

/// A way, by what a request passes and what guards it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    account: String,
    region: String,
    hops: Vec<String>,
    guard: Result<Option<String>, String>,
}

/// What stands behind a way.
#[derive(Debug, Default)]
struct Behind {
    instances: Vec<InstanceId>,
    policies: BTreeSet<String>,
    shielded: usize,
}

/// Finds the ways to the instances of a fleet, as its rule about web fronts sees them; `None` where
/// that was not looked at. What nothing guards stands first, and of that what most unshielded
/// instances are behind.
pub(super) fn fronts(fleet: &Fleet, graders: &[Grader]) -> Option<Listed<FrontShown>> {
    fleet.web_edges.maps().next()?;
    let mut graders = graders.iter();
    let grader = graders.find(|grader| grader.needs().contains(&Need::WebEdges))?;
    let mut ways: BTreeMap<Way, Behind> = BTreeMap::new();
    for instance in fleet.instances.iter().filter(|instance| runs(instance)) {
        let facts = fleet.facts(grader, instance);
        let sighting = facts.computer().ok().flatten();
        for way in ways_to(instance, facts.fronts(grader.web_ports())) {
            let behind = ways.entry(way).or_default();
            // A way may lead to several ports.
            if behind.instances.last() != Some(&instance.id) {
                behind.add(instance.id, sighting.as_ref());
            }
        }
    }
    let mut ways: Vec<(Way, Behind)> = ways.into_iter().collect();
    ways.sort_by_key(|(way, behind)| {
        let urgency = match &way.guard {
            Ok(None) => 0,
            Err(_) => 1,
            Ok(Some(_)) => 2,
        };
        (urgency, Reverse(behind.instances.len() - behind.shielded))
    });
    Some(Listed::of(
        ways.into_iter().map(|(way, behind)| way.shown(behind)),
    ))
}

/// Whether the instance may answer anybody.
fn runs(instance: &Instance) -> bool {
    match instance.state {
        Fact::Known(state) => Scope::Running.includes(state),
        Fact::Unrecognised(_) | Fact::Missing => true,
    }
}

/// The ways to an instance. Those that nobody knows are one without hops.
fn ways_to(instance: &Instance, fronts: Result<Fronts<'_>, Gap>) -> Vec<Way> {
    let account = instance.account.map(|account| account.to_string());
    let region = instance.region.as_ref().map(ToString::to_string);
    let way = |hops, guard| Way {
        account: account.clone().unwrap_or_default(),
        region: region.clone().unwrap_or_default(),
        hops,
        guard,
    };
    let unknown = |gap: &Gap| way(Vec::new(), Err(said(gap)));
    match fronts {
        Err(gap) => vec![unknown(&gap)],
        Ok(fronts) => {
            let known = fronts.list().iter().filter_map(|front| {
                let hops = front.hops.iter().map(|hop| clean(&hop.shown()));
                Some(way(hops.collect(), guard(&fronts, front)?))
            });
            known.chain(fronts.hidden().map(unknown)).collect()
        }
    }
}

/// The web ACL that guards a front; nothing for one that is only the second part of fronts that begin
/// at CloudFront.
fn guard<'a>(fronts: &Fronts<'a>, front: &Front<'a>) -> Option<Result<Option<String>, String>> {
    let access = match (&front.guard, &front.access) {
        (Ok((_, Guard::Carries(arn))), _) => return Some(Ok(Some(clean(short_name(arn))))),
        (_, Err(gap)) => return Some(Err(said(gap))),
        (_, Ok(access)) => *access,
    };
    if access == Access::CloudFrontOnly && fronts.through_entry_of(front).next().is_some() {
        return None;
    }
    Some(match (&front.guard, access) {
        (Err(gap), _) => Err(said(gap)),
        (Ok(_), Access::CloudFrontOnly) => Err(
            "it admits only CloudFront, and no distribution of this account leads to it".to_owned(),
        ),
        (Ok(_), Access::AtCloudFront | Access::Internet) => Ok(None),
    })
}

fn said(gap: &Gap) -> String {
    clean(gap.reason().text())
}

impl Behind {
    fn add(&mut self, instance: InstanceId, sighting: Option<&Sighting<'_>>) {
        self.instances.push(instance);
        let Some(sighting) = sighting else {
            return;
        };
        self.policies.extend(policy(sighting));
        self.shielded += usize::from(is_shielded(sighting).unwrap_or(false));
    }
}

/// The name of the policy that the computer carries, or its id where names are not known.
fn policy(sighting: &Sighting<'_>) -> Option<String> {
    let id = sighting.computer().policy().ok()??;
    let policies = sighting.inventory().policies().ok();
    let policy = policies.and_then(|policies| policies.get(id));
    Some(policy.map_or_else(|| format!("policy {id}"), |policy| clean(&policy.name)))
}

/// Whether intrusion prevention shields the computer.
fn is_shielded(sighting: &Sighting<'_>) -> Result<bool, Gap> {
    let module = Module::IntrusionPrevention;
    let computer = sighting.computer();
    let shield = computer
        .modules
        .get(module)?
        .shields(module, Strictness::Strongest, || {
            sighting.inventory().engine_mode(computer)
        })?;
    Ok(matches!(shield, Shield::Up))
}

impl Way {
    fn shown(self, behind: Behind) -> FrontShown {
        let (web_acl, gap) = match self.guard {
            Ok(web_acl) => (web_acl, None),
            Err(gap) => (None, Some(gap)),
        };
        FrontShown {
            account: self.account,
            region: self.region,
            hops: self.hops,
            web_acl,
            gap,
            instances: Listed::of(behind.instances.iter().map(ToString::to_string)),
            policies: Listed::of(behind.policies.into_iter()),
            shielded_by_ips: behind.shielded,
        }
    }
}
