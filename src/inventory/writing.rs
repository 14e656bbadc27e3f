//! Writes the objects of a version, all but the pointer.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use rules::computer::Computer;

use super::{
    breaker,
    digest::Digest,
    edition::{self, Unread},
    index,
    layout::Folder,
    manifest::{Manifest, Part, Withheld},
    packing,
    part::{count, fresh_part, kept_part},
    picture::{Picture, Share},
    pointer::{Edition, Pointer, Shelf},
    store::{Condition, Put, Store},
    version::VersionId,
};
use crate::ports::{Error, Fault};

/// How many objects are written at a time.
const AT_A_TIME: usize = 16;

/// A version that is written, and that no pointer names yet.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) edition: Edition,
    pub(super) manifest: Manifest,
    /// The version that it was compared with.
    pub(super) base: Option<VersionId>,
}

/// The version that a new one is compared with.
pub(super) struct Base {
    pub(super) folder: Folder,
    pub(super) manifest: Manifest,
}

/// Writes a version: the picture, with what the breaker keeps of the version before it.
///
/// # Errors
/// When the store cannot be asked, or refuses. What was written is then left over.
pub(super) async fn write(
    store: &impl Store,
    picture: &Picture,
    shelf: &Shelf,
    version: VersionId,
) -> Result<Written, Error> {
    let base = base(store, shelf).await?;
    let withheld = base.as_ref().map(|base| {
        let now = picture.shares.iter();
        let now = now.map(|(share, buckets)| (*share, count(buckets)));
        breaker::withheld(base.manifest.parts(), &now.collect(), picture.taken_at)
    });
    let withheld = withheld.unwrap_or_default();
    let folder = Folder::of(&picture.manager, &version);
    let fresh = picture
        .shares
        .iter()
        .filter(|(share, _)| !withheld.contains_key(share));
    let fresh = fresh.map(|(share, buckets)| fresh_part(store, picture, *share, buckets, &folder));
    let kept = base.iter().flat_map(|base| {
        withheld
            .iter()
            .map(|(share, withheld)| kept_part(store, picture, *share, *withheld, base, &folder))
    });
    let mut parts: BTreeMap<Share, Part> = BTreeMap::new();
    let mut written = stream::iter(fresh).buffer_unordered(AT_A_TIME);
    while let Some(part) = written.next().await {
        let (share, part) = part?;
        parts.insert(share, part);
    }
    let accounts = fresh_computers(picture, &withheld);
    let mut named = Some(accounts.flat_map(index::fingerprints).collect());
    let mut copied = stream::iter(kept).buffer_unordered(AT_A_TIME);
    while let Some(part) = copied.next().await {
        let (share, part, names) = part?;
        parts.insert(share, part);
        named = named
            .zip(names)
            .map(|(mut named, names): (Vec<u64>, Vec<u64>)| {
                named.extend(names);
                named
            });
    }
    let index = match named {
        Some(named) => Some(put(store, &folder.index(), index::pack(named)).await?),
        None => None,
    };
    let rules = put(store, &folder.rules(), pack(&picture.rules())?).await?;
    let common = parts.remove(&Share::Common);
    let accounts = parts.into_iter().filter_map(|(share, part)| match share {
        Share::Account(account) => Some((account, part)),
        Share::Common => None,
    });
    let manifest = Manifest {
        schema_version: Pointer::VERSION.to_owned(),
        manager: picture.manager.clone(),
        version: version.clone(),
        taken_at: picture.taken_at,
        completeness: picture.completeness,
        accounts: accounts.collect(),
        common: common.ok_or_else(|| broken("a picture has no common part"))?,
        rules,
        index,
    };
    let sha256 = put(store, &folder.manifest(), pack(&manifest)?).await?;
    Ok(Written {
        edition: Edition {
            version,
            taken_at: picture.taken_at,
            sha256,
        },
        manifest,
        base: shelf
            .current
            .as_ref()
            .map(|edition| edition.version.clone()),
    })
}

/// What a new version is compared with: the current one, or the one before it where that is
/// damaged. Where both are, readers see neither, and there is nothing to keep.
async fn base(store: &impl Store, shelf: &Shelf) -> Result<Option<Base>, Error> {
    for edition in [&shelf.current, &shelf.previous].into_iter().flatten() {
        match edition::manifest(store, &shelf.name, edition).await {
            Ok(manifest) => {
                let folder = Folder::of(&shelf.name, &edition.version);
                return Ok(Some(Base { folder, manifest }));
            }
            Err(Unread::Unusable(complaint)) => {
                tracing::warn!(complaint, "a manifest of the inventory cannot be read");
            }
            Err(Unread::Store(error)) => return Err(error),
        }
    }
    Ok(None)
}

/// The computers of accounts that are published as the picture shows them.
fn fresh_computers<'a>(
    picture: &'a Picture,
    withheld: &'a BTreeMap<Share, Withheld>,
) -> impl Iterator<Item = &'a [Computer]> {
    let shares = picture.shares.iter();
    let fresh = shares
        .filter(|(share, _)| matches!(share, Share::Account(_)) && !withheld.contains_key(share));
    fresh.flat_map(|(_, buckets)| buckets.iter().map(Vec::as_slice))
}

pub(super) fn pack(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    packing::pack(value).map_err(|what| broken(&what))
}

pub(super) async fn put(store: &impl Store, key: &str, bytes: Vec<u8>) -> Result<Digest, Error> {
    let sha256 = Digest::of(&bytes);
    match store.put(key, bytes, &Condition::Always).await? {
        Put::Done(_) => Ok(sha256),
        Put::Conflict => Err(broken("an object of a version is there already")),
    }
}

pub(super) fn broken(what: &str) -> Error {
    Error::Permanent(Fault::Deployment, what.to_owned())
}
