//! What the objects are called.

use std::fmt;

use rules::instance::AccountId;

use super::{digest::Digest, version::VersionId};

/// The object that says which versions are current.
pub(super) const POINTER: &str = "pointer.json";

/// How much of a Manager's own name its folder shows, in characters.
const SHOWN: usize = 24;
/// How much of the sum of its name tells it from all others, in hexadecimal digits.
const TELLING: usize = 16;

/// The folder of one version of one Manager.
#[derive(Clone, Debug)]
pub(super) struct Folder(String);

impl Folder {
    pub(super) fn of(manager: &str, version: &VersionId) -> Self {
        Self(format!("versions/{}/{version}", slug(manager)))
    }

    pub(super) fn manifest(&self) -> String {
        format!("{}/manifest.json.gz", self.0)
    }

    /// The object with the computers of a bucket of an account; one bucket has no number.
    pub(super) fn account(&self, account: AccountId, bucket: Numbered) -> String {
        format!("{}/accounts/{account}{bucket}.json.gz", self.0)
    }

    /// The object with the IPS rules of those computers.
    pub(super) fn account_rules(&self, account: AccountId, bucket: Numbered) -> String {
        format!("{}/accounts/{account}{bucket}-rules.json.gz", self.0)
    }

    pub(super) fn common(&self) -> String {
        format!("{}/common.json.gz", self.0)
    }

    pub(super) fn common_rules(&self) -> String {
        format!("{}/common-rules.json.gz", self.0)
    }

    pub(super) fn index(&self) -> String {
        format!("{}/instances.bin", self.0)
    }

    pub(super) fn rules(&self) -> String {
        format!("{}/rules.json.gz", self.0)
    }
}

/// One of some buckets, as a part of keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub(super) place: usize,
    pub(super) of: usize,
}

impl fmt::Display for Numbered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            0 | 1 => Ok(()),
            _ => write!(formatter, "-{:03}", self.place),
        }
    }
}

/// A Manager's name as a part of keys. Names may hold anything, so the sum of the name is in it.
fn slug(manager: &str) -> String {
    let shown: String = manager
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || *character == '-')
        .take(SHOWN)
        .collect();
    let sum = Digest::of(manager.as_bytes()).to_string();
    format!("{shown}-{}", sum.get(..TELLING).unwrap_or(&sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_makes_a_folder_of_its_own() {
        let names = [
            "production",
            "Production",
            "",
            "..",
            "a/b",
            "ab",
            "é",
            "生産",
            "a\nb",
        ];
        let slugs: std::collections::BTreeSet<String> =
            names.iter().map(|name| slug(name)).collect();
        assert_eq!(slugs.len(), names.len());
        for slug in slugs {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            assert!(slug.bytes().all(plain) && slug.len() <= 41, "{slug}");
        }
    }
}
