//! Intrusion prevention (IPS) as one Manager knows it: its rules, found by the CVEs that they
//! shield from, and what is assigned where.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    computer::ComputerId,
    cve::Cve,
    gap::{self, Gap},
    policy::PolicyId,
    text::quoted,
};

mod assignments;
mod coverage;
mod rule;
mod version;

pub use assignments::{Assignments, RuleIds, SharedRuleIds};
pub use coverage::{Coverage, VirtualPatch, too_old_for};
pub use rule::{ApplicationType, ApplicationTypeId, IntrusionPreventionRule, RuleId};
pub use version::RulesVersion;

/// Everything that one Manager knows of intrusion prevention. Its list of rules is complete; what
/// is assigned may not be known of every policy and computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrusionPrevention {
    manager: Box<str>,
    /// By rising id.
    rules: Vec<IntrusionPreventionRule>,
    /// The positions of the rules that shield from a CVE.
    by_cve: BTreeMap<Cve, Vec<usize>>,
    application_types: Option<BTreeMap<ApplicationTypeId, ApplicationType>>,
    policies: Assignments,
    computers: Assignments,
    version: RulesVersion,
}

/// Intrusion prevention in the parts that it is written down in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntrusionPreventionParts {
    /// The rules; each id occurs once.
    pub rules: Vec<IntrusionPreventionRule>,
    /// The application types, where they were read.
    pub application_types: Option<Vec<ApplicationType>>,
    /// The rules that are in force on policies, by the policy's id.
    pub policies: Assignments,
    /// The rules that are in force on computers, by the computer's id.
    pub computers: Assignments,
}

impl IntrusionPrevention {
    /// What a Manager knows.
    #[must_use]
    pub fn new(manager: &str, parts: IntrusionPreventionParts) -> Self {
        let mut rules = parts.rules;
        rules.sort_by_key(|rule| rule.id);
        let mut by_cve: BTreeMap<Cve, Vec<usize>> = BTreeMap::new();
        for (position, rule) in rules.iter().enumerate() {
            for cve in rule.cves() {
                by_cve.entry(cve).or_default().push(position);
            }
        }
        let application_types = parts.application_types.map(|types| {
            let types = types.into_iter();
            types.map(|each| (each.id, each)).collect()
        });
        Self {
            manager: manager.into(),
            version: RulesVersion::of(&rules),
            rules,
            by_cve,
            application_types,
            policies: parts.policies,
            computers: parts.computers,
        }
    }

    /// Every rule, by rising id.
    #[must_use]
    pub fn rules(&self) -> &[IntrusionPreventionRule] {
        &self.rules
    }

    /// The rule with that id.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&IntrusionPreventionRule> {
        let found = self.rules.binary_search_by_key(&id, |rule| rule.id);
        found.ok().and_then(|position| self.rules.get(position))
    }

    /// The rules whose list of CVEs holds exactly this one, by rising id. None means that no rule
    /// shields from it.
    pub fn rules_for(&self, cve: Cve) -> impl Iterator<Item = &IntrusionPreventionRule> {
        let positions = self.by_cve.get(&cve).map(Vec::as_slice);
        let positions = positions.unwrap_or_default().iter();
        positions.filter_map(|position| self.rules.get(*position))
    }

    /// These rules with all that they need beside them, directly or not.
    ///
    /// # Errors
    /// A standing gap when one of them is not in the Manager's list of rules.
    pub fn with_dependencies(
        &self,
        rules: impl IntoIterator<Item = RuleId>,
    ) -> Result<RuleIds, Gap> {
        let mut open: Vec<RuleId> = rules.into_iter().collect();
        let mut closed = BTreeSet::new();
        while let Some(id) = open.pop() {
            if closed.insert(id) {
                open.extend(&self.listed(id)?.depends_on);
            }
        }
        Ok(closed.into_iter().collect())
    }

    /// The name of the application type of a rule; `None` where the rule has none. Foreign text.
    ///
    /// # Errors
    /// A standing gap when the application types were not read, or the rule's is not one of them.
    pub fn application_type(&self, rule: &IntrusionPreventionRule) -> Result<Option<&str>, Gap> {
        let Some(id) = rule.application_type else {
            return Ok(None);
        };
        let types = self.application_types.as_ref().ok_or_else(|| {
            let manager = quoted(&self.manager);
            let text = format!("the application types of Manager {manager} were not read");
            Gap::standing(&gap::INTRUSION_PREVENTION_MISSING, text)
        })?;
        let named = types.get(&id).map(|named| Some(&*named.name));
        named.ok_or_else(|| {
            let text = format!("application type {id} is not in the Manager's list");
            Gap::standing(&gap::RULE_NOT_LISTED, text)
        })
    }

    /// The rules that are in force on a policy: its own and inherited ones.
    ///
    /// # Errors
    /// A standing gap when they are not known.
    pub fn assigned_to_policy(&self, policy: PolicyId) -> Result<&RuleIds, Gap> {
        let assigned = self.policies.get(policy);
        assigned.ok_or_else(|| self.unknown(format!("policy {policy}")))
    }

    /// The names of the application types of the rules that are in force on a policy. Foreign text.
    ///
    /// # Errors
    /// A standing gap when its rules, or the application type of one of them, are not known.
    pub fn application_types_of_policy(&self, policy: PolicyId) -> Result<BTreeSet<&str>, Gap> {
        let mut types = BTreeSet::new();
        for id in self.assigned_to_policy(policy)?.as_slice() {
            types.extend(self.application_type(self.listed(*id)?)?);
        }
        Ok(types)
    }

    /// The rules that are in force on a computer: its own, and those of its policy.
    ///
    /// # Errors
    /// A standing gap when they are not known.
    pub fn assigned_to_computer(&self, computer: ComputerId) -> Result<&RuleIds, Gap> {
        let assigned = self.computers.get(computer);
        assigned.ok_or_else(|| self.unknown(format!("computer {computer}")))
    }

    /// What the list of rules is called as it is now. It changes exactly when a rule comes or goes,
    /// or when one changes in its CVEs, in being detect-only, in the oldest agent that runs it, or
    /// in what it depends on.
    #[must_use]
    pub fn version(&self) -> &RulesVersion {
        &self.version
    }

    fn listed(&self, id: RuleId) -> Result<&IntrusionPreventionRule, Gap> {
        self.rule(id).ok_or_else(|| {
            let text = format!("IPS rule {id} is not in the Manager's list of rules");
            Gap::standing(&gap::RULE_NOT_LISTED, text)
        })
    }

    fn unknown(&self, holder: String) -> Gap {
        let manager = quoted(&self.manager);
        let text = format!("the IPS rules of {holder} of Manager {manager} are not known");
        Gap::standing(&gap::ASSIGNMENTS_UNKNOWN, text)
    }
}

impl From<IntrusionPrevention> for IntrusionPreventionParts {
    fn from(known: IntrusionPrevention) -> Self {
        let types = known.application_types;
        Self {
            rules: known.rules,
            application_types: types.map(|types| types.into_values().collect()),
            policies: known.policies,
            computers: known.computers,
        }
    }
}

#[cfg(test)]
mod tests;
