//! A bucket, and what is asked of it.

use std::fmt;

use rules::instance::AccountId;
use serde::{Deserialize, Serialize};

use super::{
    document::{Document, Unreadable},
    pattern::Subject,
};

/// What is known of a bucket.
#[derive(Clone, Debug)]
pub struct BucketFacts {
    /// Its name. Foreign text: it is only ever compared.
    pub name: Box<str>,
    /// Its partition: `aws`, `aws-cn`, ….
    pub partition: Box<str>,
    /// The account that it belongs to, where that is known.
    pub account: Option<AccountId>,
    /// Its policy.
    pub policy: BucketPolicy,
}

/// The policy of a bucket.
#[derive(Clone, Debug)]
pub enum BucketPolicy {
    /// It has none.
    None,
    /// This one.
    Read(Document),
    /// It could not be read.
    Unread(Unreadable),
}

/// What may be done to a bucket or its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Reading an object.
    GetObject,
    /// Writing an object.
    PutObject,
    /// Deleting an object.
    DeleteObject,
    /// Listing the bucket.
    ListBucket,
}

impl Operation {
    /// Everything that is asked.
    pub const ALL: [Self; 4] = [
        Self::GetObject,
        Self::PutObject,
        Self::DeleteObject,
        Self::ListBucket,
    ];

    /// The action, as a policy of IAM names it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::GetObject => "s3:GetObject",
            Self::PutObject => "s3:PutObject",
            Self::DeleteObject => "s3:DeleteObject",
            Self::ListBucket => "s3:ListBucket",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.action())
    }
}

/// The operations on a bucket, ready to be held against policies.
#[derive(Debug)]
pub(super) struct Asked {
    /// The operations, in the order of [`Operation::ALL`], in lower case.
    pub(super) actions: [Subject; 4],
    /// What the operations on objects are about.
    objects: Subject,
    /// What the listing is about.
    bucket: Subject,
}

impl Asked {
    /// Everything that is asked about one object, or about some object that is not known.
    pub(super) fn of(bucket: &BucketFacts, object: Option<&str>) -> Self {
        let arn = format!("arn:{}:s3:::{}", bucket.partition, bucket.name);
        let below = format!("{arn}/");
        Self {
            actions: Operation::ALL.map(|each| Subject::exact(each.action()).folded()),
            objects: match object {
                Some(key) => Subject::exact(&format!("{below}{key}")),
                None => Subject::beginning(&below),
            },
            bucket: Subject::exact(&arn),
        }
    }

    /// What an operation is about.
    pub(super) fn resources(&self) -> [&Subject; 2] {
        [&self.objects, &self.bucket]
    }

    /// Of two values, for objects and for the bucket, that of each operation.
    pub(super) fn spread<T: Copy>([objects, bucket]: [T; 2]) -> [T; 4] {
        [objects, objects, objects, bucket]
    }
}
