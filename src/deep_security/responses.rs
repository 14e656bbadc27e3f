//! Single elements of a Manager's answers, for answers that a user saved as files.

use rules::{computer::Computer, intrusion_prevention::IntrusionPreventionRule, policy::Policy};

use serde::{Deserialize, Deserializer};

use super::wire;

/// Reads an element of the list `computers`. Any field but the ID may hold anything: what is not
/// understood stays with its fact.
///
/// # Errors
/// When it is not a JSON object, or has no usable ID.
pub fn computer(json: &[u8]) -> serde_json::Result<Computer> {
    wire::one(json)
}

/// Reads an element of the list `policies`.
///
/// # Errors
/// When it is not a JSON object, has no usable ID or name, or a parent that is not usable.
pub fn policy(json: &[u8]) -> serde_json::Result<Policy> {
    wire::one(json)
}

/// Reads an element of the list `intrusionPreventionRules`.
///
/// # Errors
/// When it is not a JSON object, has no usable ID, or a field of the wrong type.
pub fn intrusion_prevention_rule(json: &[u8]) -> serde_json::Result<IntrusionPreventionRule> {
    wire::one(json)
}

/// An element of the list `computers`, for a reader of long lists.
#[derive(Debug)]
pub struct ComputerResponse(pub Computer);

impl<'de> Deserialize<'de> for ComputerResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::element(deserializer).map(Self)
    }
}

/// An element of the list `policies`, for a reader of long lists.
#[derive(Debug)]
pub struct PolicyResponse(pub Policy);

impl<'de> Deserialize<'de> for PolicyResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::element(deserializer).map(Self)
    }
}
