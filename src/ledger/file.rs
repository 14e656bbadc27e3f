//! A table in a file: for the command line. It holds a row a line, as JSON, so that a person can
//! read it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rules::text::clean;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    key::{Key, Partition},
    paging::page_of,
    row::{BadRow, Row},
    table::{Table, Write},
};
use crate::{
    documents::plain,
    json_error,
    ports::{Error, Fault, Page},
};

/// A table in a file. Every call reads it anew, since another process may have written it, and
/// every write replaces it as a whole. Writers wait for each other by a lock on a file beside it.
#[derive(Clone, Debug)]
pub struct FileTable {
    path: PathBuf,
}

/// What a row is called. A line that does not say that much is of no table.
#[derive(Deserialize)]
struct Name {
    pk: String,
    sk: String,
}

/// A row, as a line holds it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    pk: String,
    sk: String,
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    document: Box<RawValue>,
}

/// A line of the file, which stays as it is until its row is written.
struct Kept {
    line: String,
    row: Result<Row, BadRow>,
}

type Rows = BTreeMap<Key, Kept>;

impl FileTable {
    /// The table in a file, which need not be there before something is written.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// The table in a file that is there.
    ///
    /// # Errors
    /// When it is not, or cannot be read.
    pub fn existing(path: &Path) -> Result<Self, Error> {
        let table = Self::new(path);
        File::open(path).map_err(|error| table.failed(&error))?;
        Ok(table)
    }

    /// Every account and Region of which the file holds rows.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else than rows.
    pub fn partitions(&self) -> Result<BTreeSet<Partition>, Error> {
        let rows = self.load()?;
        let names = rows.keys().map(|key| key.partition.as_str());
        Ok(names.filter_map(Partition::read).collect())
    }

    fn failed(&self, error: &io::Error) -> Error {
        self.broken(&plain(error))
    }

    fn broken(&self, complaint: &str) -> Error {
        let name = clean(&self.path.display().to_string());
        Error::Permanent(Fault::Deployment, format!("{name}: {complaint}"))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.as_os_str().to_owned();
        path.push(ending);
        path.into()
    }

    fn load(&self) -> Result<Rows, Error> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Rows::new()),
            Err(error) => return Err(self.failed(&error)),
        };
        let mut rows = Rows::new();
        for (position, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|error| self.failed(&error))?;
            if line.trim().is_empty() {
                continue;
            }
            let number = position + 1;
            let Name { pk, sk } = serde_json::from_str(&line).map_err(|error| {
                let what = clean(&json_error::in_words(&error));
                self.broken(&format!("line {number} is not a row of a ledger: {what}"))
            })?;
            let key = Key {
                partition: pk,
                sort: sk,
            };
            let row = row(&key, &line);
            if rows.insert(key, Kept { line, row }).is_some() {
                let complaint = format!("the row of line {number} is there twice");
                return Err(self.broken(&complaint));
            }
        }
        Ok(rows)
    }

    fn replace(&self, rows: &Rows) -> io::Result<()> {
        let partial = self.beside(".partial");
        let file = File::create(&partial)?;
        let mut out = BufWriter::new(file);
        for kept in rows.values() {
            writeln!(out, "{}", kept.line)?;
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&partial, &self.path)
    }

    /// Keeps other writers out until the file is closed.
    fn locked(&self) -> io::Result<File> {
        let file = File::create(self.beside(".lock"))?;
        file.lock()?;
        Ok(file)
    }
}

fn row(key: &Key, line: &str) -> Result<Row, BadRow> {
    let line: Line = serde_json::from_str(line)
        .map_err(|error| BadRow::new(key, clean(&json_error::in_words(&error))))?;
    if line.revision == 0 {
        return Err(BadRow::new(key, "its revision is 0"));
    }
    Ok(Row {
        key: key.clone(),
        revision: line.revision,
        state: line.state,
        expires_at: line.expires_at,
        document: line.document.get().to_owned(),
    })
}

fn line(row: &Row) -> Result<String, BadRow> {
    // Outside strings, where it cannot be, a line break is a blank like any other.
    let document = row.document.replace(['\n', '\r'], " ");
    let line = RawValue::from_string(document).and_then(|document| {
        serde_json::to_string(&Line {
            pk: row.key.partition.clone(),
            sk: row.key.sort.clone(),
            revision: row.revision,
            state: row.state.clone(),
            expires_at: row.expires_at,
            document,
        })
    });
    line.map_err(|error| BadRow::new(&row.key, clean(&json_error::in_words(&error))))
}

impl Table for FileTable {
    async fn read(&self, key: &Key) -> Result<Option<Row>, Error> {
        let kept = self.load()?.remove(key);
        kept.map(|kept| kept.row).transpose().map_err(Error::from)
    }

    async fn write(&self, row: &Row) -> Result<Write, Error> {
        let lock = self.locked().map_err(|error| self.failed(&error))?;
        let mut rows = self.load()?;
        let present = match rows.get(&row.key).map(|kept| &kept.row) {
            None => 0,
            Some(Ok(present)) => present.revision,
            Some(Err(bad)) => return Err(bad.clone().into()),
        };
        if present.checked_add(1) != Some(row.revision) {
            return Ok(Write::Conflict);
        }
        let kept = Kept {
            line: line(row)?,
            row: Ok(row.clone()),
        };
        rows.insert(row.key.clone(), kept);
        self.replace(&rows).map_err(|error| self.failed(&error))?;
        drop(lock);
        Ok(Write::Done)
    }

    async fn rows(
        &self,
        partition: &str,
        prefix: &str,
        page: Option<&str>,
    ) -> Result<Page<Result<Row, BadRow>>, Error> {
        let rows = self.load()?;
        let row = |kept: &Kept| kept.row.clone();
        Ok(page_of(&rows, partition, prefix, page, row))
    }
}
