//! A directory that is being filled.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Input, MANIFEST, Material, Sources, Written,
    manifest::{self, Hashing, safe},
    named,
    parts::PARTS,
};
use crate::{
    documents::plain,
    history::{self, Reading},
    inventory::Digest,
    results::{self, Results},
};

/// The results, unpacked.
const KEPT_RESULTS: &str = "results.json";

/// A directory that is being filled.
pub(super) struct Bundle<'a> {
    directory: &'a Path,
    /// What was written, by path.
    sums: Vec<(String, Digest)>,
}

impl<'a> Bundle<'a> {
    pub(super) fn new(directory: &'a Path) -> Self {
        Self {
            directory,
            sums: Vec::new(),
        }
    }

    pub(super) fn fill(mut self, sources: &Sources<'_>) -> Result<Written, String> {
        let kept = self.directory.join(KEPT_RESULTS);
        let name = results::named(sources.results);
        let mut unpacked = results::unpacked(sources.results)
            .map_err(|error| format!("{name}: {}", plain(&error)))?;
        self.copy(&name, &mut unpacked, KEPT_RESULTS)?;
        // What is reported is what is kept, whatever becomes of the file meanwhile.
        let results = results::open(&kept)
            .map_err(|complaint| complaint.replace(&kept.display().to_string(), &name))?;
        let inputs = self.keep_all("inputs", sources.inputs)?;
        let read = match sources.history {
            Some(directory) => self.keep_history(directory, &results)?,
            None => None,
        };
        let Reading {
            history,
            unread,
            later,
            mut doubted,
            ..
        } = read.unwrap_or_default();
        doubted.extend(results.doubt.iter().map(|doubt| format!("{name}: {doubt}")));
        let history = (!history.runs.is_empty()).then_some(history);
        let material = Material {
            results,
            history,
            inputs,
        };
        for part in PARTS.iter().filter(|part| (part.is_wanted)(&material)) {
            self.make(part.path, |out| (part.write)(&material, out))?;
        }
        self.sums.sort();
        let files = self.sums.len();
        let manifest = manifest::text(&self.sums);
        self.make(MANIFEST, |out| out.write_all(manifest.as_bytes()))?;
        Ok(Written {
            files,
            manifest: Digest::of(manifest.as_bytes()),
            unread,
            doubted,
            later,
        })
    }

    /// Keeps files as they are, under names that mean nothing to a shell or a manifest.
    fn keep_all(&mut self, folder: &str, files: &[PathBuf]) -> Result<Vec<Input>, String> {
        if !files.is_empty() {
            let made = self.directory.join(folder);
            fs::create_dir(&made).map_err(|error| named(&made, &error))?;
        }
        let mut inputs = Vec::new();
        for (number, path) in (1_usize..).zip(files) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let kept = format!("{folder}/{number:03}-{}", safe(&name));
            let file = File::open(path).and_then(|file| {
                if file.metadata()?.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Ok(file)
            });
            let mut file = file.map_err(|error| named(path, &error))?;
            let digest = self.copy(&path.display().to_string(), &mut file, &kept)?;
            inputs.push(Input {
                name: rules::text::clean(&name),
                path: kept,
                digest,
            });
        }
        Ok(inputs)
    }

    /// Keeps earlier results, and reads what was kept.
    fn keep_history(
        &mut self,
        directory: &Path,
        results: &Results,
    ) -> Result<Option<Reading>, String> {
        const FOLDER: &str = "history";
        let files = history::files(directory)?;
        let kept = self.keep_all(FOLDER, &files)?;
        if files.is_empty() {
            return Ok(None);
        }
        let mut read = history::read(&self.directory.join(FOLDER), Some(results))?;
        // Who asked knows the files by the names that they had.
        let lines = read.unread.iter_mut().chain(&mut read.doubted);
        for line in lines.chain(&mut read.later) {
            for (kept, file) in kept.iter().zip(&files) {
                let inside = self.directory.join(&kept.path);
                *line = line.replace(&inside.display().to_string(), &file.display().to_string());
            }
        }
        let results = self.directory.join(KEPT_RESULTS);
        let others = read
            .same
            .iter()
            .filter(|path| !history::hold_the_same(path, &results));
        let others = others.filter_map(|path| {
            let position = kept.iter().position(|kept| path.ends_with(&kept.path))?;
            Some(files.get(position)?.display().to_string())
        });
        read.later.extend(others);
        Ok(Some(read))
    }

    fn copy(&mut self, name: &str, source: &mut dyn Read, path: &str) -> Result<Digest, String> {
        self.make(path, |out| io::copy(source, out).map(drop))
            .map_err(|complaint| format!("{name}: {complaint}"))
    }

    fn make(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Digest, String> {
        let written = File::create_new(self.directory.join(path)).and_then(|file| {
            let mut out = BufWriter::new(Hashing::new(file));
            write(&mut out)?;
            let hashing = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            hashing.finish()
        });
        let digest = written.map_err(|error| format!("{path}: {}", plain(&error)))?;
        self.sums.push((path.to_owned(), digest));
        Ok(digest)
    }
}
