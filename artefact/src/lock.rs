//! Cargo.lock, as far as it says what was downloaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;
use crate::tree::Id;

#[derive(Deserialize)]
struct Document {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// What Cargo.lock says was downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock(BTreeMap<Id, Option<String>>);

impl Lock {
    /// Reads that of a workspace.
    ///
    /// # Errors
    /// It is missing, or not as Cargo writes it.
    pub fn read(workspace: &Path) -> Result<Self, Failure> {
        let path = workspace.join("Cargo.lock");
        let text = fs::read_to_string(&path).map_err(Failure::of_file(&path))?;
        let document: Document = toml::from_str(&text).map_err(|error| Failure::Content {
            path,
            what: error.message().to_owned(),
        })?;
        let packages = document.package.into_iter();
        Ok(Self(
            packages
                .map(|package| (Id::new(&package.name, &package.version), package.checksum))
                .collect(),
        ))
    }

    /// The SHA-256 of the archive that a crate came in from the registry, in hexadecimal; `None` for
    /// a crate of the workspace itself.
    #[must_use]
    pub fn sha256(&self, id: &Id) -> Option<&str> {
        self.0.get(id)?.as_deref()
    }
}
