//! Where the fleet comes from: the example, files, an account, Managers.

use std::{collections::BTreeSet, path::Path, thread};

use jiff::{SignedDuration, Timestamp};
use rules::{
    facts::Need, inventories::Inventories, inventory::Inventory, ledger::Ledgers, web::WebMap,
};

use super::{
    arguments::{Global, Source},
    failure::Failure,
    instances::{self, AwsSide},
    managers,
};
use crate::{
    evaluation::Fleet,
    example,
    files::{self, Dating, Instances, Responses},
    ledger::{FileTable, Partition, read_ledger},
    settings::ManagerSettings,
    time::{RealTime, Time as _},
};

/// How far this machine's clock may be behind that of whoever wrote a file.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// From where on computers are no evidence for instances, by the rules' default.
const STALE: SignedDuration = SignedDuration::from_hours(2);

/// Gathers the fleet that the arguments and the settings' `managers` name, for these rules. A Manager that cannot be read ends it: a person who
/// is waiting wants to know, and several hundred times "cannot be judged" would bury it.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of a Manager or of AWS.
pub(super) fn fleet(
    global: &Global,
    source: &Source,
    managers: &[ManagerSettings],
    needs: &[Need],
) -> Result<Fleet, Failure> {
    if gives_instances(source) {
        let fleet = given(global, source, managers, needs, None)?;
        if fleet.instances.is_empty() {
            tracing::warn!("there is no EC2 instance: nothing is graded");
        }
        return Ok(fleet);
    }
    let about_others = !source.web.is_empty() || source.ledger.is_some();
    if is_live(source, managers) || from_files(source) || about_others {
        return Err(Failure::usage(
            "give the instances to grade with --instances FILE or --region REGION: the rest tells \
             about them",
        ));
    }
    let mut fleet = example::fleet().map_err(Failure::runtime)?;
    fleet.as_of = source.as_of.unwrap_or(fleet.as_of);
    Ok(fleet)
}

/// The fleet that the arguments name, at the time of an event at the earliest. It may be without
/// instances, since an event may describe its own.
///
/// # Errors
/// As [`fleet`].
pub(super) fn fleet_of_event(
    global: &Global,
    source: &Source,
    managers: &[ManagerSettings],
    needs: &[Need],
    at: Timestamp,
) -> Result<Fleet, Failure> {
    given(global, source, managers, needs, Some(at))
}

/// Whether the arguments say where instances come from.
pub(super) fn gives_instances(source: &Source) -> bool {
    !source.instances.is_empty() || !source.account.region.is_empty()
}

fn is_live(source: &Source, managers: &[ManagerSettings]) -> bool {
    source.manager.url().is_some() || !managers.is_empty()
}

/// Refuses web edges for a command that does not ask what stands before instances.
///
/// # Errors
/// A usage failure.
pub(super) fn refuse_web(source: &Source) -> Result<(), Failure> {
    if source.web.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(
        "--web means nothing here: what stands before instances is not asked for",
    ))
}

/// Whether files stand in the place of Managers.
pub(super) fn from_files(source: &Source) -> bool {
    !source.computers.is_empty() || !source.inventory.is_empty()
}

fn given(
    global: &Global,
    source: &Source,
    managers: &[ManagerSettings],
    needs: &[Need],
    at: Option<Timestamp>,
) -> Result<Fleet, Failure> {
    let live = is_live(source, managers);
    let from_files = from_files(source);
    check(source, live, from_files)?;
    let read_aws = || instances::read(global, source, needs, Dating::until(latest()));
    if !source.computers.is_empty() {
        return from_responses(source, read_aws, at);
    }
    let aws = read_aws()?;
    let inventories = if from_files {
        source
            .inventory
            .iter()
            .map(|path| saved_inventory(path))
            .collect::<Result<_, _>>()?
    } else {
        managers::inventories(global, &source.manager, managers)?
    };
    let taken = inventories.iter().map(Inventory::taken_at).max();
    assemble(source, taken.max(at), aws, inventories)
}

/// Refuses arguments that do not fit each other.
fn check(source: &Source, live: bool, from_files: bool) -> Result<(), Failure> {
    let complaint = if from_files && live {
        "give either files of computers or Managers (--manager, DEEPGRADE_MANAGER or those of the \
         settings), not both"
    } else if !from_files && !live {
        "what does Deep Security know of these instances? Give --computers FILE, --inventory FILE \
         or --manager URL"
    } else if standard_inputs(source) > 1 {
        "standard input (`-`) can stand for one file only"
    } else {
        return Ok(());
    };
    Err(Failure::usage(complaint))
}

fn standard_inputs(source: &Source) -> usize {
    let files = [
        &source.instances,
        &source.computers,
        &source.policies,
        &source.inventory,
    ];
    files
        .into_iter()
        .flatten()
        .filter(|file| *file == Path::new("-"))
        .count()
}

