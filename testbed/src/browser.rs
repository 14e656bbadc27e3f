//! A browser for tests that look at pages as people do.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::Command;

/// What Chromium is called where it is installed.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Finds Chromium. On a Debian machine without one, root installs Debian's package, as a container of
/// continuous integration wants; nobody else's machine is changed.
///
/// # Errors
/// There is none and none can be installed here: the error says why, and what to do.
pub fn chromium() -> io::Result<PathBuf> {
    // Tests of several processes may ask at once, and one installs for all.
    let lock = File::create(std::env::temp_dir().join("testbed-chromium.lock"))?;
    lock.lock()?;
    if let Some(found) = found() {
        return Ok(found);
    }
    let missing = |why: &str| {
        io::Error::other(format!(
            "no Chromium is installed ({}), and {why}: install the package `chromium`",
            NAMES.join(", ")
        ))
    };
    if answer("id", &["-u"]).as_deref() != Some("0") {
        return Err(missing("only root may install Debian's"));
    }
    if answer("sh", &["-c", "command -v apt-get"]).is_none() {
        return Err(missing("there is no apt-get here to install Debian's"));
    }
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    for arguments in [&["update"][..], &install[..]] {
        let output = Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let why = format!("`apt-get {}` failed: {said}", arguments.join(" "));
            return Err(missing(why.trim_end()));
        }
    }
    found().ok_or_else(|| missing("Debian's package brought none"))
}

fn found() -> Option<PathBuf> {
    let where_is = |name: &&str| answer("sh", &["-c", &format!("command -v {name}")]);
    NAMES.iter().find_map(where_is).map(PathBuf::from)
}

/// What a program prints, where it ends well and prints something.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !said.is_empty()).then_some(said)
}
