//! `deepgrade evaluate`: grades a fleet.

use super::{
    arguments::{Evaluate, Global},
    exceptions,
    failure::{Exit, Failure},
    managers, selection, source, terminal,
};
use crate::report::{self, Summary};

/// Grades a fleet and reports it.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of AWS, of a Manager or of the output.
pub(super) fn evaluate(global: &Global, arguments: &Evaluate) -> Result<Exit, Failure> {
    let Evaluate {
        source,
        selection,
        exceptions,
        output,
    } = arguments;
    let settings = managers::settings(&source.manager)?;
    let graders = selection::graders(selection, &settings, source)?;
    let graders = exceptions::excepting(graders, exceptions, &settings)?;
    let fleet = source::fleet(
        global,
        source,
        &settings.managers,
        &selection::needs(&graders),
    )?;
    for grader in &graders {
        grader
            .check_policy_names(&fleet.inventories)
            .map_err(Failure::usage)?;
    }
    exceptions::warn(&graders, fleet.as_of);
    let file = output.ending.output_file.as_deref();
    let options = terminal::options(global, file, output.rows);
    let summary = terminal::write_to(file, |out| {
        report::write(output.output, &fleet, &graders, &options, out).map(Some)
    })?;
    let exit = |summary: Summary| {
        let undetermined = summary.all.undetermined;
        output.ending.exit(undetermined, summary.worst())
    };
    Ok(summary.map_or(Exit::Done, exit))
}
