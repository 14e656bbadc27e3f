//! Virtual patches: whether the IPS rules of a computer shield it from a CVE.
//!
//! Several rules for one CVE cover several ways in, so that all of them count. One that only
//! reports covers nothing.

use std::cmp::Ordering;

use super::{IntrusionPrevention, IntrusionPreventionRule, RuleId};
use crate::{
    computer::Computer,
    cve::Cve,
    fact::Fact,
    gap::{self, Gap},
    inventory::Inventory,
    module::EngineMode,
    text::quoted,
};

/// What the list of IPS rules has for a CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VirtualPatch<'a> {
    /// No rule.
    NoRule,
    /// Rules that only report, whatever the module is set to.
    DetectOnly(Vec<&'a IntrusionPreventionRule>),
    /// Rules that can block, by rising id.
    Rules(Vec<&'a IntrusionPreventionRule>),
}

/// Whether the IPS rules of a computer shield it from a CVE, as far as rules decide that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// No rule exists that could block.
    NoRule,
    /// Every rule is assigned that can block, and the agent can run all of them.
    Covered(Vec<RuleId>),
    /// These rules are not assigned.
    NotAssigned(Vec<RuleId>),
    /// The agent is too old for a rule, which needs that version.
    AgentTooOld(RuleId, Box<str>),
}

impl IntrusionPrevention {
    /// What the list of rules has for a CVE.
    #[must_use]
    pub fn virtual_patch(&self, cve: Cve) -> VirtualPatch<'_> {
        let (detect_only, rules): (Vec<_>, Vec<_>) =
            self.rules_for(cve).partition(|rule| rule.detect_only);
        match (rules.is_empty(), detect_only.is_empty()) {
            (false, _) => VirtualPatch::Rules(rules),
            (true, false) => VirtualPatch::DetectOnly(detect_only),
            (true, true) => VirtualPatch::NoRule,
        }
    }

    /// Whether the rules of a computer shield it from a CVE.
    ///
    /// # Errors
    /// A standing gap when it is not known which rules the computer has, or whether its agent can
    /// run them.
    pub fn coverage(&self, cve: Cve, computer: &Computer) -> Result<Coverage, Gap> {
        let VirtualPatch::Rules(rules) = self.virtual_patch(cve) else {
            return Ok(Coverage::NoRule);
        };
        let assigned = self.assigned_to_computer(computer.id)?;
        let missing = rules.iter().map(|rule| rule.id);
        let missing: Vec<RuleId> = missing.filter(|rule| !assigned.contains(*rule)).collect();
        if !missing.is_empty() {
            return Ok(Coverage::NotAssigned(missing));
        }
        for rule in &rules {
            if let Some(version) = too_old_for(computer, rule)? {
                return Ok(Coverage::AgentTooOld(rule.id, version.into()));
            }
        }
        Ok(Coverage::Covered(
            rules.iter().map(|rule| rule.id).collect(),
        ))
    }
}

impl Inventory {
    /// The engine mode in force on a computer: its own, otherwise that of its policy.
    ///
    /// # Errors
    /// A standing gap when it is not reported, or in a way that is not understood.
    pub fn engine_mode(&self, computer: &Computer) -> Result<EngineMode, Gap> {
        const NAME: &str = "the network engine mode";
        if let Some(mode) = computer.engine_mode.get_if_reported(NAME)? {
            return Ok(mode);
        }
        let setting = match computer.policy()? {
            Some(policy) => self.policies()?.with_engine_mode(policy)?,
            None => None,
        };
        setting
            .map_or(&Fact::Missing, |policy| &policy.engine_mode)
            .get(NAME)
    }
}

/// The version that a rule needs, where the agent of a computer is older.
///
/// # Errors
/// A standing gap when one of the versions is missing or not understood.
pub fn too_old_for<'a>(
    computer: &Computer,
    rule: &'a IntrusionPreventionRule,
) -> Result<Option<&'a str>, Gap> {
    let Some(needed) = rule.minimum_agent_version.as_deref() else {
        return Ok(None);
    };
    let needed_numbers = numbers(needed)?;
    if needed_numbers.iter().all(|number| *number == 0) {
        return Ok(None);
    }
    let version = computer.agent.version.as_deref().ok_or_else(|| {
        Gap::standing(
            &gap::NOT_REPORTED,
            "the version of the agent is not reported",
        )
    })?;
    let is_older = compared(&numbers(version)?, &needed_numbers) == Ordering::Less;
    Ok(is_older.then_some(needed))
}

/// The numbers of a version, such as `20.0.0-7943` or `20.0.0.7943`.
fn numbers(version: &str) -> Result<Vec<u64>, Gap> {
    let parts = version.split(['.', '-']);
    parts
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()
        .ok_or_else(|| {
            let text = format!("{} is not the version of an agent", quoted(version));
            Gap::standing(&gap::UNRECOGNISED, text)
        })
}

/// Compares versions number by number; one that is not there counts as 0.
fn compared(left: &[u64], right: &[u64]) -> Ordering {
    let longest = left.len().max(right.len());
    let number = |version: &[u64], position| version.get(position).copied().unwrap_or_default();
    (0..longest)
        .map(|position| number(left, position).cmp(&number(right, position)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let is_less = |left: &str, right: &str| {
            compared(&numbers(left).unwrap(), &numbers(right).unwrap()) == Ordering::Less
        };
        assert!(is_less("9.6.2-5027", "20.0.0.7943"));
        assert!(is_less("20.0.0.877", "20.0.0.7943"));
        assert!(!is_less("20.0.0-7943", "20.0.0.7943"));
        assert!(!is_less("20.0.1", "20.0"));
        assert!(is_less("20.0", "20.0.1"));
        assert!(numbers("20.x").is_err());
    }
}
