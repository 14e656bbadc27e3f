//! `/policies`: list, search, describe, modify, settings. A policy always comes whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::estate::{Estate, Module, ModuleSettings, Policy, Protection, State, Status, settings};
use crate::json;
use crate::options::{Key, Right};
use crate::search;
use crate::server::Ask;
use crate::world::World;

use super::assignments::{self, Target};
use super::refusal::{Outcome, Refusal};
use super::{number, object, objects, require, write};

const WHAT: &str = "The policy";

pub(super) fn answer(world: &mut World, ask: &Ask, key: &Key, rest: &[&str]) -> Outcome {
    match (ask.method.as_str(), rest) {
        ("GET", []) => {
            let all = rendered(&world.estate, ask.overrides());
            Ok(objects::list("policies", &all, world.options.ceiling))
        }
        ("POST", ["search"]) => {
            let all = rendered(&world.estate, ask.overrides());
            objects::found(
                ask,
                "policies",
                &all,
                search::POLICIES,
                world.options.ceiling,
            )
        }
        ("GET", [id]) => one(world, ask, number(id, WHAT)?),
        ("POST", [id]) => {
            require(key, Right::EditPolicies)?;
            modify(world, ask, number(id, WHAT)?)
        }
        ("GET", [id, "settings", name]) => setting(world, ask, number(id, WHAT)?, name),
        ("POST", [id, "settings", name]) => {
            require(key, Right::EditPolicies)?;
            let id = number(id, WHAT)?;
            let value = write::setting(name, object(ask)?)?;
            existing(world, id)?
                .own
                .settings
                .insert((*name).to_owned(), value);
            world.send_to_policy(id);
            setting(world, ask, id, name)
        }
        (method, [id, module, "assignments", rest @ ..]) => {
            let id = number(id, WHAT)?;
            existing(world, id)?;
            if method != "GET" {
                require(key, Right::EditPolicies)?;
            }
            assignments::answer(world, ask, Target::Policy(id), module, rest)
        }
        (_, [] | [_]) => Err(Refusal::no_such_method()),
        _ => Err(Refusal::not_found("The resource")),
    }
}

fn existing(world: &mut World, id: i32) -> Result<&mut Policy, Refusal> {
    world
        .estate
        .policies
        .get_mut(&id)
        .ok_or_else(|| Refusal::not_found(WHAT))
}

fn one(world: &World, ask: &Ask, id: i32) -> Outcome {
    let policy = world
        .estate
        .policies
        .get(&id)
        .ok_or_else(|| Refusal::not_found(WHAT))?;
    Ok(super::bytes(&policy_json(
        &world.estate,
        policy,
        ask.overrides(),
    )))
}

fn setting(world: &mut World, ask: &Ask, id: i32, name: &str) -> Outcome {
    let own = existing(world, id)?.own.clone();
    write::setting_json(
        name,
        &own,
        &world.estate.effective(Some(id)),
        ask.overrides(),
    )
}

fn modify(world: &mut World, ask: &Ask, id: i32) -> Outcome {
    let body = object(ask)?;
    let mut policy = existing(world, id)?.clone();
    for (name, value) in body {
        let bad = || write::bad_value(name, value);
        match name.as_str() {
            "name" => {
                let name = value
                    .as_str()
                    .filter(|name| !name.is_empty())
                    .ok_or_else(bad)?;
                let mut others = world
                    .estate
                    .policies
                    .values()
                    .filter(|other| other.id != id);
                if others.any(|other| other.name == name) {
                    let message = format!("Policy \"{name}\" already exists.");
                    return Err(Refusal::bad_request(message));
                }
                policy.name = name.to_owned();
            }
            "description" => policy.description = value.as_str().ok_or_else(bad)?.to_owned(),
            "parentID" => policy.parent = Some(write::id(name, value)?).filter(|id| *id > 0),
            "recommendationScanMode" => {
                policy.ongoing_recommendation_scan = word(value, "ongoing").ok_or_else(bad)?;
            }
            "autoRequiresUpdate" => policy.sends_itself = word(value, "on").ok_or_else(bad)?,
            "ID" | "interfaceTypes" => {}
            name => write::protection(&mut policy.own, "policySettings", name, value)?,
        }
    }
    world.estate.policies.insert(id, policy);
    world.send_to_policy(id);
    one(world, ask, id)
}

