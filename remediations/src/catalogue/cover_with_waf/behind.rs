//! Which instances stand behind web ACLs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rules::{
    Gap,
    instance::{Instance, InstanceState},
    web::{Guard, RuleGroup, WebEdges},
};

use super::{Candidate, Held, Shield};

/// Finds the instances behind web ACLs at `now`, in web edges that are at most `max_age` old.
/// `shield` says what shields an instance.
#[must_use]
pub fn candidates(
    web_edges: &WebEdges,
    instances: &[Instance],
    ports: &[u16],
    now: Timestamp,
    max_age: SignedDuration,
    shield: impl Fn(&Instance) -> Result<Shield, Gap>,
) -> Vec<Candidate> {
    let found = instances.iter().filter_map(|instance| {
        let state = instance.state.get("the state of the instance");
        let (web_acls, mut gaps) = match state {
            Ok(InstanceState::Running) => before(web_edges, instance, ports, now, max_age),
            Ok(_) => return None,
            Err(gap) => {
                let (web_acls, mut gaps) = before(web_edges, instance, ports, now, max_age);
                gaps.insert(0, gap);
                (web_acls, gaps)
            }
        };
        if web_acls.is_empty() && gaps.is_empty() {
            return None;
        }
        let mut seen = BTreeSet::new();
        gaps.retain(|gap| seen.insert(gap.to_string()));
        Some(Candidate {
            instance: instance.id,
            web_acls,
            gaps,
            shield: shield(instance),
        })
    });
    found.collect()
}

/// The web ACLs before an instance, on whatever hop, and why there may be others.
fn before(
    web_edges: &WebEdges,
    instance: &Instance,
    ports: &[u16],
    now: Timestamp,
    max_age: SignedDuration,
) -> (BTreeSet<Box<str>>, Vec<Gap>) {
    let fronts = match web_edges.fronts(instance, ports, now, max_age) {
        Ok(fronts) => fronts,
        Err(gap) => return (BTreeSet::new(), vec![gap]),
    };
    let mut web_acls = BTreeSet::new();
    let mut gaps: Vec<Gap> = fronts.hidden().cloned().collect();
    for front in fronts.list() {
        gaps.extend(front.guard.as_ref().err().cloned());
        for hop in &front.hops {
            match fronts.map().guard(hop) {
                Ok(Guard::Carries(arn) | Guard::NoRules(arn)) => drop(web_acls.insert(arn)),
                Ok(_) => {}
                Err(gap) => gaps.push(gap),
            }
        }
    }
    (web_acls, gaps)
}

/// What each of these web ACLs holds. Of one that is in several maps, any that was read counts.
#[must_use]
pub fn held(web_edges: &WebEdges, candidates: &[Candidate]) -> BTreeMap<Box<str>, Held> {
    let mut held: BTreeMap<Box<str>, Held> = BTreeMap::new();
    for arn in candidates.iter().flat_map(|each| &each.web_acls) {
        for map in web_edges.maps() {
            let Ok(acl) = map.web_acl(arn) else { continue };
            let groups = map.rule_groups(arn).map(<[RuleGroup]>::to_vec);
            if groups.is_ok() || !held.contains_key(arn) {
                let capacity = acl.capacity;
                held.insert(arn.clone(), Held { groups, capacity });
            }
        }
    }
    held
}
