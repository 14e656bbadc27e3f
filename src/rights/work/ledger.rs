//! The ledger.

use super::{DECRYPT, ENCRYPT, Work};
use crate::rights::right::{Condition, Right, Scope::Arns};

const TABLE: &str =
    "arn:${AWS::Partition}:dynamodb:${HubRegion}:${HubAccountId}:table/${Prefix}-ledger";

/// The keys are those of `ledger::Key`: an account with a Region, and an account alone for the list
/// of its Regions.
pub(in crate::rights) static OWN_LEDGER: Work = Work::new(
    "reads its account's part of the ledger",
    &[
        Right::to(
            &["dynamodb:Query"],
            Arns(&[TABLE]),
            "of the account's findings, and of what became of them",
        )
        .when(&[Condition {
            operator: "ForAllValues:StringLike",
            key: "dynamodb:LeadingKeys",
            values: &["${AWS::AccountId}", "${AWS::AccountId}#*"],
        }]),
        DECRYPT,
    ],
);

pub(in crate::rights) static LEDGER: Work = Work::new(
    "reads and writes the ledger",
    &[
        Right::to(
            &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            Arns(&[TABLE]),
            "of findings, plans and outcomes",
        ),
        ENCRYPT,
    ],
);