/// Reads both sides at once: each is one long file.
fn from_responses(
    source: &Source,
    read_aws: impl Fn() -> Result<AwsSide, Failure> + Sync,
    at: Option<Timestamp>,
) -> Result<Fleet, Failure> {
    let (aws, responses) = thread::scope(|scope| {
        let aws = scope.spawn(&read_aws);
        let Source {
            computers,
            policies,
            complete,
            ..
        } = source;
        let responses = Responses::read(computers, policies, *complete, Dating::until(latest()));
        let aws = aws.join().unwrap_or_else(|_| {
            Err(Failure::runtime(
                "the instances could not be read: please report this",
            ))
        });
        (aws, responses.map_err(Failure::usage))
    });
    let (aws, responses) = (aws?, responses?);
    // Files of computers are as old as the newest time in them: an agent speaks every ten minutes.
    // Instances may be newer, and then computers of before are no evidence for them.
    let taken_at = source.as_of.or(responses.newest.newest());
    let taken_at = taken_at.ok_or_else(|| no_time("the files of computers hold"))?;
    let as_of = aws.instances.newest.newest().max(Some(taken_at)).max(at);
    let shown = source.as_of.or(as_of);
    if let Some(as_of) = shown.filter(|as_of| as_of.duration_since(taken_at) > STALE) {
        tracing::warn!(
            "the newest time in the computers files is {taken_at}, in the instances files {as_of}: \
             if they were saved together, say when with --as-of TIME"
        );
    }
    let inventory = responses.inventory(taken_at).map_err(Failure::usage)?;
    assemble(source, as_of, aws, vec![inventory])
}

fn saved_inventory(path: &Path) -> Result<Inventory, Failure> {
    let inventory = files::read_inventory(path).map_err(Failure::usage)?;
    if inventory.taken_at() > latest() {
        let taken = inventory.taken_at();
        let message = format!(
            "{}: says that it was taken {taken}, in the future",
            path.display()
        );
        return Err(Failure::usage(message));
    }
    Ok(inventory)
}

/// The latest time that files may hold: about now.
fn latest() -> Timestamp {
    let now = RealTime::start().now();
    now.saturating_add(CLOCK_TOLERANCE).unwrap_or(now)
}

fn no_time(what: &str) -> Failure {
    Failure::usage(format!(
        "{what} no time; say with --as-of TIME when they were made"
    ))
}

/// Says what is not wrong but hardly meant.
fn warn(instances: &Instances, inventories: &[Inventory], as_of: Timestamp) {
    if instances
        .newest
        .newest()
        .is_some_and(|newest| newest > as_of)
    {
        tracing::warn!("some of the instances files are from after {as_of}, the time of grading");
    }
    let names_one = |inventory: &Inventory| {
        inventory
            .computers()
            .iter()
            .any(|computer| computer.instance.is_some())
    };
    if !inventories.iter().any(names_one) {
        tracing::warn!(
            "no computer names an EC2 instance: was the search made without \
             expand=ec2VirtualMachineSummary?"
        );
    }
}

/// The fleet at the time of the data: what the arguments say, otherwise the newest time in it and
/// among the others.
fn assemble(
    source: &Source,
    as_of: Option<Timestamp>,
    aws: AwsSide,
    inventories: Vec<Inventory>,
) -> Result<Fleet, Failure> {
    let mut managers = BTreeSet::new();
    let mut names = inventories.iter().map(Inventory::manager);
    if let Some(name) = names.find(|name| !managers.insert(*name)) {
        let name = rules::text::quoted(name);
        let message = format!("two inventories are of one Manager, {name}; give the newer one");
        return Err(Failure::usage(message));
    }
    let AwsSide {
        instances,
        web_edges,
    } = aws;
    let ledgers = ledgers(source)?;
    let listed = ledgers.listed_at().filter(|time| *time <= latest());
    let looked_at = web_edges.maps().map(WebMap::taken_at).max();
    let newest = as_of
        .max(instances.newest.newest())
        .max(looked_at)
        .max(listed);
    let as_of = source.as_of.or(newest);
    let as_of = as_of.ok_or_else(|| no_time("the files hold"))?;
    warn(&instances, &inventories, as_of);
    let inventories = Inventories::new(inventories.into_iter().map(Ok).collect());
    Ok(Fleet {
        as_of,
        instances: instances.into_list(),
        inventories,
        web_edges,
        ledgers,
        guard: None,
    })
}

/// What became of findings, by the file that holds it.
fn ledgers(source: &Source) -> Result<Ledgers, Failure> {
    let Some(path) = &source.ledger else {
        return Ok(Ledgers::default());
    };
    let table = FileTable::existing(path).map_err(Failure::usage)?;
    managers::runtime()?.block_on(async {
        let mut ledgers = Ledgers::default();
        for partition in table.partitions().map_err(Failure::usage)? {
            let ledger = read_ledger(&table, &partition).await;
            let ledger = ledger.map_err(Failure::usage)?;
            let Partition { account, region } = partition;
            ledgers = ledgers.with(account, region, Ok(ledger));
        }
        Ok(ledgers)
    })
}

/// Whether a source with these arguments can give what a rule needs.
pub(super) fn gives(source: &Source, need: Need) -> bool {
    match need {
        Need::Computer | Need::Policies => true,
        // The files of computers do not hold them, a Manager and what was saved of one do.
        Need::IntrusionPreventionRules => gives_instances(source) && source.computers.is_empty(),
        Need::Ledger => source.ledger.is_some(),
        // The rules of a deployer come by an argument of their own.
        Need::GuardPolicy => false,
        Need::WebEdges => !source.web.is_empty() || !source.account.region.is_empty(),
    }
}
