//! `deepgrade diff`: what differs between the results of two runs.

use std::path::Path;

use super::{
    arguments::{Diff, DiffForm, Global},
    doubt,
    failure::{Exit, Failure},
    terminal,
};
use crate::{difference::Difference, report, results};

/// Prints what differs. It ends with the exit code of an incomplete result where something can be
/// told no more, and with that of a non-compliant one where something new is.
///
/// # Errors
/// A usage failure of the files, or a runtime failure of the output.
pub(super) fn diff(global: &Global, arguments: &Diff) -> Result<Exit, Failure> {
    let Diff {
        before,
        after,
        output,
        rows,
        ending,
    } = arguments;
    if before == Path::new("-") && after == before {
        return Err(Failure::usage(
            "standard input (`-`) can stand for one file only",
        ));
    }
    let former = results::open(before).map_err(Failure::usage)?;
    let latter = results::open(after).map_err(Failure::usage)?;
    doubt::warn(before, &former);
    doubt::warn(after, &latter);
    if former.as_of > latter.as_of {
        tracing::warn!(
            "the first results are of {}, after the second, of {}: what is called new is what was \
             fixed since",
            former.as_of,
            latter.as_of
        );
    }
    let difference = Difference::between(&former, &latter);
    let file = ending.output_file.as_deref();
    let options = terminal::options(global, file, *rows);
    terminal::write_to(file, |out| match output {
        DiffForm::Table => report::difference(&difference, &options, out),
        DiffForm::Json => report::difference_json(&difference, out),
        DiffForm::Markdown => report::difference_markdown(&difference, &options, out),
    })?;
    let missing = difference.lost() + latter.details.losses().count();
    Ok(ending.exit(missing, difference.worst))
}
