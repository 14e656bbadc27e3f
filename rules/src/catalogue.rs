//! The catalogue: every rule, one file each.
//!
//! A rule is one file in this folder, one `mod` line and one line in [`CATALOGUE`].

use crate::rule::Rule;

mod agent_is_fresh;
mod instance_has_policy;
mod instance_is_behind_waf;
mod instance_is_clear;
mod modules_are_active;

/// Every rule.
pub static CATALOGUE: &[&Rule] = &[
    &instance_has_policy::RULE,
    &modules_are_active::RULE,
    &instance_is_clear::RULE,
    &agent_is_fresh::RULE,
    &instance_is_behind_waf::RULE,
];

/// The rule with that id, with or without the prefix `ds-` of its Config rule.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    let bare = id.strip_prefix("ds-").unwrap_or(id);
    CATALOGUE.iter().copied().find(|rule| rule.id == bare)
}
