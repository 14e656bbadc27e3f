//! Other accounts.

use super::Work;
use crate::rights::right::{
    Condition, Right,
    Scope::{Anything, Arns},
};

/// An administrator of GuardDuty, Macie or Inspector sees the findings of its members.
pub(in crate::rights) static MEMBERS: Work = Work::new(
    "lists members",
    &[Right::to(
        &[
            "guardduty:ListMembers",
            "inspector2:ListMembers",
            "macie2:ListMembers",
        ],
        Anything,
        "of the accounts whose findings are seen from the hub",
    )],
);

/// Only where there is an organization: the role has the same name in each of its accounts.
pub(in crate::rights) static OTHER_ACCOUNTS: Work = Work::new(
    "reaches other accounts",
    &[Right::to(
        &["sts:AssumeRole"],
        Arns(&["arn:${AWS::Partition}:iam::*:role/${Prefix}-member"]),
        "of the role that the accounts of the organization have for it",
    )
    .when(&[Condition {
        operator: "StringEquals",
        key: "aws:ResourceOrgID",
        values: &["${OrganizationId}"],
    }])
    .only_if("HasOrganization")],
);
