//! Single elements of a Manager's answers, for long answers that a user saved as files.

use rules::{computer::Computer, intrusion_prevention::RuleIds, policy::Policy};
use serde::{Deserialize, Deserializer};

use super::wire::{self, WithRules};

/// An element of the list `computers`. Any field but the ID may hold anything: what is not
/// understood stays with its fact. The IPS rules in force on it are beside it, where they are known.
#[derive(Debug)]
pub struct ComputerResponse(pub Computer, pub Option<RuleIds>);

impl<'de> Deserialize<'de> for ComputerResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WithRules { item, rules } = wire::element(deserializer)?;
        Ok(Self(item, rules))
    }
}

/// An element of the list `policies`, and the IPS rules in force on it, where they are known.
#[derive(Debug)]
pub struct PolicyResponse(pub Policy, pub Option<RuleIds>);

impl<'de> Deserialize<'de> for PolicyResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WithRules { item, rules } = wire::element(deserializer)?;
        Ok(Self(item, rules))
    }
}
