//! The settings file of the command line: which rules, with which parameters, and which Managers.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::deep_security::Scheme;

/// The largest settings file, in bytes.
const SIZE_LIMIT: u64 = 1 << 20;

/// What a settings file says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The rules to grade by, and their parameters; every rule where none is named.
    pub rules: BTreeMap<String, BTreeMap<String, Value>>,
    /// The Managers to read.
    pub managers: Vec<ManagerSettings>,
}

/// A parameter's value, which YAML may read as another scalar than a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A flag.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A string.
    Text(String),
}

impl Value {
    /// The value as AWS Config would pass it.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Flag(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value,
        }
    }
}

/// How to reach a Manager. The key itself is never in the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagerSettings {
    /// The name that reasons and reports show.
    pub name: String,
    /// The base URL, which ends in `/api`.
    pub url: String,
    /// How the key is presented.
    #[serde(default)]
    pub authentication: Scheme,
    /// The file that holds the key.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// The environment variable that holds the key.
    #[serde(default)]
    pub key_env: Option<String>,
    /// A PEM file with the private certificate authority of the Manager.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

impl Settings {
    /// Reads a settings file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// A line that names the file when it cannot be read or is not a settings file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let complain = |what: String| format!("{}: {}", path.display(), rules::text::clean(&what));
        let size = fs::metadata(path)
            .map_err(|error| complain(error.to_string()))?
            .len();
        if size > SIZE_LIMIT {
            return Err(complain(
                "is larger than a settings file can be (1 MiB)".to_owned(),
            ));
        }
        let text = fs::read_to_string(path).map_err(|error| complain(error.to_string()))?;
        let mut settings: Self = serde_saphyr::from_str(&text)
            .map_err(|error| complain(error.to_string().lines().next().unwrap_or("").to_owned()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for manager in &mut settings.managers {
            for file in [&mut manager.key_file, &mut manager.ca_file] {
                *file = file.take().map(|file| folder.join(file));
            }
        }
        Ok(settings)
    }
}
