//! `deepgrade evidence`: results with what they were made of, for whoever audits them.

use super::{
    arguments::{Evidence, Global},
    failure::{Exit, Failure},
    terminal,
};
use crate::evidence::{self, Sources};

/// Writes the evidence, and prints the sum of its manifest. It ends with the exit code of an incomplete
/// result where earlier results cannot be read.
///
/// # Errors
/// A usage failure of the files or the directory.
pub(super) fn evidence(global: &Global, arguments: &Evidence) -> Result<Exit, Failure> {
    let Evidence {
        results,
        input,
        history,
        directory,
    } = arguments;
    let sources = Sources {
        results,
        inputs: input,
        history: history.as_deref(),
    };
    let written = evidence::write(&sources, directory).map_err(Failure::usage)?;
    for complaint in written.unread.iter().chain(&written.doubted) {
        tracing::warn!("{complaint}");
    }
    for later in &written.later {
        tracing::warn!("{later}: is no earlier result: it is kept, and not in the history");
    }
    let said = format!(
        "{}: {} files and their manifest; keep its sum apart from it",
        directory.display(),
        written.files
    );
    terminal::say(global, &said);
    let line = format!("{}  {}\n", written.manifest, evidence::MANIFEST);
    terminal::print(line.as_bytes())?;
    Ok(if written.unread.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}
