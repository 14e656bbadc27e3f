//! What a deployer allows and wishes, with defaults that change as little as can be.

use rules::{
    inventories::{Inventories, UnknownPolicy},
    policy::{Policies, PolicyId},
};
use serde::Deserialize;

use crate::matrix::Matrix;

/// What stands for every policy.
const ALL: &str = "*";

/// What a deployer allows and wishes. A settings file says what differs from the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    /// What GuardDuty findings are answered with, before the built-in table.
    pub matrix: Matrix,
    /// Whether what a recommendation scan recommends is assigned to the computer.
    pub apply_recommendations: bool,
    /// Whether a module that a finding asks for and that is off is switched on, on the computer
    /// alone. Integrity monitoring never is where the instance may be compromised.
    pub enable_modules: bool,
    /// What the IPS rules for a CVE are assigned to.
    pub scope: Scope,
    /// The policies that may change, by name or path, whatever their capitals; `*` for all. None
    /// where it is empty.
    pub policies_that_may_change: Vec<Box<str>>,
    /// How many IPS rules one finding may have assigned. More need an operator.
    pub most_rules: usize,
}

/// What the IPS rules for a CVE are assigned to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// The computer's policy, and so every computer that uses it.
    #[default]
    Policy,
    /// The computer.
    Computer,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            matrix: Matrix::default(),
            apply_recommendations: true,
            enable_modules: false,
            scope: Scope::default(),
            policies_that_may_change: Vec::new(),
            most_rules: 20,
        }
    }
}

impl Options {
    /// Those of the policies that may change which no Manager knows.
    #[must_use]
    pub fn unknown_policies(&self, inventories: &Inventories) -> Vec<UnknownPolicy> {
        let names = self.policies_that_may_change.iter();
        names
            .filter(|name| &***name != ALL)
            .filter_map(|name| inventories.unknown_policy(name))
            .collect()
    }

    /// Whether a policy may change.
    #[must_use]
    pub fn may_change(&self, policies: &Policies, policy: PolicyId) -> bool {
        self.policies_that_may_change
            .iter()
            .any(|name| &**name == ALL || policies.named(name) == [policy])
    }
}
