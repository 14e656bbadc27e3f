//! The settings of a function: a file in S3 that is named with its SHA-256.

use std::sync::Arc;

use super::{clients::Clients, location::S3Location, store::S3Store};
use crate::{
    environment,
    inventory::{Digest, Found, Store},
    ports::{Error, Fault},
    settings::Settings,
};

/// The environment variable that names the file of settings: `s3://BUCKET/KEY`.
pub const SETTINGS: &str = "DEEPGRADE_SETTINGS";
/// The environment variable with the SHA-256 of that file: 64 hexadecimal digits.
pub const SETTINGS_SHA256: &str = "DEEPGRADE_SETTINGS_SHA256";
/// The environment variable that says where the inventory is published: `s3://BUCKET/PREFIX`.
pub const INVENTORY: &str = "DEEPGRADE_INVENTORY";

/// The environment variable that names the table of the ledger in DynamoDB.
pub const LEDGER: &str = "DEEPGRADE_LEDGER";

/// Where the settings of a function are, and which they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsSource {
    /// The file.
    pub place: S3Location,
    /// The sum of its bytes.
    pub sha256: Digest,
}

impl SettingsSource {
    /// The source that the environment names.
    ///
    /// # Errors
    /// A line that names the variable that is missing or is not what it should be.
    pub fn from_environment() -> Result<Self, String> {
        Ok(Self {
            place: place_of(SETTINGS)?,
            sha256: of(SETTINGS_SHA256)?
                .parse()
                .map_err(|bad| format!("{SETTINGS_SHA256} {bad}"))?,
        })
    }

    /// Reads the settings.
    ///
    /// # Errors
    /// When they cannot be read, or are not the ones that are named.
    pub async fn load(&self, clients: &Arc<Clients>) -> Result<Settings, Error> {
        let broken = |what: String| Error::Permanent(Fault::Deployment, what);
        let (folder, file) = self
            .place
            .key
            .rsplit_once('/')
            .unwrap_or(("", &self.place.key));
        let folder = S3Location {
            bucket: self.place.bucket.clone(),
            key: folder.to_owned(),
        };
        let found = S3Store::new(Arc::clone(clients), folder)
            .get(file, None)
            .await?;
        let Found::Object { bytes, .. } = found else {
            return Err(broken(format!("{}: there is no such object", self.place)));
        };
        let sha256 = Digest::of(&bytes);
        if sha256 != self.sha256 {
            return Err(broken(format!(
                "{}: its SHA-256 is {sha256}, and {SETTINGS_SHA256} names {}",
                self.place, self.sha256
            )));
        }
        Settings::parse(&self.place.to_string(), bytes).map_err(broken)
    }
}

/// The name of the table of the ledger, as the environment says; `None` where it names none.
#[must_use]
pub fn ledger_table() -> Option<String> {
    let name = environment::variable(LEDGER)?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Where the inventory is published, as the environment says.
///
/// # Errors
/// A line that names the variable when it is missing or is not a place in S3.
pub fn inventory_place() -> Result<S3Location, String> {
    place_of(INVENTORY)
}

fn place_of(variable: &str) -> Result<S3Location, String> {
    of(variable)?
        .parse()
        .map_err(|bad| format!("{variable}: {bad}"))
}

fn of(variable: &str) -> Result<String, String> {
    environment::variable(variable).ok_or_else(|| format!("{variable} is not set"))
}
