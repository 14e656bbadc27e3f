//! What an account tells of a finding, besides the instances of the Regions that are read.

use std::collections::{BTreeMap, BTreeSet};

use remediations::Finding;
use rules::instance::{AccountId, InstanceId};

use crate::{
    account::Access,
    cli::failure::Failure,
    ledger::Partition,
    ports::answering::{Owned, Readers},
};

#[cfg(feature = "live")]
mod live;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The accounts and Regions of which every instance is read.
    pub(super) whole: BTreeSet<Partition>,
    /// The instances that the finding leads to, with their owners; `None` for one that is not there.
    pub(super) instances: BTreeMap<InstanceId, Option<Owned>>,
    /// The instances whose roles may access the bucket of the finding.
    pub(super) readers: Option<Readers>,
    /// What the tasks of the finding run on.
    pub(super) hosts: BTreeMap<Box<str>, Option<InstanceId>>,
}

/// Asks the account. `known` are those that the ledger lists, and `owner_tag` is the tag of an instance that names its team.
///
/// # Errors
/// A usage failure when the finding is of another account, a runtime failure when this one cannot
/// be asked.
#[cfg(feature = "live")]
pub(super) fn look(
    access: &Access,
    finding: &Finding,
    known: &BTreeSet<AccountId>,
    owner_tag: &str,
) -> Result<Seen, Failure> {
    crate::cli::managers::runtime()?.block_on(live::look(access, finding, known, owner_tag))
}

/// Sees nothing: that an account cannot be read without the SDKs of AWS is said when its instances
/// are.
#[cfg(not(feature = "live"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the SDKs")]
pub(super) fn look(
    _: &Access,
    _: &Finding,
    _: &BTreeSet<AccountId>,
    _: &str,
) -> Result<Seen, Failure> {
    Ok(Seen::default())
}
