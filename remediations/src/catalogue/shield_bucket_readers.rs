//! # What it answers
//! Macie findings: sensitive data in a bucket, or settings that expose a bucket.
//!
//! # What it does
//! It finds the IAM roles whose policies may allow access to the bucket, and the EC2 instances with
//! those roles. On each that Deep Security manages it runs a recommendation scan and an integrity
//! scan, assigns what was recommended to the computer, and sends the policy. The teams that own the
//! others are told. The trail of the plan says why each role counts.
//!
//! # Other accounts
//! Roles of other accounts have access where both their own policies and that of the bucket allow it.
//! Those accounts are looked at that the policy of the bucket names, by account, role or session; and
//! where it may let anybody in (`*`, or conditions that cannot be decided) those that the ledger
//! lists. Their instances are recorded in the ledger of their own account, which shows them. An
//! account that cannot be read is named in the plan. Where the ledger lists it, none of its instances
//! is compliant before it could be read; it is tried every hour. The findings of the bucket's own
//! account do not wait for it.
//!
//! # What counts as access
//! A role that is allowed to read, write, delete or list, or of which that cannot be excluded: a
//! condition that cannot be decided counts as access, since one scan too many costs little and one
//! too few misses a host.
//!
//! # When it cannot plan
//! When the policies of the bucket's account cannot be read, or when it cannot be told what stands for the
//! instance in Deep Security. What could not be seen is listed, and keeps the finding open.

use rules::{Gap, ledger::Source};

use super::steps;
use crate::{
    finding::Finding,
    matrix::FLOOR,
    options::Options,
    plan::Plan,
    remediation::{Answers, Remediation},
    situation::Situation,
};

pub(super) static REMEDIATION: Remediation = Remediation {
    id: "shield-bucket-readers",
    summary: "scans the instances that can reach a bucket that Macie cites, and applies what is \
              recommended",
    answers: Answers::Findings(Source::Macie, plan),
    source: include_str!("shield_bucket_readers.rs"),
};

fn plan(finding: &Finding, situation: &Situation<'_>, options: &Options) -> Result<Plan, Gap> {
    steps::plan(REMEDIATION.id, finding, situation, |managed, plan| {
        let reason = "the instance can reach the bucket".to_owned();
        let scans = FLOOR.iter().map(|scan| (*scan, reason.clone()));
        plan.steps = steps::scans(managed, scans)?;
        plan.steps.extend(steps::recommendations(managed, options)?);
        Ok(())
    })
}
