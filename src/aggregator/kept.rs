//! Parts kept in a folder while an aggregator is collected, so that what was interrupted goes on where
//! it was. A part is there whole or not at all.

use std::{
    fs::{self, DirEntry, File},
    io::{self, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use rules::{
    instance::AccountId, instance::Region, text::quoted, time::minute, verdict::Compliance,
};
use serde::{Deserialize, Serialize};

use super::{collection::Request, part::Part, port::Named};
use crate::{
    documents::plain,
    posting::{Present, Resource},
};

/// The version of the files.
const VERSION: &str = "1";
/// The file that says what is collected.
const STATE: &str = "state.json";
/// How long after its beginning a collection goes on: parts that are further apart make no picture.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// What is collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The name of the aggregator.
    pub aggregator: String,
    /// The account that it is in.
    pub account: AccountId,
    /// The Region that it is in.
    pub region: Region,
    /// What the names of the rules begin with.
    pub prefix: String,
}

impl State {
    /// What is collected of an aggregator in an account.
    #[must_use]
    pub fn of(request: &Request, account: AccountId) -> Self {
        Self {
            aggregator: request.aggregator.clone(),
            account,
            region: request.region.clone(),
            prefix: request.names.prefix().to_owned(),
        }
    }
}

/// Parts that are kept in a folder.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedState {
    schema_version: String,
    begun_at: Timestamp,
    #[serde(flatten)]
    state: State,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedPart {
    schema_version: String,
    read_at: Timestamp,
    unread: usize,
    results: Vec<SavedResult>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedResult {
    resource_type: String,
    resource_id: String,
    is_compliant: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotation: Option<String>,
    at: Timestamp,
}

impl Kept {
    /// Opens a folder, or makes it where it is not there.
    ///
    /// # Errors
    /// The folder holds something else, another collection or one that is too old; or it cannot be
    /// read or written to.
    pub fn open(folder: &Path, state: &State, now: Timestamp) -> Result<Self, String> {
        let complain = |what: &str| format!("{}: {what}", folder.display());
        let kept = Self {
            folder: folder.to_owned(),
        };
        fs::create_dir_all(folder).map_err(|error| complain(&plain(&error)))?;
        let file = folder.join(STATE);
        if !file.exists() {
            let mut entries = fs::read_dir(folder).map_err(|error| complain(&plain(&error)))?;
            let is_other = |entry: io::Result<DirEntry>| {
                let name = entry.map(|entry| entry.file_name());
                !name.is_ok_and(|name| name.to_string_lossy().starts_with(PARTIAL))
            };
            if entries.any(is_other) {
                return Err(complain(
                    "holds other files: name a folder that is empty, or not there",
                ));
            }
            let saved = SavedState {
                schema_version: VERSION.to_owned(),
                begun_at: now,
                state: state.clone(),
            };
            let written = kept.write(STATE, &saved);
            return written
                .map(|()| kept)
                .map_err(|error| complain(&plain(&error)));
        }
        let saved: SavedState = read(&file).ok_or_else(|| {
            complain("what was being collected cannot be read: remove the folder")
        })?;
        if saved.schema_version != VERSION || saved.state != *state {
            let other = &saved.state;
            return Err(complain(&format!(
                "belongs to the aggregator {} of account {} in {}, with rules that begin with {}: \
                 name another folder",
                quoted(&other.aggregator),
                other.account,
                other.region,
                quoted(&other.prefix)
            )));
        }
        if now.duration_since(saved.begun_at) > LONGEST || saved.begun_at > now {
            return Err(complain(&format!(
                "was begun {}: results of then and of now are no picture of one time; remove the \
                 folder, or name another",
                minute(saved.begun_at)
            )));
        }
        Ok(kept)
    }

    /// The part of a rule; `None` where it is not there whole.
    pub(super) fn part(&self, named: &Named) -> Option<Part> {
        let saved: SavedPart = read(&self.folder.join(file(named)))?;
        let results = saved.results.into_iter().map(|result| Present {
            resource: Resource::new(&result.resource_type, &result.resource_id),
            compliance: if result.is_compliant {
                Compliance::Compliant
            } else {
                Compliance::NonCompliant
            },
            annotation: result.annotation,
            at: result.at,
        });
        (saved.schema_version == VERSION).then(|| Part {
            read_at: saved.read_at,
            results: results.collect(),
            unread: saved.unread,
        })
    }

    /// Keeps the part of a rule.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub(super) fn keep(&self, named: &Named, part: &Part) -> Result<(), String> {
        let results = part.results.iter().map(|result| SavedResult {
            resource_type: result.resource.kind().to_owned(),
            resource_id: result.resource.id().to_owned(),
            is_compliant: result.compliance == Compliance::Compliant,
            annotation: result.annotation.clone(),
            at: result.at,
        });
        let saved = SavedPart {
            schema_version: VERSION.to_owned(),
            read_at: part.read_at,
            unread: part.unread,
            results: results.collect(),
        };
        let written = self.write(&file(named), &saved);
        written.map_err(|error| format!("{}: {}", self.folder.display(), plain(&error)))
    }

    /// Removes what was kept, and the folder where nothing else is in it.
    ///
    /// # Errors
    /// When something of it cannot be removed.
    pub fn remove(self) -> Result<(), String> {
        let removed = fs::read_dir(&self.folder).and_then(|entries| {
            for entry in entries {
                let name = entry?.file_name();
                let name = name.to_string_lossy();
                if name == STATE || name.starts_with(PART) {
                    fs::remove_file(self.folder.join(&*name))?;
                }
            }
            fs::remove_dir(&self.folder)
        });
        removed.map_err(|error| format!("{}: {}", self.folder.display(), plain(&error)))
    }

    /// A file that is there whole or not at all.
    fn write(&self, name: &str, content: &impl Serialize) -> io::Result<()> {
        let partial = self.folder.join(format!("{PARTIAL}{name}"));
        let mut out = BufWriter::new(File::create(&partial)?);
        serde_json::to_writer(&mut out, content)?;
        out.flush()?;
        drop(out);
        fs::rename(partial, self.folder.join(name))
    }
}

/// What the names of parts begin with.
const PART: &str = "part-";
/// What the names of files begin with that are being written.
const PARTIAL: &str = "part-partial-";

/// The file of a part. The name of a rule of Deepgrade holds plain letters only.
fn file(named: &Named) -> String {
    let source = &named.source;
    format!(
        "{PART}{}-{}-{}.json",
        source.account, source.region, named.name
    )
}

/// What a file holds; `None` where it is not there or damaged.
fn read<T: for<'de> Deserialize<'de>>(file: &Path) -> Option<T> {
    let file = File::open(file).ok()?;
    serde_json::from_reader(BufReader::new(file)).ok()
}
