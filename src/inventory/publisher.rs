//! The publisher: puts a picture where readers look for it, whole or not at all.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    edition,
    layout::{Folder, POINTER},
    picture::Picture,
    pointer::{Edition, Pointer, Shelf},
    status::{Kept, Status},
    store::{Condition, ETag, Found, Put, Store},
    version::VersionId,
    writing::{self, Written},
};
use crate::{
    ports::{Error, Fault, Passing},
    time::Time,
};

/// How often a switch of the pointer is tried while others switch it.
const ATTEMPTS: u32 = 8;

/// How far ahead of Deepgrade's clock a picture may be dated and still hold up one that is dated
/// before it: a Manager's clock that was put right must not stop all publishing.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Publishes pictures of the configured Managers.
#[derive(Debug)]
pub struct Publisher<'a, S> {
    store: &'a S,
    managers: Vec<String>,
    time: Arc<dyn Time>,
}

/// What became of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is the current version; some parts of it may be kept from the one before.
    Current(Kept),
    /// Somebody else published one that is not older.
    Superseded,
}

/// The pointer as it is stored, with the condition for changing it.
struct Stored {
    pointer: Pointer,
    condition: Condition,
}

impl<'a, S: Store> Publisher<'a, S> {
    /// A publisher for these Managers: what is published of any other is taken away.
    pub fn new(store: &'a S, managers: Vec<String>, time: Arc<dyn Time>) -> Self {
        Self {
            store,
            managers,
            time,
        }
    }

    /// Publishes a picture, with the status that it brings: new objects first, the pointer last.
    ///
    /// # Errors
    /// When the store cannot be asked, or refuses, or when others switch the pointer all the time.
    /// Readers then see what they saw before.
    pub async fn publish(&self, picture: &Picture, status: Status) -> Result<Published, Error> {
        let mut written: Option<Written> = None;
        for _ in 0..ATTEMPTS {
            let stored = self.stored().await?;
            if let Some(ours) = &written
                && names(&stored.pointer, &ours.edition.version)
            {
                // The switch happened; its answer was lost.
                return Ok(Published::Current(ours.manifest.kept()));
            }
            let mut pointer = stored.pointer.for_managers(&self.managers);
            let Some(shelf) = shelf_of(&mut pointer, picture.manager()) else {
                return Err(not_configured(picture.manager()));
            };
            if shelf
                .current
                .as_ref()
                .is_some_and(|theirs| self.holds_up(theirs, picture.taken_at))
            {
                self.discard(picture, written).await;
                return Ok(Published::Superseded);
            }
            let current = shelf.current.as_ref().map(|edition| &edition.version);
            if written
                .as_ref()
                .is_some_and(|ours| ours.base.as_ref() != current)
            {
                self.discard(picture, written.take()).await;
            }
            let ours = match written.take() {
                Some(ours) => ours,
                None => {
                    let version = VersionId::new(self.time.now());
                    writing::write(self.store, picture, shelf, version).await?
                }
            };
            shelf.switch(ours.edition.clone());
            let kept = ours.manifest.kept();
            shelf.status = Some(Status {
                computers: Some(picture.computers),
                kept: kept.clone(),
                ..status.clone()
            });
            let version = ours.edition.version.clone();
            written = Some(ours);
            if self.switch(&stored, &pointer, Some(&version)).await? {
                self.collect(&stored.pointer, &pointer).await;
                return Ok(Published::Current(kept));
            }
        }
        self.discard(picture, written).await;
        Err(crowded())
    }

