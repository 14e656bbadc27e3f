//! The catalogue: every remediation, one file each.
//!
//! A remediation is one file in this folder, one `mod` line and one line in [`CATALOGUE`].

use crate::{
    finding::{About, Finding},
    remediation::{Answers, PlanFinding, Remediation},
};

mod apply_cve_rules;
mod assign_policy;
pub mod cover_with_waf;
mod enable_modules;
mod run_scans;
mod scan_and_verify;
mod shield_bucket_readers;
mod steps;

/// Every remediation.
pub static CATALOGUE: &[&Remediation] = &[
    &scan_and_verify::REMEDIATION,
    &shield_bucket_readers::REMEDIATION,
    &apply_cve_rules::REMEDIATION,
    &cover_with_waf::REMEDIATION,
    &assign_policy::REMEDIATION,
    &enable_modules::REMEDIATION,
    &run_scans::REMEDIATION,
];

/// The remediation that answers a finding, and how it plans.
#[must_use]
pub fn answering(finding: &Finding) -> Option<(&'static Remediation, PlanFinding)> {
    let wish = match &finding.about {
        About::Request(request) => Some(request.wish.word()),
        About::Threat(_) | About::Bucket(_) | About::Vulnerability(_) => None,
    };
    CATALOGUE
        .iter()
        .find_map(|remediation| match remediation.answers {
            Answers::Findings(source, plan) if source == finding.source => {
                Some((*remediation, plan))
            }
            Answers::Requests(plan, _) if wish == Some(remediation.id) => {
                Some((*remediation, plan))
            }
            Answers::Findings(..) | Answers::Requests(..) | Answers::Schedule => None,
        })
}
