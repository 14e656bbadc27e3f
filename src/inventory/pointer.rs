//! The pointer: which version of each Manager is current. Its switch publishes a version.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{digest::Digest, status::Status, version::VersionId};

/// Which version of each Manager is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pointer {
    /// The version of this shape: [`Pointer::VERSION`].
    pub schema_version: String,
    /// Every configured Manager, in the order of the settings.
    pub managers: Vec<Shelf>,
}

/// What is known of one Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shelf {
    /// Its name in the settings.
    pub name: String,
    /// The version to read; `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Edition>,
    /// The version before it, for when the current one cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Edition>,
    /// How the last reading went; `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// One version of the picture of a Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// Its name.
    pub version: VersionId,
    /// When the picture was taken, by the Manager's clock. Parts of it may be older.
    pub taken_at: Timestamp,
    /// The sum of its manifest.
    pub sha256: Digest,
}

impl Pointer {
    /// The version of the shape that this code writes and reads.
    pub const VERSION: &'static str = "1";

    /// One that knows of nothing.
    pub(super) fn empty() -> Self {
        Self {
            schema_version: Self::VERSION.to_owned(),
            managers: Vec::new(),
        }
    }

    /// Reads a pointer.
    ///
    /// # Errors
    /// A line, when it is damaged or of another version.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Head {
            schema_version: String,
        }
        let damaged = |_| "it is damaged".to_owned();
        let head: Head = serde_json::from_slice(bytes).map_err(damaged)?;
        if head.schema_version != Self::VERSION {
            let version = rules::text::quoted(&head.schema_version);
            return Err(format!(
                "its schemaVersion is {version}, and only \"{}\" can be read",
                Self::VERSION
            ));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// What is known of a Manager.
    #[must_use]
    pub fn shelf(&self, manager: &str) -> Option<&Shelf> {
        self.managers.iter().find(|shelf| shelf.name == manager)
    }

    /// The same, for these Managers and no others.
    pub(super) fn for_managers(&self, managers: &[String]) -> Self {
        let shelf = |name: &String| {
            self.shelf(name)
                .cloned()
                .unwrap_or_else(|| Shelf::new(name))
        };
        Self {
            schema_version: self.schema_version.clone(),
            managers: managers.iter().map(shelf).collect(),
        }
    }

    /// Every version that it names, with the Manager's name.
    pub(super) fn editions(&self) -> impl Iterator<Item = (&str, &Edition)> {
        self.managers.iter().flat_map(|shelf| {
            let editions = [&shelf.current, &shelf.previous].into_iter().flatten();
            editions.map(|edition| (shelf.name.as_str(), edition))
        })
    }

    /// The versions that it names and `later` does not.
    pub(super) fn without<'a>(&'a self, later: &Self) -> Vec<(&'a str, &'a Edition)> {
        let named: BTreeSet<&VersionId> = later
            .editions()
            .map(|(_, edition)| &edition.version)
            .collect();
        let editions = self.editions();
        editions
            .filter(|(_, edition)| !named.contains(&edition.version))
            .collect()
    }
}

impl Shelf {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            current: None,
            previous: None,
            status: None,
        }
    }

    /// Makes a version the current one.
    pub(super) fn switch(&mut self, edition: Edition) {
        self.previous = self.current.replace(edition);
    }
}
