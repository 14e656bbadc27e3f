//! The catalogue: every remediation, one file each.
//!
//! A remediation is one file in this folder, one `mod` line and one line in [`CATALOGUE`].

use rules::ledger::Source;

use crate::remediation::{Answers, PlanFinding, Remediation};

mod scan_and_verify;
mod steps;

/// Every remediation.
pub static CATALOGUE: &[&Remediation] = &[&scan_and_verify::REMEDIATION];

/// The remediation that answers the findings of a source.
#[must_use]
pub fn answering(source: Source) -> Option<(&'static Remediation, PlanFinding)> {
    CATALOGUE
        .iter()
        .find_map(|remediation| match remediation.answers {
            Answers::Findings(of, plan) if of == source => Some((*remediation, plan)),
            Answers::Findings(..) => None,
        })
}
