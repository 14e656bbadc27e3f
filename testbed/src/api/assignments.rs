//! `/{computers|policies}/{id}/{module}/assignments`: what is assigned and what is recommended.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::clock::DAY;
use crate::estate::{Module, Protection};
use crate::server::Ask;
use crate::world::World;

use super::refusal::{Outcome, Refusal};
use super::{number, object, write};

/// Whose assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Computer(i32),
    Policy(i32),
}

pub(super) fn answer(
    world: &mut World,
    ask: &Ask,
    target: Target,
    module: &str,
    rest: &[&str],
) -> Outcome {
    let module = match module {
        "intrusionprevention" => Module::IntrusionPrevention,
        "integritymonitoring" => Module::IntegrityMonitoring,
        "loginspection" => Module::LogInspection,
        "firewall" => Module::Firewall,
        _ => return Err(Refusal::not_found("The resource")),
    };
    match (ask.method.as_str(), rest) {
        ("GET", []) => {}
        ("POST", []) => {
            let rules = wanted(world, ask, module)?;
            change(world, target, module, |assigned| assigned.extend(rules));
        }
        ("PUT", []) => {
            let rules = wanted(world, ask, module)?;
            change(world, target, module, |assigned| *assigned = rules);
        }
        ("DELETE", [rule]) => {
            let rule = number(rule, "The rule")?;
            if !own(world, target)
                .modules
                .get(&module)
                .is_some_and(|m| m.rule_ids.contains(&rule))
            {
                return Err(Refusal::not_found("The assignment"));
            }
            change(world, target, module, |assigned| {
                assigned.remove(&rule);
            });
        }
        _ => return Err(Refusal::no_such_method()),
    }
    Ok(super::bytes(&document(
        world,
        target,
        module,
        ask.overrides(),
    )))
}

/// The rules of a body, with all that they depend on.
fn wanted(world: &World, ask: &Ask, module: Module) -> Result<BTreeSet<i32>, Refusal> {
    let body = object(ask)?;
    if let Some(unknown) = body.keys().find(|name| *name != "ruleIDs") {
        return Err(Refusal::bad_request(format!(
            "Unrecognized property \"{unknown}\"."
        )));
    }
    let ids = write::rule_ids(body.get("ruleIDs").unwrap_or(&Value::Null))?;
    let known = |id: &i32| {
        world
            .estate
            .rules(module)
            .is_none_or(|rules| rules.contains_key(id))
    };
    if let Some(unknown) = ids.iter().find(|id| !known(id)) {
        return Err(Refusal::not_found(&format!("The rule {unknown}")));
    }
    Ok(world.estate.with_dependencies(module, &ids))
}

fn change(
    world: &mut World,
    target: Target,
    module: Module,
    change: impl FnOnce(&mut BTreeSet<i32>),
) {
    let own = match target {
        Target::Computer(id) => world.estate.computers.get_mut(&id).map(|c| &mut c.own),
        Target::Policy(id) => world.estate.policies.get_mut(&id).map(|p| &mut p.own),
    };
    let Some(own) = own else { return };
    change(&mut own.module(module).rule_ids);
    match target {
        Target::Computer(id) => world.send_to_computer(id),
        Target::Policy(id) => world.send_to_policy(id),
    }
}

fn own(world: &World, target: Target) -> Protection {
    match target {
        Target::Computer(id) => world.estate.computers.get(&id).map(|c| c.own.clone()),
        Target::Policy(id) => world.estate.policies.get(&id).map(|p| p.own.clone()),
    }
    .unwrap_or_default()
}

fn document(world: &World, target: Target, module: Module, overrides: bool) -> Value {
    let estate = &world.estate;
    let own = own(world, target);
    let held = match target {
        _ if overrides => own.clone(),
        Target::Computer(id) => {
            let policy = estate
                .computers
                .get(&id)
                .and_then(|computer| computer.policy_id);
            own.over(&estate.effective(policy))
        }
        Target::Policy(id) => estate.effective(Some(id)),
    };
    let rules_of = |protection: &Protection| {
        protection
            .modules
            .get(&module)
            .map(|m| m.rule_ids.clone())
            .unwrap_or_default()
    };
    let assigned = rules_of(&held);
    let mut document = json!({ "assignedRuleIDs": assigned });
    let Some(map) = document.as_object_mut() else {
        return document;
    };
    if module == Module::Firewall {
        return document;
    }
    if module == Module::IntrusionPrevention {
        let types = estate.application_types_of(&assigned);
        map.insert("assignedApplicationTypeIDs".to_owned(), json!(types));
    }
    let (scanned, recommended) = recommendations(world, target, module);
    let status = match scanned {
        None => "none",
        Some(at) if world.clock.now() - at > 30 * DAY => "out-of-date",
        Some(_) => "valid",
    };
    map.insert("recommendationScanStatus".to_owned(), json!(status));
    map.extend(scanned.map(|at| ("lastRecommendationScanDate".to_owned(), json!(at))));
    let effective = match target {
        Target::Computer(id) => {
            let policy = estate
                .computers
                .get(&id)
                .and_then(|computer| computer.policy_id);
            rules_of(&own.over(&estate.effective(policy)))
        }
        Target::Policy(id) => rules_of(&estate.effective(Some(id))),
    };
    let to_assign: BTreeSet<i32> = recommended.difference(&effective).copied().collect();
    let to_unassign: BTreeSet<i32> = match scanned {
        Some(_) => rules_of(&own).difference(&recommended).copied().collect(),
        None => BTreeSet::new(),
    };
    map.insert("recommendedToAssignRuleIDs".to_owned(), json!(to_assign));
    map.insert(
        "recommendedToUnassignRuleIDs".to_owned(),
        json!(to_unassign),
    );
    document
}

/// When the last scan ended, and what it found; for a policy, over the computers that carry it.
fn recommendations(world: &World, target: Target, module: Module) -> (Option<i64>, BTreeSet<i32>) {
    let concerned = world
        .estate
        .computers
        .values()
        .filter(|computer| match target {
            Target::Computer(id) => computer.id == id,
            Target::Policy(id) => computer.policy_id == Some(id),
        });
    let scanned = concerned.filter(|computer| computer.scans.recommendation.is_some());
    scanned.fold((None, BTreeSet::new()), |(last, mut all), computer| {
        all.extend(computer.recommended.get(&module).into_iter().flatten());
        (last.max(computer.scans.recommendation), all)
    })
}
