//! Reads what one edition holds for an account.

use std::{cmp::Ordering, collections::HashSet};

use futures_util::{StreamExt, stream};
use rules::{
    computer::{Computer, ComputerId, SharedModules},
    instance::AccountId,
    inventory::{Completeness, Inventory, InventoryDocument},
};

use super::{
    bucket,
    digest::Digest,
    index::Index,
    layout::{Folder, Numbered},
    manifest::{Bucket, Manifest, Part},
    packing,
    picture::Share,
    pointer::Edition,
    store::{Found, Store},
};
use crate::ports::{Error, Extract};

/// How many objects of a part are read at a time.
const AT_A_TIME: usize = 8;

/// Why an edition gives no inventory.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is damaged, or not there: another one may do.
    Unusable(String),
    /// The store cannot be asked: no other one will do.
    Store(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// What an object holds, where it is there and is the one that is meant.
pub(super) async fn object<T>(
    store: &impl Store,
    key: &str,
    read: impl FnOnce(Vec<u8>) -> Result<T, String>,
) -> Result<T, Unread> {
    let unusable = |what: String| Unread::Unusable(format!("{key}: {what}"));
    match store.get(key, None).await? {
        Found::Object { bytes, .. } => read(bytes).map_err(unusable),
        Found::Missing | Found::Unchanged => Err(unusable("it is not there".to_owned())),
    }
}

/// The manifest of an edition.
pub(super) async fn manifest(
    store: &impl Store,
    manager: &str,
    edition: &Edition,
) -> Result<Manifest, Unread> {
    let key = Folder::of(manager, &edition.version).manifest();
    object(store, &key, |bytes| {
        Manifest::unpack(&bytes, manager, edition)
    })
    .await
}

/// How much of what an edition holds for an account is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// The only bucket of the account's own computers; `None` for all.
    bucket: Option<usize>,
    /// Whether the IPS rules are read as well.
    rules: bool,
}

impl Extent {
    /// As much as is needed for what is asked.
    pub(super) fn of(extract: Extract, manifest: &Manifest, account: AccountId) -> Self {
        let buckets = manifest
            .accounts
            .get(&account)
            .map(|part| part.buckets.len());
        let cut = extract.instance.zip(buckets.filter(|buckets| *buckets > 1));
        Self {
            bucket: cut.map(|(instance, buckets)| bucket::of(instance, buckets)),
            rules: extract.intrusion_prevention,
        }
    }

    /// Whether another one is a part of it.
    pub(super) fn covers(&self, other: &Self) -> bool {
        (self.bucket.is_none() || self.bucket == other.bucket) && (self.rules || !other.rules)
    }
}

/// An edition, open for reading.
pub(super) struct Open<'a, S> {
    pub(super) store: &'a S,
    pub(super) manager: &'a str,
    pub(super) manifest: &'a Manifest,
}

