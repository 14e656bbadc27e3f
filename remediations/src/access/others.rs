//! Other accounts whose roles a bucket may let in. Of a role and a bucket in two accounts both have to
//! allow: what the bucket's policy does not let in need not be looked at.

use std::collections::BTreeSet;

use rules::instance::AccountId;

use super::{
    bucket::{Asked, BucketFacts, BucketPolicy},
    document::Selection,
    evaluation::may_let_in,
};

/// The other accounts whose roles the policy of a bucket may let in: of those that it names, by
/// account or by somebody in them, and of those that are `known`, since it may let anybody in. What
/// is not known lets in.
#[must_use]
pub fn others(
    bucket: &BucketFacts,
    object: Option<&str>,
    known: &BTreeSet<AccountId>,
) -> BTreeSet<AccountId> {
    let asked = Asked::of(bucket, object);
    let mut others = named(bucket);
    others.extend(known);
    let is_other = |account: &AccountId| Some(*account) != bucket.account;
    others.retain(|account| is_other(account) && may_let_in(*account, bucket, &asked));
    others
}

fn named(bucket: &BucketFacts) -> BTreeSet<AccountId> {
    let BucketPolicy::Read(document) = &bucket.policy else {
        return BTreeSet::new();
    };
    let statements = document.statements.iter();
    let principals = statements.filter_map(|statement| match &statement.principals {
        Some(Selection::Only(principals)) => Some(principals),
        Some(Selection::AllBut(_)) | None => None,
    });
    principals
        .flat_map(|principals| principals.accounts())
        .collect()
}
