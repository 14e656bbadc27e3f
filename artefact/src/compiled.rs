//! Compiling the binaries.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, output};

/// The binaries of the functions.
pub const BINARIES: [&str; 2] = ["evaluate", "remediate"];

/// Compiles the binaries of a workspace as they are deployed, for a target or else for this machine,
/// and says where they are, in the order of [`BINARIES`].
///
/// # Errors
/// Cargo failed, or did not say where it put one of them.
pub fn compiled(workspace: &Path, target: Option<&str>) -> Result<Vec<PathBuf>, Failure> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", "lambda"])
        .args(["--package", "deepgrade", "--features", "aws"])
        .args(BINARIES.map(|name| format!("--bin={name}")))
        .args(target.map(|target| format!("--target={target}")))
        .arg("--message-format=json-render-diagnostics");
    let said = output(&mut cargo)?;
    let made: Vec<Value> = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let path = |name: &str| {
        let of_name = |message: &&Value| message.pointer("/target/name") == Some(&name.into());
        let mut paths = made.iter().filter(of_name);
        paths.find_map(|message| message.get("executable")?.as_str())
    };
    let missing = |name: &str| Failure::Program {
        program: "cargo build".to_owned(),
        what: format!("did not say where it put {name}"),
    };
    let paths = BINARIES.map(|name| Ok(path(name).ok_or_else(|| missing(name))?.into()));
    paths.into_iter().collect()
}

/// What the compiler calls itself: `rustc 1.95.0 (…)`.
///
/// # Errors
/// It could not be run.
pub fn compiler(workspace: &Path) -> Result<String, Failure> {
    let mut rustc = Command::new("rustc");
    Ok(output(rustc.current_dir(workspace).arg("--version"))?
        .trim()
        .to_owned())
}
