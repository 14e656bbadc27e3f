//! Writes the objects of a version, all but the pointer.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use rules::computer::Computer;

use super::{
    breaker,
    digest::Digest,
    edition::{self, Unread},
    index,
    layout::{Folder, Numbered},
    manifest::{Bucket, Manifest, Part, Withheld},
    packing,
    picture::{Picture, Share},
    pointer::{Edition, Pointer, Shelf},
    store::{Condition, Put, Store},
    version::VersionId,
};
use crate::ports::{Error, Fault};

/// How many objects are written at a time.
const AT_A_TIME: usize = 16;
/// How many of them are of one part.
const OF_A_PART: usize = 4;

/// A version that is written, and that no pointer names yet.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) edition: Edition,
    pub(super) manifest: Manifest,
    /// The version that it was compared with.
    pub(super) base: Option<VersionId>,
}

/// The version that a new one is compared with.
struct Base {
    folder: Folder,
    manifest: Manifest,
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

/// How many computers some buckets hold.
fn count(buckets: &[Vec<Computer>]) -> u64 {
    buckets.iter().map(|bucket| bucket.len() as u64).sum()
}

async fn fresh_part(
    store: &impl Store,
    picture: &Picture,
    share: Share,
    buckets: &[Vec<Computer>],
    folder: &Folder,
) -> Result<(Share, Part), Error> {
    let of = buckets.len();
    // Collected before they are driven: a closure that makes them would not be `Send`.
    let mut writes = Vec::with_capacity(of);
    for (place, computers) in buckets.iter().enumerate() {
        let number = Numbered { place, of };
        writes.push(fresh_bucket(
            store,
            picture,
            share,
            computers,
            (folder, number),
        ));
    }
    let buckets_written = stream::iter(writes).buffered(OF_A_PART).try_collect();
    let part = Part {
        buckets: buckets_written.await?,
        computers: count(buckets),
        taken_at: picture.taken_at,
        withheld: None,
    };
    Ok((share, part))
}

async fn fresh_bucket(
    store: &impl Store,
    picture: &Picture,
    share: Share,
    computers: &[Computer],
    (folder, number): (&Folder, Numbered),
) -> Result<Bucket, Error> {
    let bytes = pack(&picture.sheet(share, computers))?;
    let sha256 = put(store, &share.key(folder, number), bytes).await?;
    let known = picture.rules_of(computers);
    let mut rules = None;
    if !known.is_empty() {
        let bytes = pack(&picture.assigned(&known))?;
        rules = Some(put(store, &share.rules_key(folder, number), bytes).await?);
    }
    Ok(Bucket { sha256, rules })
}

/// Copies a part of the version before. Policies are always the new ones, so that no computer of
/// the new picture carries a policy that is not listed. An object that is damaged stays what it
/// is: readers then make do with the previous version, and in the end with a gap. The fingerprints
/// are those of the instances that are named under the account, unless an object is damaged.
async fn kept_part(
    store: &impl Store,
    picture: &Picture,
    share: Share,
    withheld: Withheld,
    base: &Base,
    folder: &Folder,
) -> Result<(Share, Part, Option<Vec<u64>>), Error> {
    let before = base.manifest.parts().find(|(of, _)| *of == share);
    let (_, before) = before.ok_or_else(|| broken("a part that is kept was not there before"))?;
    let mut copies = Vec::new();
    for numbered in before.numbered() {
        copies.push(kept_bucket(
            store,
            picture,
            share,
            numbered,
            (&base.folder, folder),
        ));
    }
    let copied: Vec<_> = stream::iter(copies)
        .buffered(OF_A_PART)
        .try_collect()
        .await?;
    let (buckets, names): (Vec<_>, Vec<_>) = copied.into_iter().unzip();
    let part = Part {
        buckets,
        withheld: Some(withheld),
        ..before.clone()
    };
    let names: Option<Vec<Vec<u64>>> = names.into_iter().collect();
    Ok((share, part, names.map(|names| names.concat())))
}

async fn kept_bucket(
    store: &impl Store,
    picture: &Picture,
    share: Share,
    (number, bucket): (Numbered, &Bucket),
    (before, folder): (&Folder, &Folder),
) -> Result<(Bucket, Option<Vec<u64>>), Error> {
    let mut names = None;
    let computers = |bytes: Vec<u8>| match share {
        Share::Account(_) => {
            let document = edition::unpack(bytes.clone(), &picture.manager, bucket.sha256)?;
            names = Some(index::fingerprints(&document.computers).collect());
            Ok(bytes)
        }
        Share::Common => {
            let mut document = edition::unpack(bytes, &picture.manager, bucket.sha256)?;
            document.policies.clone_from(&picture.policies);
            names = Some(Vec::new());
            packing::pack(&document)
        }
    };
    let (from, to) = (share.key(before, number), share.key(folder, number));
    let sha256 = copy(store, &from, &to, computers).await?;
    if let Some(sum) = bucket.rules {
        let from = share.rules_key(before, number);
        let to = share.rules_key(folder, number);
        let rules = |bytes: Vec<u8>| packing::verify(&bytes, sum).map(|()| bytes);
        copy(store, &from, &to, rules).await?;
    }
    let copied = Bucket {
        sha256: sha256.unwrap_or(bucket.sha256),
        rules: bucket.rules,
    };
    Ok((copied, names))
}

/// Copies an object, with changes; `None` where it is damaged.
async fn copy(
    store: &impl Store,
    from: &str,
    to: &str,
    change: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, String>,
) -> Result<Option<Digest>, Error> {
    match edition::object(store, from, change).await {
        Ok(bytes) => put(store, to, bytes).await.map(Some),
        Err(Unread::Unusable(complaint)) => {
            tracing::warn!(complaint, "an object of the inventory cannot be kept");
            Ok(None)
        }
        Err(Unread::Store(error)) => Err(error),
    }
}

fn pack(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    packing::pack(value).map_err(|what| broken(&what))
}

async fn put(store: &impl Store, key: &str, bytes: Vec<u8>) -> Result<Digest, Error> {
    let sha256 = Digest::of(&bytes);
    match store.put(key, bytes, &Condition::Always).await? {
        Put::Done(_) => Ok(sha256),
        Put::Conflict => Err(broken("an object of a version is there already")),
    }
}

fn broken(what: &str) -> Error {
    Error::Permanent(Fault::Deployment, what.to_owned())
}
