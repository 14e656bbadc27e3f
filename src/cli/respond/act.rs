//! `--act`: carries out a plan that was saved and approved, and no other one.

use std::{path::Path, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use remediations::{outcome::Outcome, plan::Doing, record::Record};
use rules::{inventories::Inventories, text::quoted};

use super::{Gathered, Hand, Rulebook, Topic, planned, records};
use crate::{
    approval::Approval,
    cli::{
        arguments::{Global, Respond, RespondForm},
        failure::{Exit, Failure},
        managers, source, terminal,
        watch::Watch,
    },
    files, json_error,
    ledger::{FileTable, Memory, Table},
    remediate::{Answered, Limits, Mode, Remediate, Unanswered},
    report,
    time::{RealTime, Time},
};

/// Makes the plan again, and carries the saved one out where they are the same.
///
/// # Errors
/// As `respond`.
pub(super) fn act(
    global: &Global,
    arguments: &Respond,
    path: &Path,
    ledger: Option<&Path>,
) -> Result<Exit, Failure> {
    let approved = read(path)?;
    match ledger {
        Some(file) => act_with(global, arguments, &approved, FileTable::new(file), ledger),
        None => act_with(global, arguments, &approved, Memory::default(), None),
    }
}

fn read(path: &Path) -> Result<Approval, Failure> {
    let named = |what: &str| Failure::usage(format!("{}: {what}", path.display()));
    let text = files::read_small(path).map_err(|what| named(&what))?;
    let approved: Approval = serde_json::from_slice(&text).map_err(|error| {
        named(&format!(
            "is no saved plan: {}",
            json_error::in_words(&error)
        ))
    })?;
    if approved.schema_version != Approval::SCHEMA {
        return Err(named("is a plan of another version: make it again"));
    }
    if !approved.is_sound() {
        return Err(named(
            "was changed by hand: its digest is not that of the rest",
        ));
    }
    if !approved.is_whole() || approved.parts.is_empty() {
        return Err(named("holds no whole plan"));
    }
    Ok(approved)
}

fn act_with<T: Table>(
    global: &Global,
    arguments: &Respond,
    approved: &Approval,
    table: T,
    ledger: Option<&Path>,
) -> Result<Exit, Failure> {
    let settings = managers::settings(&arguments.source.manager)?;
    let touched = touched(approved);
    let operators = managers::operators(&settings, &touched)?;
    let finding = approved.finding.clone();
    let gathered = Gathered::about(global, &arguments.source, &settings, ledger, finding)?;
    let desk = gathered.desk(&arguments.source);
    let fleet = gathered.fleet;
    let rules = Rulebook::of(&settings, &arguments.allowed, &fleet.inventories)?;
    let runtime = managers::runtime()?;
    let topic = match (&arguments.topic, arguments.source.account.access()) {
        (Some(arn), Some(access)) => Some(runtime.block_on(Topic::open(&access, arn))?),
        _ => None,
    };
    let time: Arc<dyn Time> = Arc::new(RealTime::start());
    let most = Duration::from_secs(arguments.timeout);
    let watch = Watch::new(global, Arc::clone(&time), most);
    let flow = Remediate::new(
        desk.clone(),
        Hand::new(operators, topic).watched(watch.clone()),
        table,
        rules.options.clone(),
        Limits {
            // Whoever runs it again has mended what there was to mend.
            pause: SignedDuration::ZERO,
            ..rules.limits.clone()
        },
        Arc::clone(&time),
    );
    let wanted = approved.records();
    let finding = &approved.finding;
    let mode = runtime
        .block_on(flow.mode(Mode::Acting))
        .map_err(Failure::runtime)?;
    if mode != Mode::Acting {
        return Err(Failure::refused(
            "the ledger's kill switch is thrown: nothing was done",
        ));
    }
    let has_begun = runtime.block_on(flow.has_begun(finding, &wanted));
    if !has_begun.map_err(Failure::runtime)? {
        if source::from_files(&arguments.source) {
            let max_age = rules.limits.max_inventory_age;
            is_fresh(&desk.inventories, time.now(), max_age).map_err(Failure::refused)?;
        }
        let others = match ledger.filter(|path| path.exists()) {
            Some(path) => runtime.block_on(super::copied(path, finding))?,
            None => Memory::default(),
        };
        let now = planned(&desk, others, finding, &rules, fleet.as_of)?;
        if let Some(what) = approved.drift(&now) {
            return Err(Failure::refused(format!(
                "the situation has drifted: {what}; nothing was done"
            )));
        }
    }
    if ledger.is_none() {
        tracing::warn!(
            "without --ledger FILE nothing is remembered: a scan is made again when this is run again, \
             and `deepgrade ledger stop` does not reach it"
        );
    }
    let answered = runtime.block_on(flow.perform_approved(finding, &wanted));
    let answered = answered.map_err(|unanswered| match unanswered {
        Unanswered::Busy { .. } => Failure::refused(unanswered),
        Unanswered::Ledger(error) => Failure::runtime(error),
    })?;
    if answered
        .iter()
        .any(|one| matches!(one, Answered::Superseded | Answered::Settled))
    {
        return Err(Failure::refused(
            "the ledger holds a later version of the finding: make the plan again",
        ));
    }
    let done = records(answered);
    if done.is_empty() {
        return Err(Failure::refused(
            "the ledger says that this version of the finding was dealt with: nothing was done",
        ));
    }
    print(global, arguments, &done, &watch)
}

/// Whether what a plan rests on may still be so: files say the same for ever.
///
/// # Errors
/// A line that names the Manager whose picture is too old.
fn is_fresh(
    inventories: &Inventories,
    now: Timestamp,
    max_age: SignedDuration,
) -> Result<(), String> {
    let mut inventories = inventories.readable();
    let old = inventories.find(|inventory| now.duration_since(inventory.taken_at()) > max_age);
    old.map_or(Ok(()), |old| {
        Err(format!(
            "the inventory of Manager {} is of {}, and a plan may rest on one of the last {} \
             minutes: save it again, or leave the file out so that the Manager is read; nothing was \
             done",
            quoted(old.manager()),
            old.taken_at(),
            max_age.as_mins()
        ))
    })
}

/// The Managers that a plan calls.
fn touched(approved: &Approval) -> Vec<String> {
    let plans = approved.parts.iter().filter_map(|part| part.plan.as_ref());
    let steps = plans.flat_map(|plan| &plan.steps);
    let mut managers: Vec<String> = steps
        .filter_map(|step| match &step.doing {
            Doing::Act(action) => action.manager().map(str::to_owned),
            Doing::Skip(_) | Doing::Cannot(_) => None,
        })
        .collect();
    managers.sort_unstable();
    managers.dedup();
    managers
}

fn print(
    global: &Global,
    arguments: &Respond,
    records: &[Record],
    watch: &Watch,
) -> Result<Exit, Failure> {
    let file = arguments.output_file.as_deref();
    let options = terminal::options(global, file, 0);
    terminal::write_to(file, |out| match arguments.output {
        RespondForm::Table => report::ledger_show(records, &options, out),
        RespondForm::Json => report::ledger_show_json(records, out),
    })?;
    let outcomes = || records.iter().flat_map(|record| &record.outcomes);
    let is_open = outcomes().any(|outcome| !outcome.is_final());
    if is_open {
        terminal::say(
            global,
            "not everything is done: run the same command again, with the same --ledger FILE, to go \
             on with it",
        );
    }
    let failed =
        outcomes().any(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::Hindered { .. }));
    Ok(if failed {
        Exit::Runtime
    } else if is_open && watch.is_over() {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}
