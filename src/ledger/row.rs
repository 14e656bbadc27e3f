//! A row, and what it holds.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use remediations::record::Record;
use rules::text::clean;
use serde::{Serialize, de::DeserializeOwned};

use super::key::Key;
use crate::{
    json_error,
    ports::{Error, Fault},
};

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
pub struct BadRow {
    key: Key,
    complaint: String,
}

impl BadRow {
    pub(crate) fn new(key: &Key, complaint: impl Into<String>) -> Self {
        Self {
            key: key.clone(),
            complaint: complaint.into(),
        }
    }

    /// What the row is called.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = clean(&self.key.to_string());
        write!(formatter, "row {key} of the ledger: {}", self.complaint)
    }
}

impl std::error::Error for BadRow {}

/// Nobody can write it again before somebody has put it in order.
impl From<BadRow> for Error {
    fn from(bad: BadRow) -> Self {
        Self::Permanent(Fault::Deployment, bad.to_string())
    }
}

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
        serde_json::from_str(&self.document)
            .map_err(|error| BadRow::new(&self.key, clean(&json_error::in_words(&error))))
    }

    /// The finding that it holds.
    ///
    /// # Errors
    /// When it holds none, one of another version, or another one than it is called after.
    pub fn record(&self) -> Result<Record, BadRow> {
        let record: Record = self.read()?;
        let bad = |complaint: &str| BadRow::new(&self.key, complaint);
        if record.schema_version != Record::SCHEMA {
            let version = record.schema_version;
            return Err(bad(&format!("its schemaVersion {version} cannot be read")));
        }
        if self.key != Key::of_record(&record) {
            return Err(bad("it holds another finding"));
        }
        let steps = record.plan.as_ref().map_or(0, |plan| plan.steps.len());
        if steps != record.outcomes.len() {
            return Err(bad("it does not have one outcome a step"));
        }
        if self.state.as_deref() != Some(record.state.word()) {
            return Err(bad("its state is not the one in its document"));
        }
        if self.expires_at.is_some() && !record.state.is_over() {
            return Err(bad("it may expire, although it is not over"));
        }
        Ok(record)
    }
}

fn written(key: &Key, document: &impl Serialize) -> Result<String, BadRow> {
    serde_json::to_string(document).map_err(|error| {
        let what = clean(&error.to_string());
        BadRow::new(key, format!("it cannot be written: {what}"))
    })
}
