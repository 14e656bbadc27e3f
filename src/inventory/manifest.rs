//! The manifest of a version: what is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{instance::AccountId, inventory::Completeness};
use serde::{Deserialize, Serialize};

use super::{
    digest::Digest,
    layout::{Folder, Numbered},
    packing,
    picture::Share,
    pointer::{Edition, Pointer},
    status::Kept,
    version::VersionId,
};

/// What is in a version. An account that it does not list has no computers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of this shape: that of the pointer.
    pub schema_version: String,
    /// The Manager that was read.
    pub manager: String,
    /// The version's name.
    pub version: VersionId,
    /// When the picture was taken, by the Manager's clock.
    pub taken_at: Timestamp,
    /// Whether the picture holds every computer for certain.
    pub completeness: Completeness,
    /// The computers of each account.
    pub accounts: BTreeMap<AccountId, Part>,
    /// The policies, and the computers that may be of any account.
    pub common: Part,
    /// The IPS rules, the application types, and the rules of the policies.
    pub rules: Digest,
    /// The index of the instances that are named under any account; `None` where it could not be
    /// made, since a part that is kept is damaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Digest>,
}

/// The computers of an account, or those that may be of any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The objects that they are in: every computer is in the one that its instance falls into, so
    /// that a question about one instance reads one of them.
    pub buckets: Vec<Bucket>,
    /// How many computers are in it.
    pub computers: u64,
    /// When its computers were read, by the Manager's clock.
    pub taken_at: Timestamp,
    /// What the new picture shows in its place, where that is not believed yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Withheld>,
}

/// A share of the computers of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// The sum of the bytes of the object with the computers, as they are stored.
    pub sha256: Digest,
    /// The same of the object with their IPS rules, where any are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Digest>,
}

/// A picture that is not believed until another one agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    /// How many computers it shows.
    pub computers: u64,
    /// When it was taken, by the Manager's clock.
    pub taken_at: Timestamp,
}

impl Part {
    /// Its buckets, with their numbers.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (Numbered, &Bucket)> {
        let of = self.buckets.len();
        let buckets = self.buckets.iter().enumerate();
        buckets.map(move |(place, bucket)| (Numbered { place, of }, bucket))
    }
}

impl Manifest {
    /// Unpacks the manifest of an edition.
    ///
    /// # Errors
    /// A line, when the bytes are not the ones that the pointer means.
    pub(super) fn unpack(bytes: &[u8], manager: &str, edition: &Edition) -> Result<Self, String> {
        packing::verify(bytes, edition.sha256)?;
        let manifest: Self = packing::unpack(bytes)?;
        if manifest.schema_version != Pointer::VERSION {
            let version = rules::text::quoted(&manifest.schema_version);
            return Err(format!("its schemaVersion {version} cannot be read"));
        }
        let is_of_edition = manifest.manager == manager
            && manifest.version == edition.version
            && manifest.taken_at == edition.taken_at;
        if !is_of_edition {
            return Err("it is of another Manager or version".to_owned());
        }
        Ok(manifest)
    }

    /// Its parts that hold computers.
    pub(super) fn parts(&self) -> impl Iterator<Item = (Share, &Part)> {
        let accounts = self.accounts.iter();
        accounts
            .map(|(account, part)| (Share::Account(*account), part))
            .chain([(Share::Common, &self.common)])
    }

    /// Whether accounts other than this one have computers.
    pub(super) fn has_others(&self, account: AccountId) -> bool {
        self.accounts.keys().any(|other| *other != account)
    }

    /// The keys of all objects of the version, the manifest last: what is left of a deletion that
    /// was cut short can still be found by it.
    pub(super) fn keys(&self, folder: &Folder) -> Vec<String> {
        let objects = self.parts().flat_map(|(share, part)| {
            let buckets = part.numbered();
            buckets.flat_map(move |(number, bucket)| {
                let rules = bucket.rules.map(|_| share.rules_key(folder, number));
                [Some(share.key(folder, number)), rules]
            })
        });
        let rest = [folder.index(), folder.rules(), folder.manifest()];
        objects.flatten().chain(rest).collect()
    }

    /// What is older than the rest.
    pub(super) fn kept(&self) -> Kept {
        let kept = || {
            let accounts = self.accounts.iter();
            accounts
                .filter(|(_, part)| part.withheld.is_some())
                .map(|(account, _)| *account)
        };
        Kept {
            accounts: kept().count() as u64,
            first: kept().take(Kept::SHOWN).collect(),
            common: self.common.withheld.is_some(),
        }
    }
}
