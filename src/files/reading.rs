//! The instances of an account and Region, as Deepgrade saves them:
//!
//! ```json
//! {"schemaVersion": "1", "account": "111122223333", "region": "eu-west-1",
//!  "takenAt": "2026-11-24T12:00:00Z",
//!  "instances": [{"id": "i-0123456789abcdef0", "account": "111122223333", "region": "eu-west-1",
//!                 "name": "web-1", "state": "running", "attached": "2026-11-20T09:58:00Z",
//!                 "launched": "2026-11-24T09:58:00Z"}]}
//! ```

use std::io::{self, Write};

use jiff::Timestamp;
use rules::{
    instance::{AccountId, Instance, Region},
    text::quoted,
};
use serde::Serialize;

use crate::{
    account::Reading,
    documents::{Document, DocumentError},
};

/// The version of this shape.
const VERSION: &str = "1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Saved<'a> {
    schema_version: &'static str,
    account: AccountId,
    region: &'a Region,
    taken_at: Timestamp,
    instances: &'a [Instance],
}

/// Writes the instances of a reading. [`super::Instances::read`] takes them.
///
/// # Errors
/// When they cannot be written.
pub fn write_reading(reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    let saved = Saved {
        schema_version: VERSION,
        account: reading.account,
        region: &reading.region,
        taken_at: reading.taken_at,
        instances: &reading.instances,
    };
    serde_json::to_writer(&mut *out, &saved)?;
    out.write_all(b"\n")
}

/// Refuses another version.
pub(super) fn check_version(document: &mut Document) -> Result<(), DocumentError> {
    let version: String = document.value()?;
    if version == VERSION {
        return Ok(());
    }
    let version = quoted(&version);
    let complaint = format!("schemaVersion is {version}, and only \"{VERSION}\" can be read");
    Err(document.here(complaint))
}

/// When reading began. What is of the future would make everything else look old.
pub(super) fn taken_at(
    document: &mut Document,
    not_after: Timestamp,
) -> Result<Timestamp, DocumentError> {
    let taken: Timestamp = document.value()?;
    if taken > not_after {
        return Err(document.here(format!("says that it was taken {taken}, in the future")));
    }
    Ok(taken)
}
