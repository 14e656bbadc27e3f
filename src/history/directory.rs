//! A directory of results, as runs left them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rules::text::clean;

use super::{Builder, History};
use crate::{
    difference::Difference,
    documents::plain,
    files::Digesting,
    results::{self, Results},
};

/// What the results in a directory tell together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What they tell.
    pub history: History,
    /// The files that could not be read, with their names and why: what they hold is missing in the
    /// history.
    pub unread: Vec<String>,
    /// The files that contradict themselves, with their names and how. What their verdicts say counts.
    pub doubted: Vec<String>,
    /// The files that are later than the latest results, by name: they are left out.
    pub later: Vec<String>,
    /// The files that are as of the same time as the latest results: one of them may hold just these.
    /// They are left out.
    pub same: Vec<PathBuf>,
}

/// Reads the results in a directory (`*.json` and `*.json.gz`) by their time, one at a time, as what
/// came before the latest results; without these, the last of the directory are the latest.
///
/// # Errors
/// That the directory cannot be read, with its name.
pub fn read(directory: &Path, latest: Option<&Results>) -> Result<Reading, String> {
    let mut reading = Reading::default();
    let mut runs: Vec<(Timestamp, PathBuf)> = Vec::new();
    for path in files(directory)? {
        match results::as_of(&path) {
            Ok(as_of) => runs.push((as_of, path)),
            Err(complaint) => reading.unread.push(clean(&complaint)),
        }
    }
    runs.sort();
    if let Some(latest) = latest {
        let (before, others): (Vec<_>, Vec<_>) = runs
            .into_iter()
            .partition(|(as_of, _)| *as_of < latest.as_of);
        for (as_of, path) in others {
            if as_of > latest.as_of {
                reading.later.push(clean(&path.display().to_string()));
            } else {
                reading.same.push(path);
            }
        }
        runs = before;
    }
    runs.dedup_by(|(as_of, path), (former, kept)| {
        let is_double = as_of == former;
        // One run may be kept twice, compressed and not.
        if is_double && !hold_the_same(path, kept) {
            let (path, kept) = (path.display(), kept.display());
            let complaint = format!("{path}: is as of the same time as {kept}, and left out");
            reading.unread.push(clean(&complaint));
        }
        is_double
    });
    let mut builder = Builder::default();
    let (mut previous, mut difference) = (None::<Results>, None);
    let last = runs.len().saturating_sub(1);
    for (position, (_, path)) in runs.iter().enumerate() {
        if position < last {
            // What is not compared makes room for the next.
            previous = None;
        }
        match results::open(path) {
            Ok(results) => {
                if let Some(doubt) = &results.doubt {
                    let line = format!("{}: {doubt}", path.display());
                    reading.doubted.push(clean(&line));
                }
                builder.add(&results);
                let before = previous.as_ref().filter(|_| latest.is_none());
                difference = before.map(|before| Difference::between(before, &results));
                previous = Some(results);
            }
            Err(complaint) => reading.unread.push(clean(&complaint)),
        }
    }
    if let Some(latest) = latest {
        builder.add(latest);
        difference = previous.map(|previous| Difference::between(&previous, latest));
    }
    reading.unread.sort();
    reading.history = builder.build(difference);
    reading.history.unread = reading.unread.len();
    Ok(reading)
}

/// The files in a directory that may hold results, by name.
///
/// # Errors
/// That the directory cannot be read, with its name.
pub fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let named = |error: io::Error| format!("{}: {}", directory.display(), in_words(&error));
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(named)? {
        let path = entry.map_err(named)?.path();
        if holds_results(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether two files hold the same, compressed or not.
#[must_use]
pub fn hold_the_same(one: &Path, other: &Path) -> bool {
    sum(one) == sum(other)
}

/// The sum of what a file holds, compressed or not; `None` where it cannot be read.
fn sum(path: &Path) -> Option<String> {
    Digesting::new(results::unpacked(path).ok()?).finish().ok()
}

/// Whether a file may hold results, by its name.
fn holds_results(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    name.ends_with(".json") || name.ends_with(".json.gz")
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such directory".to_owned(),
        io::ErrorKind::NotADirectory => "is a file, and a directory is wanted".to_owned(),
        _ => plain(error),
    }
}
