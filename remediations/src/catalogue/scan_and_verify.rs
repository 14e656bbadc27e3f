//! # What it answers
//! GuardDuty findings that lead to an EC2 instance, whatever their type.
//!
//! # What it does
//! On an instance that Deep Security manages it runs a recommendation scan and an integrity scan,
//! assigns what was recommended to the computer, and sends the policy. Where the finding says that
//! the instance may be compromised it runs a malware scan as well. Which scans belong to which type
//! is a table that a settings file may extend.
//!
//! The team that owns an instance without a managed computer is told about it; no scan is tried.
//!
//! # What it never does
//! It never switches integrity monitoring on where an instance may be compromised: the baseline
//! would take an intruder's files for good ones. It switches any other module on only where the
//! settings allow it, on the computer alone. It takes nothing away.
//!
//! # When it cannot plan
//! When it cannot be told what stands for the instance in Deep Security, or whether a module is on.

use rules::{Gap, ledger::Source};

use super::steps;
use crate::{
    action::Scan,
    finding::{About, Finding},
    matrix::{Answer, FLOOR},
    options::Options,
    plan::Plan,
    remediation::{Answers, Remediation},
    situation::Situation,
};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "scan-and-verify",
    summary: "scans an instance that GuardDuty cites, and applies what is recommended",
    answers: Answers::Findings(Source::GuardDuty, plan),
    source: include_str!("scan_and_verify.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, options: &Options) -> Result<Plan, Gap> {
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        let About::Threat(threat) = &finding.about else {
            return Ok(());
        };
        let answer = options.matrix.answer(&finding.kind, threat);
        let may_be_compromised = situation.may_be_compromised || answer.compromise;
        let scans = answer.scans.iter();
        let scans = scans.map(|scan| (*scan, reason(*scan, &answer)));
        plan.steps = steps::scans(managed, scans)?;
        let modules = steps::modules(managed, &answer.modules, may_be_compromised, options)?;
        plan.steps.extend(modules);
        plan.steps.extend(steps::recommendations(managed, options)?);
        Ok(())
    })
}

/// Why a scan belongs to the answer.
fn reason(scan: Scan, answer: &Answer) -> String {
    match &answer.pattern {
        _ if FLOOR.contains(&scan) => "every finding on a host asks for it".to_owned(),
        _ if answer.attacks => "the instance is said to attack others".to_owned(),
        Some(pattern) => format!("findings {pattern}… ask for it"),
        None => "the finding asks for it".to_owned(),
    }
}
