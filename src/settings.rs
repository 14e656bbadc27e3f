//! The settings file: which rules, with which parameters, which Managers, what may be done in them,
//! and on which terms exceptions are used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, de::Visitor};

use crate::{deep_security::Scheme, files, json_error};

pub mod exceptions;
mod remediation;

pub use exceptions::ExceptionSettings;
pub use remediation::{Hours, RemediationSettings};

/// What a settings file says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The rules to grade by, and their parameters; every rule where none is named.
    pub rules: BTreeMap<String, BTreeMap<String, Value>>,
    /// The Managers to read.
    pub managers: Vec<ManagerSettings>,
    /// What findings are answered with, and how much of it.
    pub remediation: RemediationSettings,
    /// Where exceptions are, and on which terms they are used.
    pub exceptions: ExceptionSettings,
}

/// A parameter's value as AWS Config would pass it: YAML may read it as another scalar.
#[derive(Clone, Debug)]
pub struct Value(pub String);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a single value for a parameter (a list is one string, with commas)")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value(value.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value(text.to_owned()))
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
    /// The name or ARN of the secret that holds the key, and maybe the private certificate
    /// authority: `{"apiKey": "…", "ca": "…"}`. For functions on AWS.
    #[serde(default)]
    pub key_secret: Option<String>,
    /// The name or ARN of the secret with the key that may change the Manager, in the same form.
    /// For functions on AWS.
    #[serde(default)]
    pub operator_key_secret: Option<String>,
    /// The file that holds the operator's key, with which the Manager is changed.
    #[serde(default)]
    pub operator_key_file: Option<PathBuf>,
    /// The environment variable that holds the operator's key.
    #[serde(default)]
    pub operator_key_env: Option<String>,
    /// A PEM file with the private certificate authority of the Manager.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

impl Settings {
    /// Reads a settings file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// A line that names the file when it cannot be read or is not a settings file, or when it
    /// names a Manager twice.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = files::read_small(path)
            .map_err(|what| format!("{name}: {}", rules::text::clean(&what)))?;
        let mut settings = Self::parse(&name, text)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for manager in &mut settings.managers {
            for file in [
                &mut manager.key_file,
                &mut manager.operator_key_file,
                &mut manager.ca_file,
            ] {
                *file = file.take().map(|file| folder.join(file));
            }
        }
        let file = &mut settings.exceptions.file;
        *file = file.take().map(|file| folder.join(file));
        Ok(settings)
    }

    /// Reads the text of settings. Paths in it stay as they are.
    ///
    /// # Errors
    /// A line that begins with `name` when it is not that of settings, or when it names a Manager
    /// twice.
    pub fn parse(name: &str, text: Vec<u8>) -> Result<Self, String> {
        let complain = |what: String| format!("{name}: {}", rules::text::clean(&what));
        let text =
            String::from_utf8(text).map_err(|_| complain("is not text in UTF-8".to_owned()))?;
        let settings: Self =
            serde_saphyr::from_str(&text).map_err(|error| complain(json_error::of_yaml(&error)))?;
        if let Some(twice) = settings.repeated_manager() {
            let twice = rules::text::quoted(twice);
            return Err(complain(format!(
                "two Managers have the name or URL {twice}"
            )));
        }
        Ok(settings)
    }

    /// A name or URL that two Managers have: a machine would be counted twice.
    fn repeated_manager(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        let mut names = self
            .managers
            .iter()
            .flat_map(|manager| [&manager.name, &manager.url]);
        names.find(|name| !seen.insert(*name)).map(String::as_str)
    }
}
