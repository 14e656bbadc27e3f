//! A web map, indexed for the join with instances.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    document::{BadWebMap, InstanceEdge, WebMapDocument},
    load_balancer::{Destination, Kind, LoadBalancer, TargetGroup},
    origins::Leads,
    security_group::SecurityGroup,
};
use crate::{
    fact::Fact,
    gap::{self, Gap},
    instance::{AccountId, InstanceId, Region},
    text::quoted,
    time::{minute, out_of_date},
};

/// A dated picture of what stands between the internet and the instances of one AWS account and
/// Region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WebMapDocument", into = "WebMapDocument")]
pub struct WebMap {
    document: WebMapDocument,
    /// The ways into each instance, from the load balancer before it.
    into_instances: BTreeMap<InstanceId, Vec<Way>>,
    /// The ways into each load balancer, from the one before it.
    into_load_balancers: BTreeMap<usize, Vec<Way>>,
    /// Load balancers that may forward to any instance, and why.
    hidden: Vec<(usize, Gap)>,
    /// Where the distributions lead.
    leads: Leads,
    instances: BTreeMap<InstanceId, usize>,
    groups: BTreeMap<Box<str>, usize>,
}

/// A way out of a load balancer: through a target group to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) group: usize,
    pub(super) port: Option<u16>,
}

impl TryFrom<WebMapDocument> for WebMap {
    type Error = BadWebMap;

    fn try_from(document: WebMapDocument) -> Result<Self, BadWebMap> {
        document.check()?;
        let instances = document.instances.listed().iter().enumerate();
        let instances = instances.map(|(position, edge)| (edge.id, position));
        let groups = document.security_groups.listed().iter().enumerate();
        let groups = groups.map(|(position, group)| (group.id.clone(), position));
        let mut map = Self {
            instances: instances.collect(),
            groups: groups.collect(),
            leads: Leads::of(&document),
            into_instances: BTreeMap::new(),
            into_load_balancers: BTreeMap::new(),
            hidden: Vec::new(),
            document,
        };
        map.follow_load_balancers();
        Ok(map)
    }
}

impl From<WebMap> for WebMapDocument {
    fn from(map: WebMap) -> Self {
        map.document
    }
}

impl WebMap {
    /// Finds the ways into instances and load balancers, and those that nobody knows.
    fn follow_load_balancers(&mut self) {
        let balancers = self.document.load_balancers.listed();
        let positions: BTreeMap<&str, usize> = balancers
            .iter()
            .enumerate()
            .map(|(position, balancer)| (&*balancer.id, position))
            .collect();
        for (from, balancer) in balancers.iter().enumerate() {
            if balancer.kind == Fact::Known(Kind::Gateway) {
                continue;
            }
            let name = format!("the target groups of {}", balancer.shown());
            let groups = match balancer.target_groups.get(name) {
                Ok(groups) => groups,
                Err(gap) => {
                    self.hidden.push((from, gap));
                    continue;
                }
            };
            for (group, targets) in groups.iter().enumerate() {
                let list = match targets.targets.get(targets.shown(balancer)) {
                    Ok(list) => list,
                    Err(gap) => {
                        self.hidden.push((from, gap));
                        continue;
                    }
                };
                for target in list.iter().filter(|target| target.serves()) {
                    let port = target.port;
                    let way = Way { from, group, port };
                    let next = match target.destination() {
                        Destination::LoadBalancer(id) => positions.get(id),
                        Destination::Instance(id) => {
                            self.into_instances.entry(id).or_default().push(way);
                            continue;
                        }
                        Destination::Elsewhere => continue,
                        Destination::Unresolved => None,
                    };
                    if let Some(next) = next {
                        self.into_load_balancers.entry(*next).or_default().push(way);
                    } else {
                        let gap = unresolved(&target.id, targets, balancer);
                        self.hidden.push((from, gap));
                    }
                }
            }
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.document.account
    }

    /// The Region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.document.region
    }

    /// When gathering began.
    #[must_use]
    pub fn taken_at(&self) -> Timestamp {
        self.document.taken_at
    }

    pub(super) fn document(&self) -> &WebMapDocument {
        &self.document
    }

    pub(super) fn leads(&self) -> &Leads {
        &self.leads
    }

    pub(super) fn hidden(&self) -> &[(usize, Gap)] {
        &self.hidden
    }

    pub(super) fn ways_into(&self, instance: InstanceId) -> &[Way] {
        self.into_instances
            .get(&instance)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn ways_into_load_balancer(&self, position: usize) -> &[Way] {
        self.into_load_balancers
            .get(&position)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn load_balancer(&self, position: usize) -> Option<&LoadBalancer> {
        self.document.load_balancers.listed().get(position)
    }

    pub(super) fn security_group(&self, id: &str) -> Result<&SecurityGroup, Gap> {
        let groups = self
            .document
            .security_groups
            .get("the list of security groups")?;
        let group = self
            .groups
            .get(id)
            .and_then(|position| groups.get(*position));
        group.ok_or_else(|| {
            let text = format!("security group {} is not in the web edges", quoted(id));
            Gap::standing(&gap::NOT_REPORTED, text)
        })
    }

    /// The network side of an instance.
    pub(super) fn instance(&self, id: InstanceId) -> Result<&InstanceEdge, Gap> {
        let instances = self
            .document
            .instances
            .get("the addresses of the instances")?;
        let position = self.instances.get(&id);
        position
            .and_then(|position| instances.get(*position))
            .ok_or_else(|| {
                let text = format!(
                    "the web edges of {} do not hold the instance",
                    minute(self.taken_at())
                );
                Gap::retryable(&gap::WEB_EDGES_MISSING, text)
            })
    }

    /// Whether the picture may be used at `now`.
    pub(super) fn check_age(&self, now: Timestamp, max_age: SignedDuration) -> Result<(), Gap> {
        let Some(how) = out_of_date(self.taken_at(), now, max_age) else {
            return Ok(());
        };
        let taken = minute(self.taken_at());
        let text = format!("the web edges are of {taken}, {how}");
        Err(Gap::retryable(&gap::WEB_EDGES_STALE, text))
    }
}

/// The gap of a target that may be any instance.
fn unresolved(id: &str, group: &TargetGroup, balancer: &LoadBalancer) -> Gap {
    let text = format!(
        "target {} of {} is not resolved and may be this instance",
        quoted(id),
        group.shown(balancer)
    );
    Gap::standing(&gap::UNRESOLVED, text)
}
