//! Where the fleet comes from: the example, files, or files and Managers.

use std::thread;

use jiff::Timestamp;
use rules::{inventories::Inventories, inventory::Inventory};

use super::{
    arguments::{Global, Source},
    failure::Failure,
    managers,
};
use crate::{
    evaluation::Fleet,
    example,
    files::{self, Instances, Responses},
    settings::Settings,
};

/// Gathers the fleet that the arguments name. A Manager that cannot be read ends it: a person who
/// is waiting wants to know, and several hundred times "cannot be judged" would bury it.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of a Manager.
pub(super) fn fleet(
    global: &Global,
    source: &Source,
    settings: &Settings,
) -> Result<Fleet, Failure> {
    if source.instances.is_empty() {
        if source.manager.manager.is_some() || from_files(source) {
            return Err(Failure::usage(
                "only computers are told of; give the instances to grade with --instances FILE",
            ));
        }
        let mut fleet = example::fleet().map_err(Failure::runtime)?;
        fleet.as_of = source.as_of.unwrap_or(fleet.as_of);
        return Ok(fleet);
    }
    given(global, source, settings, None)
}

/// The fleet that the arguments name, at the time of an event at the earliest. It may be without
/// instances, since an event may describe its own.
///
/// # Errors
/// As [`fleet`].
pub(super) fn fleet_of_event(
    global: &Global,
    source: &Source,
    settings: &Settings,
    at: Timestamp,
) -> Result<Fleet, Failure> {
    given(global, source, settings, Some(at))
}

fn from_files(source: &Source) -> bool {
    !source.computers.is_empty() || !source.inventory.is_empty()
}

fn given(
    global: &Global,
    source: &Source,
    settings: &Settings,
    at: Option<Timestamp>,
) -> Result<Fleet, Failure> {
    let live = source.manager.manager.is_some() || !settings.managers.is_empty();
    let from_files = from_files(source);
    if from_files && source.manager.manager.is_some() {
        return Err(Failure::usage(
            "give either a --manager or files of one, not both",
        ));
    }
    if !from_files && !live {
        return Err(Failure::usage(
            "what does Deep Security know of these instances? Give --computers FILE, --inventory \
             FILE or --manager URL",
        ));
    }
    if !source.computers.is_empty() {
        return from_responses(source, at);
    }
    let instances = instances(source)?;
    let inventories = if source.inventory.is_empty() {
        let readers = managers::readers(&source.manager, settings)?;
        let runtime = managers::runtime()?;
        let read = |reader| runtime.block_on(managers::inventory(global, reader));
        readers
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failure::runtime)?
    } else {
        let read = |path: &std::path::PathBuf| files::read_inventory(path).map_err(Failure::usage);
        source
            .inventory
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?
    };
    let taken = inventories.iter().map(Inventory::taken_at).max();
    assemble(source, instances, taken.max(at), |_| Ok(inventories))
}

/// Reads both sides at once: each is one long file.
fn from_responses(source: &Source, at: Option<Timestamp>) -> Result<Fleet, Failure> {
    let (instances, responses) = thread::scope(|scope| {
        let instances = scope.spawn(|| instances(source));
        let responses = Responses::read(&source.computers, &source.policies, source.complete);
        let instances = instances.join().unwrap_or_else(|_| {
            Err(Failure::runtime(
                "the instances could not be read: please report this",
            ))
        });
        (instances, responses.map_err(Failure::usage))
    });
    let (instances, responses) = (instances?, responses?);
    let newest = responses.newest.max(at);
    assemble(source, instances, newest, |as_of| {
        let inventory = responses.inventory(as_of);
        let complain = |bad| Failure::usage(format!("the computers and policies files: {bad}"));
        inventory.map(|inventory| vec![inventory]).map_err(complain)
    })
}

fn instances(source: &Source) -> Result<Instances, Failure> {
    let instances = Instances::read(&source.instances).map_err(Failure::usage)?;
    for file in &instances.unfinished {
        tracing::warn!("{file} ends with a NextToken: it does not hold every instance");
    }
    Ok(instances)
}

/// The fleet at the time of the data: what the arguments say, otherwise the newest time in it.
fn assemble(
    source: &Source,
    instances: Instances,
    newest: Option<Timestamp>,
    inventories: impl FnOnce(Timestamp) -> Result<Vec<Inventory>, Failure>,
) -> Result<Fleet, Failure> {
    let as_of = source
        .as_of
        .or(instances.newest.max(newest))
        .ok_or_else(|| {
            Failure::usage("the files hold no time; say with --as-of TIME when they were made")
        })?;
    let inventories = inventories(as_of)?.into_iter().map(Ok).collect();
    Ok(Fleet {
        as_of,
        instances: instances.list,
        inventories: Inventories::new(inventories),
    })
}
