//! `deepgrade replay`: what a recorded event of AWS Config would put.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use rules::{Prepared, inventories::Inventories, ledger::Ledgers, web::WebEdges};

use super::{
    arguments::{Global, Replay, ReplayFormat},
    exceptions,
    failure::{Exit, Failure},
    guard, managers, selection, source, terminal,
};
use crate::{
    evaluation::Fleet,
    event::config::{ConfigEvent, Task},
    grade::Problem,
    replay, report,
};

/// More than this is no event; one byte more is enough to see it.
const MOST: u64 = (1 << 20) + 1;

/// Runs an event, and shows what it would put.
///
/// # Errors
/// A usage failure of the arguments, the files or the event, or a runtime failure of a Manager or
/// of the output.
pub(super) fn replay(global: &Global, arguments: &Replay) -> Result<Exit, Failure> {
    let named = |what: String| Failure::usage(format!("{}: {what}", arguments.event.display()));
    let event = read(&arguments.event).map_err(|error| named(error.to_string()))?;
    let event = ConfigEvent::read(&event).map_err(|bad| named(bad.to_string()))?;
    let prepared = event.prepared().map_err(named)?;
    selection::refuse_unused(&arguments.guard, [prepared.rule()].into_iter())?;
    let mut fleet = fleet(global, arguments, &event, &prepared)?;
    fleet.guard = guard::policy(&arguments.guard)?;
    let settings = managers::settings(&arguments.source.manager)?;
    let exceptions = exceptions::given(&arguments.exceptions, &settings)?;
    let replay = managers::runtime()?.block_on(replay::replay(&event, fleet, exceptions));
    if let Err(failure) = &replay.outcome.end
        && let [Problem::Refused(complaint), ..] = failure.problems()
    {
        return Err(named(complaint.clone()));
    }
    let options = terminal::options(global, arguments.ending.output_file.as_deref(), 0);
    terminal::write_to(
        arguments.ending.output_file.as_deref(),
        |out| match arguments.output {
            ReplayFormat::Table => report::replay_table(&event, &replay, &options, out),
            ReplayFormat::Json => report::replay_json(&event, &replay, out),
        },
    )?;
    let counts = &replay.outcome.summary.evaluations;
    let worst = (counts.non_compliant > 0).then_some(prepared.rule().severity);
    Ok(arguments.ending.exit(counts.undetermined, worst))
}

/// What the event is run on. An event that says itself that the rule does not apply needs nothing.
fn fleet(
    global: &Global,
    arguments: &Replay,
    event: &ConfigEvent,
    prepared: &Prepared,
) -> Result<Fleet, Failure> {
    let source = &arguments.source;
    match event.task {
        Task::NotApplicable(..) | Task::Nothing => Ok(Fleet {
            as_of: event.at,
            instances: Vec::new(),
            inventories: Inventories::default(),
            web_edges: WebEdges::default(),
            ledgers: Ledgers::default(),
            guard: None,
        }),
        Task::All | Task::Read(_) if !source::gives_instances(source) => Err(Failure::usage(
            "the event does not describe what it is about; give --instances FILE or --region REGION",
        )),
        Task::All | Task::Read(_) | Task::Given(_) => {
            let settings = managers::settings(&source.manager)?;
            let needs = match prepared {
                Prepared::Instance(grader) => grader.needs(),
                Prepared::Account(_) => &[],
            };
            source::fleet_of_event(global, source, &settings.managers, needs, event.at)
        }
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut event = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().take(MOST).read_to_end(&mut event)?;
    } else {
        File::open(path)?.take(MOST).read_to_end(&mut event)?;
    }
    Ok(event)
}
