//! Single elements of a Manager's answers, for long answers that a user saved as files.

use rules::{computer::Computer, policy::Policy};
use serde::{Deserialize, Deserializer};

use super::wire;

/// An element of the list `computers`. Any field but the ID may hold anything: what is not
/// understood stays with its fact.
#[derive(Debug)]
pub struct ComputerResponse(pub Computer);

impl<'de> Deserialize<'de> for ComputerResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::element(deserializer).map(Self)
    }
}

/// An element of the list `policies`.
#[derive(Debug)]
pub struct PolicyResponse(pub Policy);

impl<'de> Deserialize<'de> for PolicyResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::element(deserializer).map(Self)
    }
}
