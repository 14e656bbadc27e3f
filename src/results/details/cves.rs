//! The CVEs that Amazon Inspector found, and how far IPS rules shield the instances from them.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::Timestamp;
use remediations::{
    finding::{Severity, SeverityWord},
    record::Record,
};
use rules::{cve::Cve, inventories::Inventories};

use super::{CveExposure, Listed, Strength};
use crate::{
    coverage::{self, Found, MAX_AGE, Pair, RuleExists, Shielding, observed},
    evaluation::Fleet,
};

/// A CVE at its worst.
#[derive(Debug, Default)]
struct Exposed {
    severity: Option<SeverityWord>,
    since: Option<Timestamp>,
    instances: Strength,
}

/// The CVEs that findings in a ledger tell of and that are not over. The most severe stand first, and
/// of those what most instances are not shielded from.
pub(super) fn cves(fleet: &Fleet, records: &[Record]) -> Listed<CveExposure> {
    let mut found = Found::new();
    let mut exposed: BTreeMap<Cve, Exposed> = BTreeMap::new();
    for Record { finding, .. } in records.iter().filter(|record| !record.state.is_over()) {
        coverage::add(&mut found, finding);
        let severity = match finding.severity {
            Severity::Word(word) => Some(word),
            Severity::Score(_) => None,
        };
        for cve in observed(finding).into_iter().flat_map(|about| &about.cves) {
            let exposed = exposed.entry(*cve).or_default();
            exposed.severity = exposed.severity.max(severity);
            exposed.since = match (exposed.since, finding.since) {
                (Some(known), Some(new)) => Some(known.min(new)),
                (known, new) => known.or(new),
            };
        }
    }
    let inventories = &fleet.inventories;
    for pair in coverage::judge(&found, inventories, fleet.as_of, MAX_AGE) {
        if let Some(exposed) = exposed.get_mut(&pair.cve) {
            exposed.instances.add(&pair, inventories);
        }
    }
    let mut exposed: Vec<(Cve, Exposed)> = exposed.into_iter().collect();
    exposed
        .sort_by_key(|(_, exposed)| (Reverse(exposed.severity), Reverse(exposed.instances.open())));
    Listed::of(exposed.into_iter().map(|(cve, exposed)| {
        CveExposure {
            cve: cve.to_string(),
            severity: exposed
                .severity
                .map(|word| Severity::Word(word).to_string()),
            since: exposed.since,
            instances: exposed.instances,
        }
    }))
}

impl Strength {
    /// How many instances no rule is known to shield.
    const fn open(&self) -> usize {
        self.not_shielded + self.no_rule + self.undetermined
    }

    fn add(&mut self, pair: &Pair, inventories: &Inventories) {
        let count = match &pair.shielding {
            Ok(Shielding::Covered) => &mut self.shielded,
            Ok(Shielding::NoRule) => &mut self.no_rule,
            Ok(Shielding::NotAssigned | Shielding::AgentTooOld | Shielding::NotBlocking(_)) => {
                &mut self.not_shielded
            }
            Ok(Shielding::Unmanaged(_)) => match coverage::rule_exists(pair.cve, inventories) {
                RuleExists::Yes => &mut self.not_shielded,
                RuleExists::DetectOnly | RuleExists::No => &mut self.no_rule,
                RuleExists::Unknown => &mut self.undetermined,
            },
            Err(_) => &mut self.undetermined,
        };
        *count += 1;
    }
}