    /// Records the status of a Manager without a new picture of it. The versions stay; a status
    /// that is later than this one stays too.
    ///
    /// # Errors
    /// As [`Publisher::publish`].
    pub async fn record(
        &self,
        manager: &str,
        status: impl Fn(Status) -> Status,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let stored = self.stored().await?;
            let mut pointer = stored.pointer.for_managers(&self.managers);
            let shelf = shelf_of(&mut pointer, manager).ok_or_else(|| not_configured(manager))?;
            let before = shelf.status.take();
            let after = status(before.clone().unwrap_or_default());
            let is_later = |before: &Status| before.checked_at > after.checked_at;
            shelf.status = before.filter(is_later).or(Some(after));
            if self.switch(&stored, &pointer, None).await? {
                self.collect(&stored.pointer, &pointer).await;
                return Ok(());
            }
        }
        Err(crowded())
    }

    async fn stored(&self) -> Result<Stored, Error> {
        match self.store.get(POINTER, None).await? {
            Found::Object { bytes, etag } => {
                // What is not understood is not overwritten: it may be of a later version.
                let pointer = Pointer::read(&bytes).map_err(|what| {
                    let line =
                        format!("{POINTER} of the inventory: {what}; delete it to publish anew");
                    Error::Permanent(Fault::Deployment, line)
                })?;
                let condition = Condition::IfMatches(etag);
                Ok(Stored { pointer, condition })
            }
            Found::Missing | Found::Unchanged => Ok(Stored {
                pointer: Pointer::empty(),
                condition: Condition::IfAbsent,
            }),
        }
    }

    /// Puts the pointer; false when somebody else did. Where the answer is lost, the version that
    /// was to become current tells what happened.
    async fn switch(
        &self,
        stored: &Stored,
        pointer: &Pointer,
        version: Option<&VersionId>,
    ) -> Result<bool, Error> {
        let bytes = serde_json::to_vec(pointer).map_err(|error| {
            let what = rules::text::clean(&error.to_string());
            Error::Permanent(Fault::Deployment, format!("{POINTER}: {what}"))
        })?;
        match self.store.put(POINTER, bytes, &stored.condition).await {
            Ok(Put::Done(ETag(_))) => Ok(true),
            Ok(Put::Conflict) => Ok(false),
            Err(error) => {
                let found = self.stored().await.map_err(|_| error.clone())?;
                match version {
                    Some(version) if names(&found.pointer, version) => Ok(true),
                    // The objects stay: the pointer to them may yet arrive.
                    _ => Err(error),
                }
            }
        }
    }

    /// Whether another picture is not older than ours.
    fn holds_up(&self, theirs: &Edition, ours: Timestamp) -> bool {
        theirs.taken_at >= ours
            && theirs.taken_at.duration_since(self.time.now()) <= CLOCK_TOLERANCE
    }

    /// Deletes a version that no pointer ever named.
    async fn discard(&self, picture: &Picture, written: Option<Written>) {
        if let Some(written) = written {
            let folder = Folder::of(picture.manager(), &written.edition.version);
            self.delete(&written.manifest.keys(&folder)).await;
        }
    }

    /// Deletes the versions that fell out of the pointer.
    async fn collect(&self, before: &Pointer, after: &Pointer) {
        for (manager, edition) in before.without(after) {
            let folder = Folder::of(manager, &edition.version);
            match edition::manifest(self.store, manager, edition).await {
                Ok(manifest) => self.delete(&manifest.keys(&folder)).await,
                Err(unread) => {
                    tracing::warn!(?unread, "a version of the inventory cannot be deleted");
                }
            }
        }
    }

    /// Deletes objects that nobody reads any more. They cost money and do no harm, so the
    /// publication stands even if they stay.
    async fn delete(&self, keys: &[String]) {
        if let Err(error) = self.store.delete(keys).await {
            tracing::warn!(%error, "objects of the inventory stay behind");
        }
    }
}

fn shelf_of<'p>(pointer: &'p mut Pointer, manager: &str) -> Option<&'p mut Shelf> {
    let mut shelves = pointer.managers.iter_mut();
    shelves.find(|shelf| shelf.name == manager)
}

fn names(pointer: &Pointer, version: &VersionId) -> bool {
    let mut editions = pointer.editions();
    editions.any(|(_, edition)| edition.version == *version)
}

fn not_configured(manager: &str) -> Error {
    let line = format!("Manager {} is not configured", rules::text::quoted(manager));
    Error::Permanent(Fault::Deployment, line)
}

fn crowded() -> Error {
    let line = "the inventory is published by others all the time; run one function at a time";
    Error::Retryable(Passing::Unavailable, line.to_owned())
}
