//! Why nothing was made.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why nothing was made, in one line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file could not be read or written.
    #[error("{path}: {error}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file holds what it should not.
    #[error("{path}: {what}", path = path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A program that is needed did not do what it was asked; it has said why.
    #[error("`{program}` {what}")]
    Program {
        /// What was run.
        program: String,
        /// What came of it.
        what: String,
    },
    /// The zip could not be made.
    #[error("the zip could not be made: {0}")]
    Zip(#[from] zip::result::ZipError),
}

impl Failure {
    pub(crate) fn of_file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::File { path, error }
    }
}

/// What a program writes to its standard output. What it writes to its standard error is seen.
///
/// # Errors
/// It could not be run, or ended in a failure.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let failed = |command: &Command, what: String| {
        let words = command.get_args().map(|word| word.to_string_lossy());
        let words: Vec<_> = words.collect();
        let program = Path::new(command.get_program());
        let program = program.file_name().unwrap_or_default().to_string_lossy();
        let program = format!("{program} {}", words.join(" "));
        Failure::Program { program, what }
    };
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.map_err(|error| failed(command, format!("could not be run: {error}")))?;
    if !output.status.success() {
        return Err(failed(command, format!("failed: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
