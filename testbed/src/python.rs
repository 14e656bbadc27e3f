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

#[cfg(test)]
mod tests {
    use super::{COMPLETE, environment, fingerprint};
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::Duration;

    fn parent(name: &str) -> PathBuf {
        let parent = std::env::temp_dir().join(format!("testbed-{name}-{}", std::process::id()));
        fs::create_dir_all(&parent).unwrap();
        parent
    }

    #[test]
    fn one_environment_is_made_however_many_ask_and_whatever_was_left_before() {
        let parent = parent("python-at-once");
        let left = parent.join(format!("python-{:016x}", fingerprint(&[]).unwrap()));
        fs::create_dir_all(left.join("bin").join("python")).unwrap();
        let made: Vec<PathBuf> = std::thread::scope(|scope| {
            let ask = || environment(&parent, &[]).unwrap();
            let asking = [scope.spawn(ask), scope.spawn(ask), scope.spawn(ask)];
            asking
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(made.windows(2).all(|pair| pair[0] == pair[1]));
        let status = Command::new(&made[0])
            .args(["-c", "import pip"])
            .status()
            .unwrap();
        assert!(status.success());
        fs::remove_dir_all(&parent).unwrap();
    }

    #[test]
    fn nobody_gets_an_environment_that_another_is_making() {
        let parent = parent("python-waiting");
        let directory = parent.join(format!("python-{:016x}", fingerprint(&[]).unwrap()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(COMPLETE), "").unwrap();
        let lock = File::create(directory.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        std::thread::scope(|scope| {
            let (done, waits) = std::sync::mpsc::channel();
            let parent = &parent;
            scope.spawn(move || done.send(environment(parent, &[]).is_ok()));
            assert!(waits.recv_timeout(Duration::from_millis(200)).is_err());
            lock.unlock().unwrap();
            assert!(waits.recv().unwrap());
        });
        fs::remove_dir_all(&parent).unwrap();
    }

    #[test]
    fn a_requirement_without_a_hash_is_refused_with_what_pip_said() {
        let parent = parent("python-refused");
        let file = parent.join("requirements.txt");
        fs::write(&file, "six==1.17.0\n").unwrap();
        let error = environment(&parent, &[&file]).unwrap_err().to_string();
        assert!(error.to_lowercase().contains("hash"), "{error}");
        fs::remove_dir_all(&parent).unwrap();
    }
}