impl<S: Store> Open<'_, S> {
    /// What it holds for an account: its own computers, those that may be anybody's, and the
    /// policies. It is as old as the oldest part.
    pub(super) async fn inventory(
        &self,
        account: AccountId,
        extent: Extent,
    ) -> Result<Inventory, Unread> {
        let Self {
            manager, manifest, ..
        } = *self;
        let folder = Folder::of(manager, &manifest.version);
        let whole = Extent {
            bucket: None,
            ..extent
        };
        let common = self.part(&folder, Share::Common, &manifest.common, whole);
        let mut document = common.await?;
        if let Some(part) = manifest.accounts.get(&account) {
            let share = Share::Account(account);
            let own = self.part(&folder, share, part, extent).await?;
            document = joined(document, own);
        }
        document.taken_at = document.taken_at.min(manifest.taken_at);
        if manifest.completeness == Completeness::PageMayBeMissing {
            document.completeness = manifest.completeness;
        }
        if extent.rules {
            let key = folder.rules();
            let known = object(self.store, &key, |bytes| {
                unpack(bytes, manager, manifest.rules)
            });
            let known = known.await?;
            document.intrusion_prevention_rules = known.intrusion_prevention_rules;
            document.application_types = known.application_types;
            document.policy_rules = known.policy_rules;
        }
        let inventory = Inventory::try_from(document);
        let inventory = inventory.map_err(|bad| Unread::Unusable(bad.to_string()))?;
        Ok(inventory.with_newest_part(manifest.taken_at))
    }

    /// Which instances are named under any account.
    pub(super) async fn index(&self) -> Result<Index, Unread> {
        let Some(sha256) = self.manifest.index else {
            return Ok(Index::new(self.manager, None));
        };
        let key = Folder::of(self.manager, &self.manifest.version).index();
        let read = |bytes: Vec<u8>| packing::verify(&bytes, sha256).map(|()| bytes);
        let packed = object(self.store, &key, read).await?;
        Ok(Index::new(self.manager, Some(packed)))
    }

    /// The computers of a part, with their IPS rules where these are wanted.
    async fn part(
        &self,
        folder: &Folder,
        share: Share,
        part: &Part,
        extent: Extent,
    ) -> Result<InventoryDocument, Unread> {
        // Collected before they are driven: a closure that makes them would not be `Send`.
        let mut reads = Vec::new();
        for (number, bucket) in part.numbered() {
            if extent.bucket.is_none_or(|only| only == number.place) {
                reads.push(self.bucket(folder, share, part, (number, bucket), extent.rules));
            }
        }
        let mut whole: Option<InventoryDocument> = None;
        let mut rules = Vec::new();
        let mut shared = SharedModules::default();
        let mut reads = stream::iter(reads).buffered(AT_A_TIME);
        while let Some(document) = reads.next().await {
            let mut document = document?;
            let computers = document.computers.iter_mut();
            computers.for_each(|computer| shared.share(computer));
            rules.extend(std::mem::take(&mut document.computer_rules));
            match &mut whole {
                None => whole = Some(document),
                Some(whole) => whole.computers.append(&mut document.computers),
            }
        }
        let whole = whole.map(|document| InventoryDocument {
            computer_rules: rules.into_iter().collect(),
            ..document
        });
        whole.ok_or_else(|| Unread::Unusable("a part of a version has no object".to_owned()))
    }

    /// The computers of a bucket, with their IPS rules where these are wanted.
    async fn bucket(
        &self,
        folder: &Folder,
        share: Share,
        part: &Part,
        (number, bucket): (Numbered, &Bucket),
        rules: bool,
    ) -> Result<InventoryDocument, Unread> {
        let read = |bytes| unpack_part(bytes, self.manager, share, part, bucket);
        let mut document = object(self.store, &share.key(folder, number), read).await?;
        if let Some(sum) = bucket.rules.filter(|_| rules) {
            let key = share.rules_key(folder, number);
            let read = |bytes| unpack(bytes, self.manager, sum);
            document.computer_rules = object(self.store, &key, read).await?.computer_rules;
        }
        Ok(document)
    }
}

/// The common part and that of an account in one. A computer may have come to be of another
/// account, or of none, between two pictures: the newer part tells.
fn joined(mut common: InventoryDocument, mut own: InventoryDocument) -> InventoryDocument {
    let rules = (
        std::mem::take(&mut common.computer_rules),
        own.computer_rules,
    );
    common.computer_rules = match common.taken_at.cmp(&own.taken_at) {
        Ordering::Less => {
            leave_out(&mut common.computers, &own.computers);
            rules.0.renewed_by(rules.1)
        }
        Ordering::Greater => {
            leave_out(&mut own.computers, &common.computers);
            rules.1.renewed_by(rules.0)
        }
        Ordering::Equal => rules.0.renewed_by(rules.1),
    };
    common.taken_at = common.taken_at.min(own.taken_at);
    if own.completeness == Completeness::PageMayBeMissing {
        common.completeness = own.completeness;
    }
    common.computers.append(&mut own.computers);
    common
}

/// Takes out of an older part what a newer one holds as well.
fn leave_out(older: &mut Vec<Computer>, newer: &[Computer]) {
    let newer: HashSet<ComputerId> = newer.iter().map(|computer| computer.id).collect();
    older.retain(|computer| !newer.contains(&computer.id));
}

/// Unpacks an object of an edition, and checks that it is the one that is meant.
pub(super) fn unpack(
    bytes: Vec<u8>,
    manager: &str,
    sha256: Digest,
) -> Result<InventoryDocument, String> {
    packing::verify(&bytes, sha256)?;
    let document = packing::unpack_part(bytes)?;
    if document.schema_version != InventoryDocument::VERSION {
        let version = rules::text::quoted(&document.schema_version);
        return Err(format!("its schemaVersion {version} cannot be read"));
    }
    if document.manager != manager {
        return Err("it is of another Manager".to_owned());
    }
    Ok(document)
}

/// Unpacks the computers of a bucket, and checks that they are of the part.
fn unpack_part(
    bytes: Vec<u8>,
    manager: &str,
    share: Share,
    part: &Part,
    bucket: &Bucket,
) -> Result<InventoryDocument, String> {
    let document = unpack(bytes, manager, bucket.sha256)?;
    let is_of_account = |account| {
        let mut computers = document.computers.iter();
        computers.all(|computer| {
            let link = computer.instance.as_ref();
            link.is_some_and(|link| link.account == Some(account))
        })
    };
    let is_of_share = match share {
        Share::Account(account) => is_of_account(account),
        Share::Common => document.policies.is_some(),
    };
    if document.taken_at != part.taken_at || !is_of_share {
        return Err("it is of another account or time".to_owned());
    }
    Ok(document)
}
