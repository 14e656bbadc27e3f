//! The reader of the published inventory: what an account sees of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rules::{
    gap::{self, Gap},
    health::ManagerStatus,
    instance::AccountId,
    inventories::Inventories,
    inventory::Inventory,
    text::quoted,
};

use super::{
    digest::Digest,
    edition::{self, Extent, Open, Unread},
    health::statuses,
    index::Index,
    layout::POINTER,
    manifest::Manifest,
    pointer::{Edition, Pointer, Shelf},
    store::{ETag, Found, Store},
};
use crate::ports::{Error, Extract};

/// What one account sees of the published inventory. What was read is kept: while nothing new is
/// published, a reading is one call that brings nothing.
#[derive(Debug)]
pub struct Library<S> {
    store: S,
    account: AccountId,
    kept: Mutex<Kept>,
}

/// What was read before.
#[derive(Debug, Default)]
struct Kept {
    pointer: Option<(ETag, Arc<Pointer>)>,
    /// By Manager: what was read of the edition that was asked for last.
    editions: BTreeMap<String, Held>,
}

/// What was read of an edition.
#[derive(Debug)]
struct Held {
    /// The sum of its manifest.
    sha256: Digest,
    manifest: Arc<Manifest>,
    index: Option<Arc<Index>>,
    inventories: Vec<(Extent, Arc<Inventory>)>,
}

/// The pointer as it was found.
enum Pointed {
    Nothing,
    Damaged(String),
    At(Arc<Pointer>),
}

impl<S: Store> Library<S> {
    /// A reader for the instances of an account.
    pub fn new(store: S, account: AccountId) -> Self {
        Self {
            store,
            account,
            kept: Mutex::default(),
        }
    }

    /// What every configured Manager knows of the account, without the IPS rules.
    ///
    /// # Errors
    /// As [`Library::extract`].
    pub async fn inventories(&self) -> Result<Arc<Inventories>, Error> {
        self.extract(Extract::default()).await
    }

    /// What every configured Manager knows of the account, as far as it is asked for; it may be
    /// more. A Manager of which no whole version can be read is a retryable gap, and so is it when
    /// nothing was ever published.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses.
    pub async fn extract(&self, extract: Extract) -> Result<Arc<Inventories>, Error> {
        let mut pointed = self.point(true).await?;
        if let Pointed::At(pointer) = &pointed {
            let (current, unusable) = self.read(pointer, extract, false).await?;
            if unusable.is_empty() {
                return Ok(current);
            }
            // The version may have been switched and deleted in the meantime.
            for complaint in unusable {
                tracing::warn!(complaint, "a version of the inventory cannot be read");
            }
            pointed = self.point(false).await?;
        }
        let gap = match pointed {
            Pointed::At(pointer) => return Ok(self.read(&pointer, extract, true).await?.0),
            Pointed::Nothing => "no inventory was published yet".to_owned(),
            Pointed::Damaged(what) => format!("{POINTER} of the inventory: {what}"),
        };
        let gap = Gap::retryable(&gap::INVENTORY_MISSING, gap);
        Ok(Arc::new(Inventories::shared(vec![Err(gap)])))
    }

    /// What became of reading every configured Manager, as far as it concerns the account.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses.
    pub async fn statuses(&self) -> Result<Vec<ManagerStatus>, Error> {
        let inventories = self.inventories().await?;
        // The pointer that those were read by.
        let kept = self.kept();
        let pointer = kept.pointer.as_ref().map(|(_, pointer)| &**pointer);
        Ok(statuses(pointer, &inventories))
    }

    /// Reads the pointer: the one that is kept, where it is still the same and will do.
    async fn point(&self, kept_will_do: bool) -> Result<Pointed, Error> {
        let kept = self.kept().pointer.clone().filter(|_| kept_will_do);
        let known = kept.as_ref().map(|(etag, _)| etag);
        let (bytes, etag) = match (self.store.get(POINTER, known).await?, kept) {
            (Found::Unchanged, Some((_, pointer))) => return Ok(Pointed::At(pointer)),
            (Found::Object { bytes, etag }, _) => (bytes, etag),
            (Found::Missing | Found::Unchanged, _) => return Ok(Pointed::Nothing),
        };
        match Pointer::read(&bytes) {
            Ok(pointer) => {
                let pointer = Arc::new(pointer);
                self.kept().pointer = Some((etag, Arc::clone(&pointer)));
                Ok(Pointed::At(pointer))
            }
            Err(what) => Ok(Pointed::Damaged(what)),
        }
    }