/// Whether a two-valued word is the given one or `off`; `None` for a third.
fn word(value: &Value, on: &str) -> Option<bool> {
    match value.as_str()? {
        "off" => Some(false),
        word => (word == on).then_some(true),
    }
}

fn rendered(estate: &Estate, overrides: bool) -> BTreeMap<i32, Value> {
    let policies = estate.policies.values();
    policies
        .map(|policy| (policy.id, policy_json(estate, policy, overrides)))
        .collect()
}

/// A policy as the Manager answers it.
pub(crate) fn policy_json(estate: &Estate, policy: &Policy, overrides: bool) -> Value {
    let held = if overrides {
        policy.own.clone()
    } else {
        estate.effective(Some(policy.id))
    };
    let mut object = json!({
        "ID": policy.id,
        "name": policy.name,
        "description": policy.description,
        "recommendationScanMode": if policy.ongoing_recommendation_scan { "ongoing" } else { "off" },
        "autoRequiresUpdate": if policy.sends_itself { "on" } else { "off" },
        "policySettings": settings_json(&held, overrides),
        "interfaceTypes": { "interfaceTypes": [] },
    });
    if let Some(map) = object.as_object_mut() {
        map.extend(
            policy
                .parent
                .map(|parent| ("parentID".to_owned(), json!(parent))),
        );
        for module in Module::ALL {
            let content = module_json(estate, module, held.modules.get(&module), overrides);
            map.insert(module.property().to_owned(), content);
        }
    }
    if let Some(overlay) = &policy.overlay {
        json::merge(&mut object, overlay);
    }
    object
}

fn settings_json(held: &Protection, overrides: bool) -> Value {
    let value = |name: &str, default: &str| {
        let value = held.settings.get(name).map(String::as_str);
        value
            .or((!overrides).then_some(default))
            .map(|value| json!({ "value": value }))
    };
    settings::DEFAULTS
        .into_iter()
        .filter_map(|(name, default)| Some((name.to_owned(), value(name, default)?)))
        .collect()
}

fn module_json(
    estate: &Estate,
    module: Module,
    held: Option<&ModuleSettings>,
    overrides: bool,
) -> Value {
    let empty = ModuleSettings::default();
    let held = held.unwrap_or(&empty);
    let mut content = serde_json::Map::new();
    let state = held.state.or((!overrides).then_some(State::Off));
    content.extend(state.map(|state| ("state".to_owned(), json!(state))));
    if !overrides {
        let on = held.state.is_some_and(|state| state != State::Off);
        let status = if on { Status::Active } else { Status::Inactive };
        let text = match (on, held.rule_ids.len()) {
            (on, count) if module.takes_rules() => {
                let word = if on { "On" } else { "Off" };
                format!(
                    "{word}, {}",
                    if count == 0 {
                        "no rules".to_owned()
                    } else {
                        format!("{count} rules")
                    }
                )
            }
            (true, _) => "On".to_owned(),
            (false, _) => "Off".to_owned(),
        };
        content.insert(
            "moduleStatus".to_owned(),
            json!({"status": status, "statusMessage": text}),
        );
    }
    if !held.rule_ids.is_empty() {
        content.insert("ruleIDs".to_owned(), json!(held.rule_ids));
    }
    let application_types = estate.application_types_of(&held.rule_ids);
    match module {
        Module::AntiMalware => {
            let configuration = held
                .real_time_scan_configuration
                .or((!overrides).then_some(0));
            let named = |id| ("realTimeScanConfigurationID".to_owned(), json!(id));
            content.extend(configuration.map(named));
            if !overrides {
                content.insert("realTimeScanScheduleID".to_owned(), json!(0));
                content.insert("manualScanConfigurationID".to_owned(), json!(2));
                content.insert("scheduledScanConfigurationID".to_owned(), json!(3));
            }
        }
        Module::IntrusionPrevention if !application_types.is_empty() => {
            content.insert("applicationTypeIDs".to_owned(), json!(application_types));
        }
        _ => {}
    }
    Value::Object(content)
}
