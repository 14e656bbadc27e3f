//! `deepgrade evaluate`: grades a fleet.

use rules::Grader;

use super::{
    arguments::{Evaluate, Global, Source},
    failure::{Exit, Failure},
    ledger, managers, selection, source, terminal,
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
        output,
    } = arguments;
    let settings = managers::settings(&source.manager)?;
    let graders = selection::graders(selection, &settings, source)?;
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
