//! A row, and what it holds.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use remediations::record::Record;
use rules::text::clean;
use serde::{Serialize, de::DeserializeOwned};

use super::key::Key;
use crate::json_error;

/// A row. What it holds is one JSON document; the rest is for the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub key: Key,
    /// How often it was written: whoever writes it again has to know.
    pub revision: u64,
    /// A word that a reader can see without reading the document: where a finding stands.
    pub state: Option<Box<str>>,
    /// When the table may delete it; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// What it holds, as JSON.
    pub document: String,
}

/// A row that does not hold what it should: somebody edited it, or it is of another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow(String);

impl fmt::Display for BadRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for BadRow {}

impl Row {
    /// The first state of a row.
    ///
    /// # Errors
    /// When the document cannot be written down.
    pub fn new(key: Key, document: &impl Serialize) -> Result<Self, BadRow> {
        Ok(Self {
            document: written(&key, document)?,
            key,
            revision: 1,
            state: None,
            expires_at: None,
        })
    }

    /// The next state of a row: the one after `before`, the first one without.
    ///
    /// # Errors
    /// When the document cannot be written down.
    pub fn after(
        before: Option<&Self>,
        key: Key,
        document: &impl Serialize,
    ) -> Result<Self, BadRow> {
        let row = Self::new(key, document)?;
        Ok(match before {
            None => row,
            Some(before) => Self {
                revision: before.revision.saturating_add(1),
                ..row
            },
        })
    }

    /// The next state of the row of a finding, which may be deleted so long after its end.
    ///
    /// # Errors
    /// When the record cannot be written down.
    pub fn of_record(
        before: Option<&Self>,
        record: &Record,
        retention: SignedDuration,
    ) -> Result<Self, BadRow> {
        let key = Key::of_record(record);
        Ok(Self {
            state: Some(record.state.word().into()),
            expires_at: record.expires_at(retention),
            ..Self::after(before, key, record)?
        })
    }

    /// What it holds.
    ///
    /// # Errors
    /// When it is not that.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, BadRow> {
        serde_json::from_str(&self.document).map_err(|error| {
            let what = clean(&json_error::in_words(&error));
            BadRow(format!(
                "row {} of the ledger: {what}",
                clean(&self.key.to_string())
            ))
        })
    }

    /// The finding that it holds.
    ///
    /// # Errors
    /// When it holds none, one of another version, or another one than it is called after.
    pub fn record(&self) -> Result<Record, BadRow> {
        let record: Record = self.read()?;
        let bad = |what: String| {
            BadRow(format!(
                "row {} of the ledger: {what}",
                clean(&self.key.to_string())
            ))
        };
        if record.schema_version != Record::SCHEMA {
            return Err(bad(format!(
                "its schemaVersion {} cannot be read",
                record.schema_version
            )));
        }
        if self.key != Key::of_record(&record) {
            return Err(bad("it holds another finding".to_owned()));
        }
        let steps = record.plan.as_ref().map_or(0, |plan| plan.steps.len());
        if steps != record.outcomes.len() {
            return Err(bad("it does not have one outcome a step".to_owned()));
        }
        Ok(record)
    }
}

fn written(key: &Key, document: &impl Serialize) -> Result<String, BadRow> {
    serde_json::to_string(document).map_err(|error| {
        let what = clean(&error.to_string());
        BadRow(format!(
            "row {} of the ledger cannot be written: {what}",
            clean(&key.to_string())
        ))
    })
}
