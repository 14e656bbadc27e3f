//! An inventory as it is written down.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    computer::{Computer, ComputerId},
    intrusion_prevention::{ApplicationType, Assignments, IntrusionPreventionRule},
    policy::Policy,
    text::quoted,
};

/// An inventory as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InventoryDocument {
    /// The version of this shape: [`InventoryDocument::VERSION`].
    pub schema_version: String,
    /// The Manager that was read: its name in the settings, or its URL.
    pub manager: String,
    /// When reading began, by the Manager's clock.
    pub taken_at: Timestamp,
    /// Whether it holds every computer of the Manager for certain.
    pub completeness: Completeness,
    /// The computers.
    pub computers: Vec<Computer>,
    /// The policies, where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<Policy>>,
    /// The IPS rules, where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intrusion_prevention_rules: Option<Vec<IntrusionPreventionRule>>,
    /// The application types of IPS rules, where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_types: Option<Vec<ApplicationType>>,
    /// The IPS rules that are in force on policies, where they are known.
    #[serde(default, skip_serializing_if = "Assignments::is_empty")]
    pub policy_rules: Assignments,
    /// The IPS rules that are in force on computers, where they are known.
    #[serde(default, skip_serializing_if = "Assignments::is_empty")]
    pub computer_rules: Assignments,
}

impl InventoryDocument {
    /// The version of the shape that this code writes and reads.
    pub const VERSION: &'static str = "1";
}

/// Whether a list of computers holds every computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Completeness {
    /// Every computer of the Manager is in it.
    Complete,
    /// The last page is full, so there may be another one.
    PageMayBeMissing,
}

/// A document that is not an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadInventory {
    /// Two computers have the same id.
    DuplicateComputer(ComputerId),
    /// Two policies have the same id.
    DuplicatePolicy(u64),
    /// Two IPS rules have the same id.
    DuplicateRule(u64),
    /// Another version of the shape.
    Version(String),
}

impl fmt::Display for BadInventory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateComputer(id) => write!(formatter, "two computers have the ID {id}"),
            Self::DuplicatePolicy(id) => write!(formatter, "two policies have the ID {id}"),
            Self::DuplicateRule(id) => write!(formatter, "two IPS rules have the ID {id}"),
            Self::Version(version) => write!(
                formatter,
                "schemaVersion is {}, and only \"{}\" can be read",
                quoted(version),
                InventoryDocument::VERSION
            ),
        }
    }
}

impl std::error::Error for BadInventory {}
