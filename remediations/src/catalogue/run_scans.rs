//! # What it answers
//! An operator, or a remediation of AWS Config, that asks for scans of one instance.
//!
//! # What it does
//! It runs a recommendation scan, an integrity scan and a malware scan, assigns what was
//! recommended to the computer where the settings allow it, and sends the policy. A scan whose
//! module is off is skipped, and one that was run within the scan window is not repeated.
//!
//! # When it cannot plan
//! When it cannot be told what stands for the instance in Deep Security, or whether a module is on.

use rules::Gap;

use super::steps;
use crate::{
    action::Scan,
    finding::Finding,
    options::Options,
    plan::Plan,
    remediation::{Answers, Asks, Offer, Remediation},
    situation::Situation,
};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "run-scans",
    summary: "scans an instance that an operator names",
    answers: Answers::Requests(
        plan,
        Offer {
            rules: &["threats-are-answered", "sensitive-data-is-shielded"],
            asks: Asks::Nothing,
        },
    ),
    source: include_str!("run_scans.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, options: &Options) -> Result<Plan, Gap> {
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        let reason = "an operator asks for it".to_owned();
        let scans = Scan::ALL.iter().map(|scan| (*scan, reason.clone()));
        plan.steps = steps::scans(managed, scans)?;
        plan.steps.extend(steps::recommendations(managed, options)?);
        Ok(())
    })
}
