//! Evidence: a directory that an auditor can keep. It holds what a run was made of, as it is, what
//! it found, and a manifest by which anybody can tell that nothing was changed since.
//!
//! From the same files the same bytes are made: nothing in it is of the time or the machine that it
//! was made at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{documents::plain, history::History, inventory::Digest, results::Results};

mod bundle;
mod exceptions;
mod manifest;
mod methodology;
mod parts;
mod runs;

use bundle::Bundle;

/// The name of the manifest. `sha256sum --check` reads it in the directory.
pub const MANIFEST: &str = "MANIFEST.sha256";

/// What evidence is made of.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The results, as `evaluate --output json` wrote them; `-` is the standard input.
    pub results: &'a Path,
    /// The files that the results were made of.
    pub inputs: &'a [PathBuf],
    /// A directory of earlier results.
    pub history: Option<&'a Path>,
}

/// What is put into the evidence.
#[derive(Debug)]
pub struct Material {
    /// The results.
    pub results: Results,
    /// What they and earlier ones tell together, where there are earlier ones.
    pub history: Option<History>,
    /// The files that the results were made of.
    pub inputs: Vec<Input>,
}

/// A file that results were made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name where it was. Foreign text, cleaned.
    pub name: String,
    /// Where it is in the evidence.
    pub path: String,
    /// The sum of its bytes.
    pub digest: Digest,
}

/// What was written, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many files the manifest lists.
    pub files: usize,
    /// The sum of the manifest: with it, somebody who has only that can tell whether the evidence is
    /// what it was.
    pub manifest: Digest,
    /// The earlier results that cannot be read, with their names and why. They are in the evidence, and
    /// not in what is told of the history.
    pub unread: Vec<String>,
    /// The results that contradict themselves, with their names and how.
    pub doubted: Vec<String>,
    /// The results in the history that are later than these, with the names that they had. They are in
    /// the evidence, and not in what is told of the history.
    pub later: Vec<String>,
}

/// Writes evidence into a directory that does not exist, or is empty.
///
/// # Errors
/// What is wrong with a file or with the directory, with its name. Nothing is left behind then.
pub fn write(sources: &Sources<'_>, directory: &Path) -> Result<Written, String> {
    refuse_full(directory)?;
    let Some(name) = directory.file_name() else {
        return Err(format!(
            "{}: give the directory a name: it is put in its place when it is whole",
            directory.display()
        ));
    };
    let mut name = name.to_owned();
    name.push(".partial");
    let partial = directory.with_file_name(name);
    fs::create_dir_all(directory).map_err(|error| named(directory, &error))?;
    fs::create_dir(&partial).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!(
            "{}: is left of another try, or somebody writes to it; remove it first",
            partial.display()
        ),
        _ => named(&partial, &error),
    })?;
    let written = Bundle::new(&partial).fill(sources).and_then(|written| {
        match fs::rename(&partial, directory) {
            Ok(()) => Ok(written),
            Err(error) => Err(named(directory, &error)),
        }
    });
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed is not the complaint.
        let _ = fs::remove_dir_all(&partial);
    }
    written
}

fn refuse_full(directory: &Path) -> Result<(), String> {
    let mut entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(format!(
                "{}: is a file, and a directory is wanted",
                directory.display()
            ));
        }
        Err(error) => return Err(named(directory, &error)),
    };
    if entries.next().is_some() {
        return Err(format!(
            "{}: is not empty; evidence is written into a directory of its own",
            directory.display()
        ));
    }
    Ok(())
}

fn named(path: &Path, error: &io::Error) -> String {
    format!("{}: {}", path.display(), plain(error))
}
