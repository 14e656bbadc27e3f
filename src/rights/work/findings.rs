//! The sources of findings.

use super::Work;
use crate::rights::right::{
    Right,
    Scope::{Anything, Arns},
};

pub(in crate::rights) static SOURCES: Work = Work::new(
    "lists findings",
    &[
        Right::to(
            &[
                "guardduty:GetFindings",
                "guardduty:ListDetectors",
                "guardduty:ListFindings",
                "macie2:GetFindings",
                "macie2:GetMacieSession",
                "macie2:ListFindings",
                "inspector2:BatchGetAccountStatus",
                "inspector2:ListFindings",
            ],
            Anything,
            "of what GuardDuty, Macie and Inspector have found, and of whether they are on",
        ),
        Right::to(
            &["guardduty:GetDetector"],
            Arns(&[anywhere!("guardduty", "detector/*")]),
            "of whether GuardDuty is on",
        ),
    ],
);
