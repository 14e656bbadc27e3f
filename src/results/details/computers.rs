//! How the computers of the Managers stand to the instances.

use std::{cmp::Reverse, collections::BTreeSet};

use rules::{
    Grader,
    computer::Computer,
    fact::Fact,
    instance::{AccountId, InstanceId, Region},
    inventory::Inventory,
    text::clean,
};

use super::{Computers, Duplicate, Ghost, Listed};
use crate::evaluation::Fleet;

impl Computers {
    /// Finds them in a fleet; `None` where no Manager was looked at.
    pub(super) fn of(fleet: &Fleet, graders: &[Grader]) -> Option<Self> {
        fleet.inventories.readable().next()?;
        Some(Self {
            ghosts: ghosts(fleet),
            duplicates: duplicates(fleet, graders.first()?),
        })
    }
}

/// Computers whose instance is not among those of its account and Region. Of another account or
/// Region nobody looked at the instances. One that spoke a moment ago is no ghost of a machine that
/// was deleted, but a machine that nobody graded, and stands first.
fn ghosts(fleet: &Fleet) -> Listed<Ghost> {
    let places = fleet.instances.iter();
    let places: BTreeSet<(AccountId, &Region)> = places
        .filter_map(|instance| Some((instance.account?, instance.region.as_ref()?)))
        .collect();
    let instance_of = |computer: &Computer| -> Option<InstanceId> {
        let link = computer.instance.as_ref()?;
        let place = (link.account?, link.region.as_ref()?);
        let Fact::Known(id) = link.id else {
            return None;
        };
        let graded = &fleet.instances;
        let is_graded = graded.binary_search_by_key(&id, |instance| instance.id);
        (places.contains(&place) && is_graded.is_err()).then_some(id)
    };
    let computers = fleet.inventories.readable().flat_map(|inventory| {
        let computers = inventory.computers().iter();
        computers.map(move |computer| (inventory, computer))
    });
    let mut ghosts: Vec<(&Inventory, &Computer, InstanceId)> = computers
        .filter_map(|(inventory, computer)| Some((inventory, computer, instance_of(computer)?)))
        .collect();
    ghosts.sort_by_cached_key(|(inventory, computer, _)| {
        let spoke = known(&computer.agent.last_communication);
        (Reverse(spoke), inventory.manager(), computer.id)
    });
    Listed::of(ghosts.iter().map(|(inventory, computer, id)| Ghost {
        manager: clean(inventory.manager()),
        computer_id: computer.id,
        computer: clean(&computer.name),
        instance: id.to_string(),
        last_communication: known(&computer.agent.last_communication),
    }))
}

/// Instances that several computers stand for, those with the most first. Where it cannot be told
/// which of them counts, the rules say so.
fn duplicates(fleet: &Fleet, grader: &Grader) -> Listed<Duplicate> {
    let sightings = fleet.instances.iter().filter_map(|instance| {
        let sighting = fleet.facts(grader, instance).computer().ok()??;
        (sighting.records() > 1).then_some((instance.id, sighting))
    });
    let mut duplicates: Vec<_> = sightings.collect();
    duplicates.sort_by_key(|(id, sighting)| (Reverse(sighting.records()), *id));
    Listed::of(duplicates.iter().map(|(id, sighting)| {
        let computer = sighting.computer();
        let manager = sighting.inventory().manager();
        Duplicate {
            instance: id.to_string(),
            computers: sighting.records(),
            counts: clean(&format!("{} #{} ({manager})", computer.name, computer.id)),
        }
    }))
}

fn known<T: Copy>(fact: &Fact<T>) -> Option<T> {
    match fact {
        Fact::Known(value) => Some(*value),
        Fact::Unrecognised(_) | Fact::Missing => None,
    }
}
