//! The envelope in which Deepgrade sends itself a finding that it was not sent by its source:
//! `{"deepgrade": "finding", "version": 1, "finding": {…}}`.

use remediations::Finding;
use rules::{ledger::Source, text::clean};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Reading;
use crate::json_error;

/// The member that says whose envelope it is, and what is in it.
const MARK: &str = "deepgrade";
const FINDING: &str = "finding";
/// The version that this code writes and reads.
const VERSION: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "deepgrade")]
    mark: String,
    version: u64,
    finding: Value,
}

/// Puts a finding in an envelope.
#[must_use]
pub fn write(finding: &Finding) -> String {
    json!({MARK: FINDING, "version": VERSION, FINDING: finding}).to_string()
}

/// Whether a text claims to be such an envelope.
pub(super) fn is_own(text: &Value) -> bool {
    text.get(MARK).is_some()
}

/// Opens an envelope.
pub(super) fn read(text: Value) -> Result<Reading, String> {
    let what = "the envelope of Deepgrade";
    let wrong =
        |error: serde_json::Error| format!("{what}: {}", clean(&json_error::in_words(&error)));
    let envelope: Envelope = serde_json::from_value(text).map_err(wrong)?;
    if envelope.mark != FINDING {
        return Err(format!("{what} holds no finding"));
    }
    if envelope.version != VERSION {
        let version = envelope.version;
        return Err(format!(
            "{what} is of version {version}, and only {VERSION} is known"
        ));
    }
    let finding: Finding = serde_json::from_value(envelope.finding).map_err(wrong)?;
    if finding.source == Source::Operator {
        return Err(format!(
            "{what} holds what an operator asks for, which no queue may"
        ));
    }
    Ok(Reading::Finding(Box::new(finding)))
}
