//! The crates that a binary is compiled from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, output};

/// A crate, by name and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Id {
    /// The crate of this name and version.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.name, self.version)
    }
}

/// What is known of a crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crate {
    /// Its licence as an expression of SPDX; empty if it names none.
    pub licence: String,
    /// Whether it is linked, rather than that it only helps to compile: a macro, or what a build
    /// script needs.
    pub is_linked: bool,
    /// What it needs itself.
    pub needs: BTreeSet<Id>,
}

/// The crates that a package is compiled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The package itself.
    pub root: Id,
    /// All others.
    pub crates: BTreeMap<Id, Crate>,
}

/// A line of `cargo tree`.
struct Line {
    depth: usize,
    id: Id,
    licence: String,
}

impl Tree {
    /// What the binaries of the functions are compiled from, for a target or else for this machine:
    /// exactly what Cargo compiles, which for one package alone is less than what the workspace
    /// needs, and fewer of its features.
    ///
    /// # Errors
    /// Cargo failed, or printed something else than a tree.
    pub fn read(workspace: &Path, target: Option<&str>) -> Result<Self, Failure> {
        let linked = lines(workspace, target, "normal,no-proc-macro")?;
        let linked: BTreeSet<Id> = linked.into_iter().map(|line| line.id).collect();
        let mut crates: BTreeMap<Id, Crate> = BTreeMap::new();
        // From the root to the crate of the line before.
        let mut path: Vec<Id> = Vec::new();
        for Line { depth, id, licence } in lines(workspace, target, "normal,build")? {
            path.truncate(depth);
            if let Some(parent) = path.last() {
                let parent = crates.entry(parent.clone()).or_default();
                parent.needs.insert(id.clone());
            }
            let own = crates.entry(id.clone()).or_default();
            own.licence = licence;
            own.is_linked = linked.contains(&id);
            path.push(id);
        }
        let root = path.into_iter().next().ok_or_else(|| unread(""))?;
        Ok(Self { root, crates })
    }
}

/// The tree along some kinds of dependencies. A crate's own ones follow only the first of its lines.
fn lines(workspace: &Path, target: Option<&str>, edges: &str) -> Result<Vec<Line>, Failure> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(workspace)
        .args(["tree", "--locked", "--package", "deepgrade"])
        .args(["--features", "aws", "--edges", edges])
        .args(target.map(|target| format!("--target={target}")))
        .args(["--prefix", "depth", "--format", "{p}|{l}"]);
    let tree = output(&mut cargo)?;
    let lines = tree
        .lines()
        .map(|line| read(line).ok_or_else(|| unread(line)));
    lines.collect()
}

/// `1anstream v1.0.0|MIT OR Apache-2.0`; after the version may stand that it is a macro, or where it
/// is, and after the licence that the crate had a line already.
fn read(line: &str) -> Option<Line> {
    let (package, licence) = line.split_once('|')?;
    let end = package.find(|sign: char| !sign.is_ascii_digit())?;
    let (depth, package) = package.split_at_checked(end)?;
    let (name, rest) = package.split_once(" v")?;
    let licence = licence.trim_end_matches(" (*)");
    Some(Line {
        depth: depth.parse().ok()?,
        id: Id::new(name, rest.split(' ').next()?),
        licence: expression(licence),
    })
}

/// What Cargo once took for an expression has slashes for OR.
fn expression(licence: &str) -> String {
    let parts: Vec<&str> = licence.split('/').map(str::trim).collect();
    parts.join(" OR ")
}

fn unread(line: &str) -> Failure {
    Failure::Program {
        program: "cargo tree".to_owned(),
        what: format!("wrote a line that is not understood: {line}"),
    }
}
