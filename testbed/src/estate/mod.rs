//! Everything that one Manager knows, made from a seed or by a test.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

mod api_key;
mod catalogue;
mod computer;
mod condition;
mod connectors;
pub(crate) mod fleet;
mod place;
mod policy;
mod protection;
mod random;
pub(crate) mod settings;

pub use api_key::{ApiKey, Locale};
pub(crate) use catalogue::Objects;
pub use computer::{Agent, Computer, Ec2Summary, Scans, Status, Summary};
pub use condition::Condition;
pub use place::ACCOUNTS;
pub(crate) use place::Place;
pub use policy::{Policy, ids as policy_ids};
pub use protection::{Module, ModuleSettings, Protection, State};
pub(crate) use random::Random;
pub use settings::{AUTO_APPLY_INTEGRITY, AUTO_APPLY_IPS, AUTO_APPLY_LOGS, NETWORK_ENGINE_MODE};

/// The time of a seeded estate, unless another is asked for: 2026-08-01T12:00:00Z in ms.
pub const AS_OF: i64 = 1_785_585_600_000;

/// What one Manager knows. All of it may be changed, also while a server answers from it.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The time as of which ages were made, in ms since the epoch.
    pub as_of: i64,
    /// What the seeded parts were made from.
    pub seed: u64,
    /// By number.
    pub computers: BTreeMap<i32, Computer>,
    /// By number.
    pub policies: BTreeMap<i32, Policy>,
    /// By number, as the JSON that is answered.
    pub intrusion_prevention_rules: BTreeMap<i32, Value>,
    /// By number, as the JSON that is answered.
    pub integrity_monitoring_rules: BTreeMap<i32, Value>,
    /// By number, as the JSON that is answered.
    pub log_inspection_rules: BTreeMap<i32, Value>,
    /// By number, as the JSON that is answered.
    pub application_types: BTreeMap<i32, Value>,
    /// By number, as the JSON that is answered.
    pub aws_connectors: BTreeMap<i32, Value>,
    /// What `GET /apikeys/current` tells.
    pub api_key: ApiKey,
}

impl Estate {
    /// An estate with the seeded policies, rules and connectors and so many computers, as of
    /// [`AS_OF`]. One seed always makes the same estate.
    #[must_use]
    pub fn seeded(seed: u64, computers: u64) -> Self {
        Self::seeded_at(seed, computers, AS_OF)
    }

    /// The same as of another time, in ms since the epoch.
    #[must_use]
    pub fn seeded_at(seed: u64, computers: u64, as_of: i64) -> Self {
        let rules = catalogue::intrusion_prevention_rules(seed, as_of);
        let integrity = catalogue::integrity_monitoring_rules(as_of);
        let logs = catalogue::log_inspection_rules(as_of);
        let ids = |objects: &Objects| objects.keys().copied().collect::<Vec<i32>>();
        let computers = (0..computers)
            .map(|index| fleet::computer(seed, index, as_of))
            .map(|computer| (computer.id, computer))
            .collect();
        Self {
            as_of,
            seed,
            policies: policy::seeded(&ids(&rules), &ids(&integrity), &ids(&logs)),
            intrusion_prevention_rules: rules,
            integrity_monitoring_rules: integrity,
            log_inspection_rules: logs,
            application_types: catalogue::application_types(),
            aws_connectors: connectors::seeded(as_of, &computers),
            computers,
            api_key: ApiKey::seeded(as_of),
        }
    }

    /// Adds a computer, or replaces the one with its number.
    pub fn add(&mut self, computer: Computer) {
        self.computers.insert(computer.id, computer);
    }

    /// A healthy EC2 computer with the number and an instance of its own, as the generator makes
    /// them: the start for a test that wants a special one. It is not in the estate until added.
    #[must_use]
    pub fn example(&self, id: i32) -> Computer {
        /// Keeps the examples apart from the fleet.
        const EXAMPLES: u64 = 1 << 41;
        let first = EXAMPLES + u64::from(id.unsigned_abs()) * Condition::PERIOD;
        let healthy = |index: &u64| Condition::at(self.seed, *index) == Condition::Healthy;
        let index = (first..).find(healthy).unwrap_or(first);
        let mut computer = fleet::computer(self.seed, index, self.as_of);
        computer.id = id;
        computer
    }

    /// Lets a computer be answered with this JSON merged over it (null removes a property), for
    /// values that a sound Manager would not send. Unknown numbers change nothing.
    pub fn overlay(&mut self, id: i32, patch: Value) {
        if let Some(computer) = self.computers.get_mut(&id) {
            computer.overlay = Some(patch);
        }
    }