    /// Reads every Manager: its current version, and where that is damaged and the previous one
    /// will do, that. Says what could not be used.
    async fn read(
        &self,
        pointer: &Pointer,
        extract: Extract,
        previous_will_do: bool,
    ) -> Result<(Arc<Inventories>, Vec<String>), Error> {
        let mut inventories = Vec::new();
        let mut unusable = Vec::new();
        for shelf in &pointer.managers {
            let previous = shelf.previous.as_ref().filter(|_| previous_will_do);
            let editions = [shelf.current.as_ref(), previous];
            let mut read = Err(gap_of(shelf));
            for edition in editions.into_iter().flatten() {
                match self.inventory(&shelf.name, edition, extract).await {
                    Ok(inventory) => {
                        read = Ok(inventory);
                        break;
                    }
                    Err(Unread::Unusable(complaint)) => unusable.push(complaint),
                    Err(Unread::Store(error)) => return Err(error),
                }
            }
            inventories.push(read);
        }
        let names = |name: &String| pointer.shelf(name).is_some();
        self.kept().editions.retain(|name, _| names(name));
        Ok((Arc::new(Inventories::shared(inventories)), unusable))
    }

    /// What an edition holds, which may have been read before. What is kept of another edition, or
    /// is a part of what is read, is given up first: two of them need twice the memory.
    async fn inventory(
        &self,
        manager: &str,
        edition: &Edition,
        extract: Extract,
    ) -> Result<Arc<Inventory>, Unread> {
        let manifest = self.manifest(manager, edition).await?;
        let open = Open {
            store: &self.store,
            manager,
            manifest: &manifest,
        };
        let extent = Extent::of(extract, &manifest, self.account);
        // Whoever looks for an instance that is not there has to know where else it may be.
        let is_searched = |inventory: &Inventory| {
            let instance = extract.instance;
            !inventory.knows_elsewhere()
                && manifest.has_others(self.account)
                && instance.is_none_or(|instance| !inventory.names(instance))
        };
        let kept = self.take(manager, extent);
        let (extent, mut inventory) = match kept {
            Some(kept) => kept,
            None => (
                extent,
                Arc::new(open.inventory(self.account, extent).await?),
            ),
        };
        if is_searched(&inventory) {
            let index = self.index(&open).await?;
            inventory = Arc::new(Arc::unwrap_or_clone(inventory).with_elsewhere(index));
        }
        if let Some(held) = self.kept().editions.get_mut(manager)
            && held.sha256 == edition.sha256
        {
            held.inventories.push((extent, Arc::clone(&inventory)));
        }
        Ok(inventory)
    }

    /// Takes what is kept and will do; what is kept and would be a part of it is given up.
    fn take(&self, manager: &str, extent: Extent) -> Option<(Extent, Arc<Inventory>)> {
        let mut kept = self.kept();
        let inventories = &mut kept.editions.get_mut(manager)?.inventories;
        let place = inventories
            .iter()
            .position(|(kept, _)| kept.covers(&extent));
        if let Some(place) = place {
            return Some(inventories.swap_remove(place));
        }
        inventories.retain(|(kept, _)| !extent.covers(kept));
        None
    }

    /// The index of an edition, which may have been read before.
    async fn index(&self, open: &Open<'_, S>) -> Result<Arc<Index>, Unread> {
        let of = |kept: &mut Kept| {
            let held = kept.editions.get_mut(open.manager);
            held.and_then(|held| held.index.clone())
        };
        if let Some(index) = of(&mut self.kept()) {
            return Ok(index);
        }
        let index = Arc::new(open.index().await?);
        if let Some(held) = self.kept().editions.get_mut(open.manager) {
            held.index = Some(Arc::clone(&index));
        }
        Ok(index)
    }

    /// The manifest of an edition, which may have been read before.
    async fn manifest(&self, manager: &str, edition: &Edition) -> Result<Arc<Manifest>, Unread> {
        {
            let mut kept = self.kept();
            if let Some(held) = kept.editions.get(manager)
                && held.sha256 == edition.sha256
            {
                return Ok(Arc::clone(&held.manifest));
            }
            kept.editions.remove(manager);
        }
        let manifest = Arc::new(edition::manifest(&self.store, manager, edition).await?);
        let held = Held {
            sha256: edition.sha256,
            manifest: Arc::clone(&manifest),
            index: None,
            inventories: Vec::new(),
        };
        self.kept().editions.insert(manager.to_owned(), held);
        Ok(manifest)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gap_of(shelf: &Shelf) -> Gap {
    let manager = quoted(&shelf.name);
    let text = if shelf.current.is_some() {
        format!("the inventory of Manager {manager} is damaged")
    } else {
        format!("Manager {manager} was not read yet")
    };
    Gap::retryable(&gap::INVENTORY_MISSING, text)
}
