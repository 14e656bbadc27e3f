//! `deepgrade evaluate`: grades a fleet.

use rules::Grader;

use super::{
    arguments::{Evaluate, ExceptionSource, Global, Selection, Source},
    exceptions,
    failure::{Exit, Failure},
    guard, ledger, managers, selection, source, terminal,
};
use crate::{
    evaluation::Fleet,
    report::{self, Format, Summary},
    results::Details,
};

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
    let (fleet, graders) = fleet(global, source, selection, exceptions)?;
    // The other forms do not hold them.
    let details = if output.output == Format::Json {
        details(&fleet, &graders, source)?
    } else {
        Details::default()
    };
    let file = output.ending.output_file.as_deref();
    let options = terminal::options(global, file, output.rows);
    let summary = terminal::write_to(file, |out| {
        report::write(output.output, &fleet, &graders, &details, &options, out).map(Some)
    })?;
    let exit = |summary: Summary| {
        let undetermined = summary.all.undetermined;
        output.ending.exit(undetermined, summary.worst())
    };
    Ok(summary.map_or(Exit::Done, exit))
}

/// Gathers the fleet that the arguments name, and what to grade it by.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of AWS or of a Manager.
pub(super) fn fleet(
    global: &Global,
    source: &Source,
    selection: &Selection,
    exceptions: &ExceptionSource,
) -> Result<(Fleet, Vec<Grader>), Failure> {
    let settings = managers::settings(&source.manager)?;
    let graders = selection::graders(selection, &settings, source)?;
    let graders = exceptions::excepting(graders, exceptions, &settings)?;
    let guard = guard::policy(&selection.guard)?;
    let needs = selection::needs(&graders, guard.as_deref());
    let mut fleet = source::fleet(global, source, &settings.managers, &needs)?;
    fleet.guard = guard;
    for grader in &graders {
        grader
            .check_policy_names(&fleet.inventories)
            .map_err(Failure::usage)?;
    }
    exceptions::warn(&graders, fleet.as_of);
    Ok((fleet, graders))
}

/// What a fleet tells beside its verdicts. Rows of the ledger that cannot be read were told of when
/// it was read for the rules.
///
/// # Errors
/// A usage failure when the ledger cannot be read.
pub(super) fn details(
    fleet: &Fleet,
    graders: &[Grader],
    source: &Source,
) -> Result<Details, Failure> {
    let held = source
        .ledger
        .as_deref()
        .map(ledger::read_file)
        .transpose()?;
    let recorded = held.as_ref().map(|held| held.records.as_slice());
    Ok(Details::of(fleet, graders, recorded))
}
