//! What results tell beside their verdicts, for whoever reads a report. Each part is there only where
//! it was looked at, and a long list holds its most urgent entries and how many there are.

use jiff::Timestamp;
use remediations::record::Record as Recorded;
use rules::Grader;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Omission, completeness::Hidden, exceptions};
use crate::evaluation::Fleet;

mod computers;
mod cves;
mod fronts;
mod records;

/// The most entries that a list holds; its total tells how many there are.
pub const MOST: usize = 1_000;

/// What was looked at beside the verdicts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// Computers that no instance, or more than one of them an instance, has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computers: Option<Computers>,
    /// The ways from the internet to the instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fronts: Option<Listed<FrontShown>>,
    /// The CVEs that Amazon Inspector found, and how far IPS rules shield the instances from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cves: Option<Listed<CveExposure>>,
    /// The ledger: findings, and what became of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<Listed<Record>>,
    /// The exceptions that were in the settings, whether anything falls under them or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Vec<ExceptionShown>>,
    /// The conformance packs that an aggregator knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packs: Option<Vec<Pack>>,
    /// What the verdicts leave out, the most urgent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completeness: Option<Listed<Omission>>,
}

impl Details {
    /// What a fleet tells beside its verdicts, and the records of its ledger where there is one.
    /// Packs, and what is left out, are nothing that a fleet knows.
    #[must_use]
    pub fn of(fleet: &Fleet, graders: &[Grader], recorded: Option<&[Recorded]>) -> Self {
        Self {
            computers: Computers::of(fleet, graders),
            fronts: fronts::fronts(fleet, graders),
            cves: recorded.map(|recorded| cves::cves(fleet, recorded)),
            records: recorded.map(records::records),
            exceptions: exceptions(fleet, graders),
            packs: None,
            completeness: None,
        }
    }
}

impl Details {
    /// What is missing, as far as it is listed, the most urgent first.
    pub fn losses(&self) -> impl Iterator<Item = &Omission> {
        let listed = self.completeness.iter();
        let omissions = listed.flat_map(|listed| &listed.first);
        omissions.filter(|omission| omission.kind.is_loss())
    }

    /// Where there may be results that are not shown.
    pub(crate) fn hidden(&self) -> Hidden {
        Hidden::of(self.losses())
    }
}

/// The first entries of a list, and how many it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{T}List")]
pub struct Listed<T> {
    /// How many there are.
    pub total: usize,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Listed<T> {
    /// The first [`MOST`] of these, of which the most urgent stand first.
    pub fn of(entries: impl ExactSizeIterator<Item = T>) -> Self {
        Self {
            total: entries.len(),
            first: entries.take(MOST).collect(),
        }
    }
}

impl<T> Default for Listed<T> {
    /// An empty list.
    fn default() -> Self {
        Self {
            total: 0,
            first: Vec::new(),
        }
    }
}

/// How the computers of the Managers stand to the instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Computers {
    /// Computers whose instance is not among those that were graded.
    pub ghosts: Listed<Ghost>,
    /// Instances that several computers stand for.
    pub duplicates: Listed<Duplicate>,
}

/// A computer whose instance is not among those that were graded, although others of its account and
/// Region are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ghost {
    /// The Manager.
    pub manager: String,
    /// Its id there.
    pub computer_id: u64,
    /// Its name. Foreign text, cleaned of control and invisible characters.
    pub computer: String,
    /// The instance that it is said to be.
    pub instance: String,
    /// When its agent spoke last, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub last_communication: Option<Timestamp>,
}

/// An instance that several computers stand for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Duplicate {
    /// The instance.
    pub instance: String,
    /// How many computers stand for it.
    pub computers: usize,
    /// The one that counts, as `name #id (Manager)`. Foreign text, cleaned.
    pub counts: String,
}

/// A way from the internet to instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Front")]
pub struct FrontShown {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// What it passes, from the internet on, each as people read it: `CloudFront "E1A2B3"`,
    /// `load balancer "web"`; empty where it is not known which ways there are, for the reason in
    /// `gap`. Foreign text, cleaned.
    pub hops: Vec<String>,
    /// The name of the web ACL that guards it; `None` where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_acl: Option<String>,
    /// Why it is not known whether it is guarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
    /// The instances that it leads to.
    pub instances: Listed<String>,
    /// The policies of their computers, by name. Foreign text, cleaned.
    pub policies: Listed<String>,
    /// How many of the instances are known to be shielded by intrusion prevention, as the rule
    /// `modules-are-active` means it.
    pub shielded_by_ips: usize,
}

/// How far the instances are shielded from one CVE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CveExposure {
    /// The CVE.
    pub cve: String,
    /// The worst severity that Amazon Inspector gives it, in its word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Since when it is known on an instance of the fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Option<Timestamp>,
    /// The instances that have it, by how far they are shielded.
    pub instances: Strength,
}

/// Instances by how far IPS rules shield them from a CVE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Strength {
    /// A rule blocks.
    pub shielded: usize,
    /// A rule exists, and does not block: it is not assigned, or the agent, the module or its mode
    /// stands in the way.
    pub not_shielded: usize,
    /// No rule exists that could block.
    pub no_rule: usize,
    /// It cannot be told.
    pub undetermined: usize,
}

/// A finding, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Who found it: `guardduty`, `macie` or `inspector`; `operator` for what one asked for.
    pub source: String,
    /// Its id there. Foreign text, cleaned.
    pub finding: String,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The instance, where it leads to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Where it stands, as `deepgrade ledger list` says it.
    pub state: String,
    /// Whether something is still to be done.
    pub is_open: bool,
    /// What became of it, as AWS Config shows it. Foreign text, cleaned.
    pub line: String,
    /// When it was recorded first.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub recorded_at: Timestamp,
    /// When that changed last.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub changed_at: Timestamp,
}

/// An exception, and what falls under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Exception")]
pub struct ExceptionShown {
    /// Its id.
    pub id: String,
    /// What it is made for, as people read it. Foreign text, cleaned.
    pub scope: String,
    /// Why. Foreign text, cleaned.
    pub reason: String,
    /// Who answers for it. Foreign text, cleaned.
    pub owner: String,
    /// The ticket. Foreign text, cleaned.
    pub ticket: String,
    /// The day on which it was made.
    pub created: String,
    /// The last moment that it holds.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub expires: Timestamp,
    /// Whether it held when the fleet was graded.
    pub is_active: bool,
    /// How many non-compliant results it is made for.
    pub results: usize,
}

/// A conformance pack in one account and Region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pack {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Its name. Foreign text, cleaned.
    pub name: String,
    /// What AWS Config says of it, in its word.
    pub compliance: String,
    /// How many of its rules are compliant, and how many it has.
    pub compliant_rules: usize,
    /// How many rules it has.
    pub rules: usize,
    /// Its score in percent, where AWS Config gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}
