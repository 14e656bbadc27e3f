//! `deepgrade evaluate`: grades a fleet.

use super::{
    arguments::{Evaluate, Global},
    failure::{Exit, Failure},
    managers, selection, source, terminal,
};
use crate::report::{self, Summary};

/// Grades a fleet and reports it.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of a Manager or of the output.
pub(super) fn evaluate(global: &Global, arguments: &Evaluate) -> Result<Exit, Failure> {
    let Evaluate {
        source,
        selection,
        output,
    } = arguments;
    let settings = managers::settings(&source.manager)?;
    let graders = selection::graders(selection, &settings, source)?;
    let fleet = source::fleet(global, source, &settings)?;
    for grader in &graders {
        grader
            .check_policy_names(&fleet.inventories)
            .map_err(Failure::usage)?;
    }
    let options = terminal::options(global, output.output_file.as_deref(), output.rows);
    let summary = terminal::write_to(output.output_file.as_deref(), |out| {
        report::write(output.output, &fleet, &graders, &options, out).map(Some)
    })?;
    Ok(summary.map_or(Exit::Done, |summary| exit(&summary, arguments)))
}

/// What the result means for whoever started the command. What could not be judged outranks what
/// failed: the failures that are shown may not be all.
fn exit(summary: &Summary, arguments: &Evaluate) -> Exit {
    let fails = |threshold| summary.worst().is_some_and(|worst| worst >= threshold);
    if summary.all.undetermined > 0 {
        Exit::Incomplete
    } else if arguments.output.fail_on.threshold().is_some_and(fails) {
        Exit::NonCompliant
    } else {
        Exit::Done
    }
}
