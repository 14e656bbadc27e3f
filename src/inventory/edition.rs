//! Reads what one edition holds for an account.

use std::{cmp::Ordering, collections::HashSet, sync::Arc};

use rules::{
    computer::{Computer, ComputerId},
    instance::AccountId,
    inventory::{Completeness, Inventory, InventoryDocument},
};

use super::{
    layout::Folder,
    manifest::{Manifest, Part},
    packing,
    picture::Share,
    pointer::Edition,
    store::{Found, Store},
};
use crate::ports::Error;

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

/// What an edition holds for an account: its own computers, those that may be anybody's, and the
/// policies. It is as old as the oldest part.
pub(super) async fn inventory(
    store: &impl Store,
    manager: &str,
    edition: &Edition,
    account: AccountId,
) -> Result<Arc<Inventory>, Unread> {
    let manifest = manifest(store, manager, edition).await?;
    let folder = Folder::of(manager, &edition.version);
    let mut parts = vec![(Share::Common, &manifest.common)];
    parts.extend(
        manifest
            .accounts
            .get(&account)
            .map(|part| (Share::Account(account), part)),
    );
    let mut oldest = manifest.taken_at;
    let mut computers: Vec<Computer> = Vec::new();
    let mut policies = None;
    let mut completeness = manifest.completeness;
    for (share, part) in parts {
        let read = |bytes| unpack(bytes, manager, share, part);
        let mut document = object(store, &share.key(&folder), read).await?;
        match document.taken_at.cmp(&oldest) {
            Ordering::Less => leave_out(&mut document.computers, &computers),
            Ordering::Greater => leave_out(&mut computers, &document.computers),
            Ordering::Equal => {}
        }
        oldest = oldest.min(document.taken_at);
        if document.completeness == Completeness::PageMayBeMissing {
            completeness = document.completeness;
        }
        policies = policies.or(document.policies);
        computers.append(&mut document.computers);
    }
    let inventory = Inventory::try_from(InventoryDocument {
        schema_version: InventoryDocument::VERSION.to_owned(),
        manager: manager.to_owned(),
        taken_at: oldest,
        completeness,
        computers,
        policies,
        intrusion_prevention_rules: None,
    });
    let inventory = inventory.map_err(|bad| Unread::Unusable(bad.to_string()))?;
    Ok(Arc::new(inventory.with_newest_part(manifest.taken_at)))
}

/// Takes out of an older part what a newer one holds as well: a computer may have come to be of
/// another account, or of none, in the meantime.
fn leave_out(older: &mut Vec<Computer>, newer: &[Computer]) {
    let newer: HashSet<ComputerId> = newer.iter().map(|computer| computer.id).collect();
    older.retain(|computer| !newer.contains(&computer.id));
}

/// Unpacks a part, and checks that it is the one that the manifest means.
pub(super) fn unpack(
    bytes: Vec<u8>,
    manager: &str,
    share: Share,
    part: &Part,
) -> Result<InventoryDocument, String> {
    packing::verify(&bytes, part.sha256)?;
    let document = packing::unpack_part(bytes)?;
    if document.schema_version != InventoryDocument::VERSION {
        let version = rules::text::quoted(&document.schema_version);
        return Err(format!("its schemaVersion {version} cannot be read"));
    }
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
    if document.manager != manager || document.taken_at != part.taken_at || !is_of_share {
        return Err("it is of another Manager, account or time".to_owned());
    }
    Ok(document)
}
