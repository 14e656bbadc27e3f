//! What a plan is made of, as the arguments lead to it.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use jiff::Timestamp;
use remediations::Finding;
use rules::facts::Need;

use super::seen::{self, Seen};
use crate::{
    cli::{
        arguments::{Global, Source},
        failure::Failure,
        source,
    },
    desk::{Desk, Known},
    evaluation::Fleet,
    ledger::FileTable,
    ports::answering::Owned,
    settings::Settings,
};

/// What has to be read.
const NEEDS: [Need; 3] = [
    Need::Computer,
    Need::Policies,
    Need::IntrusionPreventionRules,
];

/// What the arguments lead to.
pub(super) struct Gathered {
    pub(super) fleet: Fleet,
    pub(super) finding: Finding,
    seen: Seen,
}

impl Gathered {
    /// What a finding that came in is answered with.
    ///
    /// # Errors
    /// A usage failure of the arguments or files, or a runtime failure of AWS or of a Manager.
    pub(super) fn about(
        global: &Global,
        source: &Source,
        settings: &Settings,
        ledger: Option<&Path>,
        finding: Finding,
    ) -> Result<Self, Failure> {
        let seen = look(source, settings, ledger, &finding)?;
        let fleet = fleet(global, source, settings, finding.version.updated_at)?;
        Ok(Self {
            fleet,
            finding,
            seen,
        })
    }

    /// What is answered with that an operator asks for, who knows the fleet.
    ///
    /// # Errors
    /// As [`Gathered::about`], and those of asking.
    pub(super) fn asked_for(
        global: &Global,
        source: &Source,
        settings: &Settings,
        ledger: Option<&Path>,
        ask: impl FnOnce(&Fleet) -> Result<Finding, Failure>,
    ) -> Result<Self, Failure> {
        let fleet = fleet(global, source, settings, Timestamp::MIN)?;
        let finding = ask(&fleet)?;
        let seen = look(source, settings, ledger, &finding)?;
        Ok(Self {
            fleet,
            finding,
            seen,
        })
    }

    /// What a plan is made of.
    pub(super) fn desk(&self, source: &Source) -> Desk {
        let Self { fleet, seen, .. } = self;
        let instances = source::gives_instances(source).then(|| {
            let unowned = fleet.instances.iter().map(|instance| {
                let owned = Owned {
                    instance: instance.clone(),
                    owner: None,
                };
                (instance.id, Some(owned))
            });
            Known {
                instances: unowned.chain(seen.instances.clone()).collect(),
                whole: seen.whole.clone(),
            }
        });
        Desk {
            inventories: Arc::new(fleet.inventories.clone()),
            instances,
            readers: seen.readers.clone(),
            hosts: seen.hosts.clone(),
        }
    }
}

fn fleet(
    global: &Global,
    source: &Source,
    settings: &Settings,
    at: Timestamp,
) -> Result<Fleet, Failure> {
    // Files stand in the place of the Managers that the settings name: those are acted on alone.
    let managers = match source::from_files(source) {
        true => &[],
        false => settings.managers.as_slice(),
    };
    source::fleet_of_event(global, source, managers, &NEEDS, at)
}

/// What the account tells of a finding, where one is read.
fn look(
    source: &Source,
    settings: &Settings,
    ledger: Option<&Path>,
    finding: &Finding,
) -> Result<Seen, Failure> {
    let Some(access) = source.account.access() else {
        return Ok(Seen::default());
    };
    let known = match ledger {
        Some(path) => FileTable::new(path).partitions().map_err(Failure::usage)?,
        None => BTreeSet::new(),
    };
    let known = known
        .into_iter()
        .map(|partition| partition.account)
        .collect();
    seen::look(&access, finding, &known, &settings.remediation.owner_tag)
}
