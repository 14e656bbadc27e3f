//! Python environments for tests that let a Python program judge.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Written last into an environment; without it the making was cut short.
const COMPLETE: &str = "complete";

/// Makes a virtual environment below `parent` and installs the requirement files in their order,
/// or finds the one that was made of the same files before; gives the path of its interpreter.
///
/// Every requirement must carry a hash, and what builds a source distribution must be in an
/// earlier file. Callers may want the same environment at once: one makes it, the others wait.
/// `parent` is best `env!("CARGO_TARGET_TMPDIR")`.
///
/// # Errors
/// `python3` is missing, a requirement could not be installed (the error ends with what pip said),
/// or a file could not be read or written.
pub fn environment(parent: &Path, requirements: &[&Path]) -> io::Result<PathBuf> {
    let directory = parent.join(format!("python-{:016x}", fingerprint(requirements)?));
    fs::create_dir_all(parent)?;
    let lock = File::create(directory.with_extension("lock"))?;
    lock.lock()?;
    let python = directory.join("bin").join("python");
    if directory.join(COMPLETE).exists() {
        return Ok(python);
    }
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&directory))?;
    for file in requirements {
        run(Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--require-hashes", "--no-build-isolation", "--requirement"])
            .arg(file))?;
    }
    fs::write(directory.join(COMPLETE), "")?;
    Ok(python)
}

fn fingerprint(requirements: &[&Path]) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    for file in requirements {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{command:?} ended with {}\n{said}",
        output.status
    )))
}
