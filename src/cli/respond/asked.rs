//! What an operator asks for by hand.

use remediations::{
    Finding,
    finding::{About, Life, Request, Severity, SeverityWord, Version, Wish},
};
use rules::{
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, Region},
    ledger::Source,
};

use crate::{
    cli::{
        arguments::{Asked, Wanted},
        failure::Failure,
    },
    evaluation::Fleet,
};

/// What an operator asks for, as a finding. Account and Region are those of the instance.
pub(super) fn asked_for(asked: &Asked, fleet: &Fleet) -> Result<Finding, Failure> {
    let (Some(wanted), Some(instance)) = (asked.request, asked.on) else {
        return Err(Failure::usage(
            "what is answered? Give the file of an event, or --request WHAT --on INSTANCE",
        ));
    };
    let is_misplaced = |given: bool, of: Wanted| given && wanted != of;
    if is_misplaced(asked.policy.is_some(), Wanted::AssignPolicy) {
        return Err(Failure::usage("--policy is for --request assign-policy"));
    }
    if is_misplaced(!asked.module.is_empty(), Wanted::EnableModules) {
        return Err(Failure::usage("--module is for --request enable-modules"));
    }
    let wish =
        match wanted {
            Wanted::RunScans => Wish::RunScans,
            Wanted::AssignPolicy => Wish::AssignPolicy {
                policy: asked.policy.as_deref().map(Into::into).ok_or_else(|| {
                    Failure::usage("which policy is asked for? Give --policy NAME")
                })?,
            },
            Wanted::EnableModules if asked.module.is_empty() => {
                return Err(Failure::usage("which modules? Give --module MODULE"));
            }
            Wanted::EnableModules => Wish::EnableModules {
                modules: asked.module.clone(),
            },
        };
    if let Wish::AssignPolicy { policy } = &wish
        && let Some(unknown) = fleet.inventories.unknown_policy(policy)
    {
        return Err(Failure::usage(format!("--policy: {unknown}")));
    }
    let (account, region) = home(instance, fleet).ok_or_else(|| {
        Failure::usage(format!(
            "neither the instances nor the computers tell the account and Region of {instance}"
        ))
    })?;
    let id = format!("{}-{}", wish.word(), fleet.as_of.as_second());
    Ok(Finding {
        source: Source::Operator,
        id: id.parse().map_err(Failure::runtime)?,
        account,
        region,
        version: Version {
            updated_at: fleet.as_of,
            count: 1,
        },
        life: Life::Active,
        sample: false,
        severity: Severity::Word(SeverityWord::Informational),
        kind: wish.word().into(),
        title: Box::default(),
        since: None,
        about: About::Request(Request { instance, wish }),
    })
}

/// The account and Region of an instance, by what AWS or the computers say.
fn home(id: InstanceId, fleet: &Fleet) -> Option<(AccountId, Region)> {
    let known = fleet.instances.iter().find(|instance| instance.id == id);
    let of_instance = |instance: &Instance| Some((instance.account?, instance.region.clone()?));
    if let Some(home) = known.and_then(of_instance) {
        return Some(home);
    }
    let mut computers = fleet
        .inventories
        .readable()
        .flat_map(|inventory| inventory.computers());
    computers.find_map(|computer| {
        let link = computer.instance.as_ref()?;
        if link.id != Fact::Known(id) {
            return None;
        }
        match (&link.account, &link.region) {
            (Some(account), Some(region)) => Some((*account, region.clone())),
            _ => None,
        }
    })
}
