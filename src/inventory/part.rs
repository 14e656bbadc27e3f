//! Writes the parts of a version that hold computers: those of the picture, and what is kept of the
//! version before.

use futures_util::{StreamExt, TryStreamExt, stream};
use rules::computer::Computer;

use super::{
    digest::Digest,
    edition::{self, Unread},
    index,
    layout::{Folder, Numbered},
    manifest::{Bucket, Part, Withheld},
    packing,
    picture::{Picture, Share},
    store::Store,
    writing::{Base, broken, pack, put},
};
use crate::ports::Error;

/// How many objects of a part are written at a time.
const AT_A_TIME: usize = 4;

/// How many computers some buckets hold.
pub(super) fn count(buckets: &[Vec<Computer>]) -> u64 {
    buckets.iter().map(|bucket| bucket.len() as u64).sum()
}

/// Writes a part as the picture shows it.
pub(super) async fn fresh_part(
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
    let buckets_written = stream::iter(writes).buffered(AT_A_TIME).try_collect();
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
pub(super) async fn kept_part(
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
        .buffered(AT_A_TIME)
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
