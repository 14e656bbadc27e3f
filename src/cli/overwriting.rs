//! An output does not replace what it is made from.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{
    arguments::ReportForm,
    failure::Failure,
    ignored::{innermost, value},
    report,
};

/// Refuses an output file that the command also reads.
///
/// # Errors
/// A usage failure that names the file.
pub(super) fn refuse(matches: &ArgMatches) -> Result<(), Failure> {
    let command = innermost(matches);
    let Some(output) = value::<PathBuf>(command, "output_file") else {
        return Ok(());
    };
    let is_page = value::<ReportForm>(command, "output") == Some(&ReportForm::Html);
    let csv = is_page.then(|| report::beside(output)).flatten();
    let written = [Some(output.clone()), csv.map(|(path, _)| path)];
    let others = command.ids().filter(|id| id.as_str() != "output_file");
    let read: Vec<&PathBuf> = others
        .filter_map(|id| command.try_get_many(id.as_str()).ok().flatten())
        .flatten()
        .collect();
    for written in written.iter().flatten() {
        if let Some(read) = read.iter().find(|read| is_same_file(written, read)) {
            return Err(Failure::usage(format!(
                "{}: would be overwritten, and is read as well: give --output-file another name",
                read.display()
            )));
        }
    }
    Ok(())
}

/// Whether both are one file. Devices and pipes are no files: a terminal is read and written.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok().filter(|path| path.is_file());
    real(one).is_some_and(|one| real(other) == Some(one))
}
