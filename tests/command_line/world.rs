//! A folder of files, and the binary run on them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The example's files, as the AWS CLI and a Manager would print them.
pub(crate) const INSTANCES: &str = include_str!("../../src/example/instances.json");
pub(crate) const COMPUTERS: &str = include_str!("../../src/example/computers.json");
pub(crate) const POLICIES: &str = include_str!("../../src/example/policies.json");

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The run ended with this code, with one line on standard error that holds every part, and
    /// printed nothing that could pass for a result.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("deepgrade: "), "{}", self.stderr);
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no `{part}` in: {}",
                self.stderr
            );
        }
        for name in ["Error {", "Err(", "Some(", "panicked", "std::", "serde"] {
            assert!(!self.stderr.contains(name), "{}", self.stderr);
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// A folder with the example's files in it.
pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new() -> Self {
        let world = Self(TempDir::new().unwrap());
        world.write("instances.json", INSTANCES);
        world.write("computers.json", COMPUTERS);
        world.write("policies.json", POLICIES);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Runs the binary in the folder. No variable of the environment reaches it but its path.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        finished(command(self.0.path(), arguments, variables))
    }

    /// Runs the binary on words that are split at blanks.
    pub(crate) fn words(&self, line: &str) -> Run {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Grades the folder's files.
    pub(crate) fn evaluate(&self, more: &[&str]) -> Run {
        let files = "evaluate --instances instances.json --computers computers.json --policies \
                     policies.json";
        let mut arguments: Vec<&str> = files.split_whitespace().collect();
        arguments.extend(more);
        self.run(&arguments)
    }
}

fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::cargo_bin("deepgrade")
        .unwrap()
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .args(arguments)
        .timeout(std::time::Duration::from_secs(120))
        .output()
        .unwrap()
}

fn finished(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
