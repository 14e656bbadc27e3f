//! The catalogue: every rule, one file each.
//!
//! A rule is one file in this folder, one `mod` line and one line in [`CATALOGUE`].

use std::fmt;

use crate::{
    rule::{InstanceRule, Rule},
    text::{nearest, quoted},
};

mod agent_is_fresh;
mod cves_are_shielded;
mod evaluator_is_healthy;
mod guard_policy_holds;
mod instance_has_policy;
mod instance_is_behind_waf;
mod instance_is_clear;
mod modules_are_active;
mod sensitive_data_is_shielded;
mod threats_are_answered;

/// Every rule.
pub static CATALOGUE: &[&Rule] = &[
    &instance_has_policy::RULE,
    &modules_are_active::RULE,
    &instance_is_clear::RULE,
    &agent_is_fresh::RULE,
    &instance_is_behind_waf::RULE,
    &threats_are_answered::RULE,
    &sensitive_data_is_shielded::RULE,
    &cves_are_shielded::RULE,
    &guard_policy_holds::RULE,
    &evaluator_is_healthy::RULE,
];

/// Every rule about instances.
pub fn of_instances() -> impl Iterator<Item = InstanceRule> {
    CATALOGUE.iter().filter_map(|rule| rule.of_instances())
}

/// The rule with that id, with or without the prefix `ds-` of its Config rule.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    let bare = id.strip_prefix("ds-").unwrap_or(id);
    CATALOGUE.iter().copied().find(|rule| rule.id == bare)
}

/// The rule with that id, or what to say of an id that no rule has.
///
/// # Errors
/// When there is no such rule.
pub fn named(id: &str) -> Result<&'static Rule, UnknownRule> {
    find(id).ok_or_else(|| UnknownRule(id.to_owned()))
}

/// An id that no rule has. It is shown with the nearest one that a rule has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule(String);

impl fmt::Display for UnknownRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = || CATALOGUE.iter().map(|rule| rule.id);
        write!(formatter, "there is no rule {}; ", quoted(&self.0))?;
        match nearest(&self.0, ids()) {
            Some(near) => write!(formatter, "did you mean `{near}`?"),
            None => write!(
                formatter,
                "the rules are {}",
                ids().collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

impl std::error::Error for UnknownRule {}
