//! An IPS rule, and what it is about.

use serde::{Deserialize, Serialize};

use crate::cve::Cve;

/// An IPS rule's id in its Manager.
pub type RuleId = u64;

/// An application type's id in its Manager.
pub type ApplicationTypeId = u64;

/// An IPS rule, reduced to what correlating it with a CVE needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntrusionPreventionRule {
    /// The id in its Manager.
    pub id: RuleId,
    /// The vendor's number of the rule, the same in every Manager; empty for a user's own rule.
    #[serde(default)]
    pub identifier: Box<str>,
    /// The name. Foreign text.
    #[serde(default)]
    pub name: Box<str>,
    /// The CVEs that the rule shields from, as the Manager writes them.
    #[serde(default, rename = "CVE")]
    pub cve: Vec<Box<str>>,
    /// The application type that the rule belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationTypeId>,
    /// Whether the rule only reports, whatever the module is set to.
    #[serde(default)]
    pub detect_only: bool,
    /// The oldest agent that can run the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_agent_version: Option<Box<str>>,
    /// Whether the rule may be assigned without others; `None` where it is not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_be_assigned_alone: Option<bool>,
    /// The rules that it needs beside it.
    #[serde(default)]
    pub depends_on: Vec<RuleId>,
}

impl IntrusionPreventionRule {
    /// The CVEs that the rule shields from, each once. A text that is not a CVE is none.
    #[must_use]
    pub fn cves(&self) -> Vec<Cve> {
        let mut cves: Vec<Cve> = self
            .cve
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        cves.sort_unstable();
        cves.dedup();
        cves
    }
}

/// What a rule protects: a kind of program, and the way into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationType {
    /// The id in its Manager.
    pub id: ApplicationTypeId,
    /// The name. Foreign text.
    pub name: Box<str>,
}
