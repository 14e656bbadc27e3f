//! The settings of a function: files in S3 that are named with their SHA-256.

use std::sync::Arc;

use rules::text::quoted;

use super::{clients::Clients, location::S3Location, store::S3Store, table::DynamoTable};
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

/// The environment variable that names the table of the ledger in DynamoDB: by its name, or by its
/// ARN, without which it is looked for in the function's own account.
pub const LEDGER: &str = "DEEPGRADE_LEDGER";
/// The environment variable with the Region of the bucket and of the table, where that is not the
/// function's own.
pub const HUB_REGION: &str = "DEEPGRADE_HUB_REGION";

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
        let bytes = self.bytes(clients, SETTINGS_SHA256).await?;
        Settings::parse(&self.place.to_string(), bytes).map_err(broken)
    }

    /// Reads the file, whose sum is in that variable.
    pub(super) async fn bytes(
        &self,
        clients: &Arc<Clients>,
        variable: &str,
    ) -> Result<Vec<u8>, Error> {
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
                "{}: its SHA-256 is {sha256}, and {variable} names {}",
                self.place, self.sha256
            )));
        }
        Ok(bytes)
    }
}

pub(super) fn broken(what: String) -> Error {
    Error::Permanent(Fault::Deployment, what)
}

/// The clients by which the bucket and the table are reached, as the environment says.
///
/// # Errors
/// A line that names the variable when it names no Region.
pub fn hub(own: &Arc<Clients>) -> Result<Arc<Clients>, String> {
    let name = environment::variable(HUB_REGION).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() || own.region() == Some(name) {
        return Ok(Arc::clone(own));
    }
    let region = name.parse().map_err(|bad| format!("{HUB_REGION}: {bad}"))?;
    Ok(Arc::new(own.elsewhere(&region)))
}

/// The table of the ledger, as the environment says; `None` where it names none.
///
/// # Errors
/// A line that names the variable when it can be no table that those clients reach.
pub fn ledger(hub: &Arc<Clients>) -> Result<Option<DynamoTable>, String> {
    let name = environment::variable(LEDGER).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(region) = region_of_table(name)?
        && hub.region().is_some_and(|asked| asked != region)
    {
        let name = quoted(name);
        return Err(format!(
            "{LEDGER} is {name}, and another Region is asked; set {HUB_REGION} to that of the table"
        ));
    }
    Ok(Some(DynamoTable::new(Arc::clone(hub), name)))
}

/// The Region that the ARN of a table names (Amazon DynamoDB developer guide, "Using IAM with
/// DynamoDB": `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`); `None` of a name.
fn region_of_table(name: &str) -> Result<Option<&str>, String> {
    if !name.contains(':') {
        return Ok(None);
    }
    match name.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "dynamodb", region, account, table]
            if !region.is_empty() && !account.is_empty() && table.starts_with("table/") =>
        {
            Ok(Some(region))
        }
        _ => Err(format!(
            "{LEDGER} is {}, which is neither the name nor the ARN of a table",
            quoted(name)
        )),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_by_its_name_or_its_arn() {
        assert_eq!(region_of_table("deepgrade-ledger"), Ok(None));
        let arn = "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/deepgrade-ledger";
        assert_eq!(region_of_table(arn), Ok(Some("cn-north-1")));
        for other in [
            "arn:aws:dynamodb:eu-west-1:111122223333",
            "arn:aws:dynamodb::111122223333:table/x",
            "arn:aws:s3:eu-west-1:111122223333:table/x",
            "111122223333:x",
        ] {
            let refused = region_of_table(other).unwrap_err();
            assert!(
                refused.contains(LEDGER) && refused.contains(other),
                "{refused}"
            );
        }
    }
}
