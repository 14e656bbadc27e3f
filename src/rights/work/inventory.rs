//! What lies in the bucket: the inventory, the settings, the rules in Guard and the exceptions.

use super::{DECRYPT, ENCRYPT, Work};
use crate::rights::right::{Condition, Right, Scope::Arns};

/// Nobody else's bucket that took the name.
const OWN_BUCKET: &[Condition] = &[Condition {
    operator: "StringEquals",
    key: "aws:ResourceAccount",
    values: &["${HubAccountId}"],
}];

/// Whoever may not list a bucket is told that access is denied to an object that is not there (Amazon
/// S3 API reference, `GetObject`).
const LIST_BUCKET: Right = Right::to(
    &["s3:ListBucket"],
    Arns(&[bucket!("")]),
    "to be told of an object that it is not there",
)
.when(OWN_BUCKET);

/// The objects are those of `inventory::layout`.
pub(in crate::rights) static OWN_INVENTORY: Work = Work::new(
    "reads its account's part of the inventory",
    &[
        Right::to(
            &["s3:GetObject"],
            Arns(&[
                bucket!("/inventory/pointer.json"),
                bucket!("/inventory/versions/*/*/manifest.json.gz"),
                bucket!("/inventory/versions/*/*/common.json.gz"),
                bucket!("/inventory/versions/*/*/common-rules.json.gz"),
                bucket!("/inventory/versions/*/*/instances.bin"),
                bucket!("/inventory/versions/*/*/rules.json.gz"),
                bucket!("/inventory/versions/*/*/accounts/${AWS::AccountId}.json.gz"),
                bucket!("/inventory/versions/*/*/accounts/${AWS::AccountId}-*.json.gz"),
            ]),
            "of what belongs to every account, and of the account's own computers",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        DECRYPT,
    ],
);

pub(in crate::rights) static INVENTORY: Work = Work::new(
    "reads the inventory of every account",
    &[
        Right::to(
            &["s3:GetObject"],
            Arns(&[bucket!("/inventory/*")]),
            "of what the Managers know",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        DECRYPT,
    ],
);

pub(in crate::rights) static PUBLISHING: Work = Work::new(
    "publishes the inventory",
    &[
        Right::to(
            &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            Arns(&[bucket!("/inventory/*")]),
            "of versions of the inventory, and of the pointer to the current one",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        ENCRYPT,
    ],
);

pub(in crate::rights) static SETTINGS: Work = Work::new(
    "reads the settings",
    &[Right::to(
        &["s3:GetObject"],
        Arns(&[bucket!("/${SettingsKey}")]),
        "of the file of settings",
    )
    .when(OWN_BUCKET)],
);

/// Every account reads the same rules: they say what must be, and nothing of what is.
pub(in crate::rights) static GUARD_RULES: Work = Work::new(
    "reads the deployer's rules in Guard",
    &[
        Right::to(
            &["s3:GetObject"],
            Arns(&[bucket!("/settings/guard/*")]),
            "of the rules in Guard",
        )
        .when(OWN_BUCKET),
        LIST_BUCKET,
        DECRYPT,
    ],
);

pub(in crate::rights) static EXCEPTIONS: Work = Work::new(
    "reads the exceptions",
    &[Right::to(
        &["s3:GetObject"],
        Arns(&[bucket!("/exceptions/*")]),
        "of the files of exceptions, which belong to every account",
    )
    .when(OWN_BUCKET)],
);