    /// The numbers of the computers that the generator made with this condition.
    #[must_use]
    pub fn with_condition(&self, condition: Condition) -> Vec<i32> {
        self.computers
            .values()
            .filter(|c| c.condition == condition)
            .map(|c| c.id)
            .collect()
    }

    /// The objects of a module's rule family; none for a module whose rules are not modelled.
    pub(crate) fn rules(&self, module: Module) -> Option<&Objects> {
        match module {
            Module::IntrusionPrevention => Some(&self.intrusion_prevention_rules),
            Module::IntegrityMonitoring => Some(&self.integrity_monitoring_rules),
            Module::LogInspection => Some(&self.log_inspection_rules),
            _ => None,
        }
    }

    /// A policy and its ancestors, from the policy up. A circle ends it.
    pub(crate) fn ancestry(&self, policy: i32) -> Vec<&Policy> {
        let mut chain = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(policy);
        while let Some(policy) = next.and_then(|id| self.policies.get(&id)) {
            if !seen.insert(policy.id) {
                break;
            }
            chain.push(policy);
            next = policy.parent;
        }
        chain
    }

    /// The computers that carry a policy or one below it.
    pub(crate) fn under_policy(&self, policy: i32) -> Vec<i32> {
        let below: BTreeSet<i32> = self
            .policies
            .keys()
            .copied()
            .filter(|id| {
                self.ancestry(*id)
                    .iter()
                    .any(|ancestor| ancestor.id == policy)
            })
            .collect();
        let carries = |c: &&Computer| c.policy_id.is_some_and(|policy| below.contains(&policy));
        self.computers
            .values()
            .filter(carries)
            .map(|c| c.id)
            .collect()
    }

    /// What holds on an object with this policy, before its own settings.
    pub(crate) fn effective(&self, policy: Option<i32>) -> Protection {
        let chain = policy.map(|id| self.ancestry(id)).unwrap_or_default();
        chain
            .iter()
            .rev()
            .fold(Protection::default(), |above, policy| {
                policy.own.over(&above)
            })
    }

    /// The application types of these intrusion prevention rules.
    pub(crate) fn application_types_of<'a>(
        &self,
        rules: impl IntoIterator<Item = &'a i32>,
    ) -> BTreeSet<i32> {
        rules
            .into_iter()
            .filter_map(|id| self.intrusion_prevention_rules.get(id))
            .filter_map(|rule| rule.get("applicationTypeID").and_then(Value::as_i64))
            .filter_map(|id| i32::try_from(id).ok())
            .collect()
    }

    /// These rules with all that they depend on.
    pub(crate) fn with_dependencies(&self, module: Module, rules: &[i32]) -> BTreeSet<i32> {
        let mut all = BTreeSet::new();
        let mut open: Vec<i32> = rules.to_vec();
        while let Some(id) = open.pop() {
            if !all.insert(id) {
                continue;
            }
            let needed = self
                .rules(module)
                .and_then(|rules| rules.get(&id)?.get("dependsOnRuleIDs")?.as_array());
            let needed = needed.into_iter().flatten().filter_map(Value::as_i64);
            open.extend(needed.filter_map(|id| i32::try_from(id).ok()));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Estate, Module, policy_ids};

    #[test]
    fn one_seed_makes_one_estate() {
        let estate = Estate::seeded(1, 100);
        assert_eq!(estate.computers, Estate::seeded(1, 100).computers);
        assert_ne!(estate.computers, Estate::seeded(2, 100).computers);
        assert_eq!(estate.computers.len(), 100);
    }

    #[test]
    fn a_duplicate_is_the_same_instance_as_another_computer() {
        let estate = Estate::seeded(5, 120);
        for id in estate.with_condition(Condition::Duplicate) {
            let instance = estate.computers[&id].instance_id();
            assert!(instance.is_some());
            let same = estate
                .computers
                .values()
                .filter(|c| c.instance_id() == instance);
            assert_eq!(same.count(), 2);
        }
    }

    #[test]
    fn a_web_policy_holds_about_150_rules_through_its_ancestors() {
        let estate = Estate::seeded(1, 0);
        let rules = |policy| {
            let effective = estate.effective(Some(policy));
            effective.modules[&Module::IntrusionPrevention]
                .rule_ids
                .len()
        };
        assert_eq!(rules(policy_ids::WINDOWS_WEB), 150);
        assert_eq!(rules(policy_ids::NO_RULES), 0);
    }

    #[test]
    fn a_rule_brings_what_it_depends_on() {
        let estate = Estate::seeded(1, 0);
        let all = estate.with_dependencies(Module::IntrusionPrevention, &[1007]);
        assert_eq!(all.into_iter().collect::<Vec<_>>(), [1006, 1007]);
    }
}
