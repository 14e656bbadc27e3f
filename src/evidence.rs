//! Evidence: a directory that an auditor can keep. It holds what a run was made of, as it is, what
//! it found, and a manifest by which anybody can tell that nothing was changed since.
//!
//! From the same files the same bytes are made: nothing in it is of the time or the machine that it
//! was made at.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    documents::plain,
    history::{self, History},
    inventory::Digest,
    report::{
        self,
        page::{self, Audience, Subject},
    },
    results::{self, Results},
};

mod exceptions;
mod manifest;
mod methodology;
mod runs;

use manifest::{Hashing, safe};

/// The name of the manifest. `sha256sum --check` reads it in the directory.
pub const MANIFEST: &str = "MANIFEST.sha256";

/// The name of the table of all results.
const RESULTS: &str = "results.csv";

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

/// A file that is made of the material; where it says that there is nothing to be said, there is no
/// such file.
struct Part {
    path: &'static str,
    is_wanted: fn(&Material) -> bool,
    write: fn(&Material, &mut dyn Write) -> io::Result<()>,
}

/// Every file that is made of the material.
const PARTS: [Part; 7] = [
    Part {
        path: "report-auditor.html",
        is_wanted: |_| true,
        write: |material, out| material.page(Audience::Auditor, out),
    },
    Part {
        path: "report-engineer.html",
        is_wanted: |_| true,
        write: |material, out| material.page(Audience::Engineer, out),
    },
    Part {
        path: RESULTS,
        is_wanted: |_| true,
        write: |material, out| report::results_csv(&material.results, out),
    },
    Part {
        path: "exceptions.csv",
        is_wanted: |material| material.results.details.exceptions.is_some(),
        write: exceptions::write,
    },
    Part {
        path: "history.csv",
        is_wanted: |material| material.history.is_some(),
        write: runs::write,
    },
    Part {
        path: "difference.md",
        is_wanted: |material| material.difference().is_some(),
        write: |material, out| {
            let whole = report::Options {
                rows: 0,
                ..report::Options::default()
            };
            material.difference().map_or(Ok(()), |difference| {
                report::difference_markdown(difference, &whole, out)
            })
        },
    },
    Part {
        path: "methodology.md",
        is_wanted: |_| true,
        write: methodology::write,
    },
];

impl Material {
    fn page(&self, audience: Audience, out: &mut dyn Write) -> io::Result<()> {
        let inputs: Vec<page::Input> = self
            .inputs
            .iter()
            .map(|input| page::Input {
                name: input.name.clone(),
                sha256: Some(input.digest.to_string()),
            })
            .collect();
        let subject = Subject {
            results: &self.results,
            history: self.history.as_ref(),
            inputs: &inputs,
            csv: Some(RESULTS),
        };
        page::write(&subject, audience, out)
    }

    fn difference(&self) -> Option<&crate::difference::Difference> {
        self.history.as_ref()?.latest.as_ref()
    }
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

/// A directory that is being filled.
struct Bundle<'a> {
    directory: &'a Path,
    /// What was written, by path.
    sums: Vec<(String, Digest)>,
}

impl<'a> Bundle<'a> {
    fn new(directory: &'a Path) -> Self {
        Self {
            directory,
            sums: Vec::new(),
        }
    }

    fn fill(mut self, sources: &Sources<'_>) -> Result<Written, String> {
        let kept = self.directory.join("results.json");
        let name = results::named(sources.results);
        let mut unpacked = results::unpacked(sources.results)
            .map_err(|error| format!("{name}: {}", plain(&error)))?;
        self.copy(&name, &mut unpacked, "results.json")?;
        // What is reported is what is kept, whatever becomes of the file meanwhile.
        let results = results::open(&kept)
            .map_err(|complaint| complaint.replace(&kept.display().to_string(), &name))?;
        let inputs = self.keep_all("inputs", sources.inputs)?;
        let (history, unread) = match sources.history {
            Some(directory) => self.keep_history(directory, &results)?,
            None => (None, Vec::new()),
        };
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
    ) -> Result<(Option<History>, Vec<String>), String> {
        const FOLDER: &str = "history";
        let files = history::files(directory)?;
        let kept = self.keep_all(FOLDER, &files)?;
        if files.is_empty() {
            return Ok((None, Vec::new()));
        }
        let read = history::read(&self.directory.join(FOLDER), Some(results))?;
        // Who asked knows the files by the names that they had.
        let given = |mut line: String| {
            for (kept, file) in kept.iter().zip(&files) {
                let inside = self.directory.join(&kept.path);
                line = line.replace(&inside.display().to_string(), &file.display().to_string());
            }
            line
        };
        let unread = read.unread.into_iter().map(given).collect();
        Ok((Some(read.history), unread))
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
