//! What a client may write into computers and policies, checked as the Manager checks it.

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::estate::{Module, ModuleSettings, Protection, State, settings};

use super::refusal::{Outcome, Refusal};

pub(super) fn bad_value(name: &str, value: &Value) -> Refusal {
    Refusal::bad_request(format!("Invalid value for {name}: {value}."))
}

/// A number of another object; 0 clears.
pub(super) fn id(name: &str, value: &Value) -> Result<i32, Refusal> {
    let id = value
        .as_i64()
        .and_then(|id| i32::try_from(id).ok())
        .filter(|id| *id >= 0);
    id.ok_or_else(|| bad_value(name, value))
}

/// The value of `{"value": …}` for a setting.
///
/// # Errors
/// 404 for a name, 400 for a body that the Manager does not take.
pub(super) fn setting(name: &str, body: &Map<String, Value>) -> Result<String, Refusal> {
    if !settings::is_known(name) {
        return Err(Refusal::not_found(&format!("The setting \"{name}\"")));
    }
    if let Some(unknown) = body.keys().find(|key| *key != "value") {
        return Err(unknown_property(unknown));
    }
    let value = body.get("value").unwrap_or(&Value::Null);
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| bad_value("value", value))
}

/// What a setting holds: effective, or with `overrides` only what is set on the object itself.
///
/// # Errors
/// 404 for a name that the Manager does not know.
pub(super) fn setting_json(
    name: &str,
    own: &Protection,
    effective: &Protection,
    overrides: bool,
) -> Outcome {
    let Some(default) = settings::default_of(name) else {
        return Err(Refusal::not_found(&format!("The setting \"{name}\"")));
    };
    let value = match (
        overrides,
        own.settings.get(name),
        effective.settings.get(name),
    ) {
        (true, own, _) => own.map(String::as_str),
        (false, _, Some(effective)) => Some(effective.as_str()),
        (false, _, None) => Some(default),
    };
    Ok(super::bytes(&value.map_or_else(
        || json!({}),
        |value| json!({ "value": value }),
    )))
}

fn unknown_property(name: &str) -> Refusal {
    Refusal::bad_request(format!("Unrecognized property \"{name}\"."))
}

/// Takes over one property of a body: a module, or all settings under `settings_name`.
///
/// # Errors
/// 400 for a property, a word or a number that the Manager does not know.
pub(super) fn protection(
    own: &mut Protection,
    settings_name: &str,
    name: &str,
    value: &Value,
) -> Result<(), Refusal> {
    let content = value.as_object().ok_or_else(|| bad_value(name, value));
    if name == settings_name {
        for (name, value) in content? {
            let body = value.as_object().ok_or_else(|| bad_value(name, value))?;
            let value = setting(name, body).map_err(|_| unknown_property(name))?;
            own.settings.insert(name.clone(), value);
        }
        return Ok(());
    }
    let Some(module) = Module::ALL
        .into_iter()
        .find(|module| module.property() == name)
    else {
        return Err(unknown_property(name));
    };
    module_settings(module, own.module(module), content?)
}

fn module_settings(
    module: Module,
    own: &mut ModuleSettings,
    content: &Map<String, Value>,
) -> Result<(), Refusal> {
    const READ_ONLY: [&str; 5] = [
        "moduleStatus",
        "lastManualScan",
        "lastScheduledScan",
        "lastIntegrityScan",
        "lastBaselineCreated",
    ];
    const NUMBERS: [&str; 5] = [
        "realTimeScanScheduleID",
        "manualScanConfigurationID",
        "scheduledScanConfigurationID",
        "globalStatefulConfigurationID",
        "rulesetID",
    ];
    for (name, value) in content {
        match name.as_str() {
            "state" if *value == json!("inherited") => own.state = None,
            "state" => {
                let state = State::deserialize(value).ok();
                let state = state.filter(|state| module.states().contains(state));
                own.state = Some(state.ok_or_else(|| bad_value("state", value))?);
            }
            "ruleIDs" if module.takes_rules() => {
                own.rule_ids = rule_ids(value)?.into_iter().collect();
            }
            "realTimeScanConfigurationID" if module == Module::AntiMalware => {
                own.real_time_scan_configuration = Some(id(name, value)?);
            }
            name if NUMBERS.contains(&name) => {
                id(name, value)?;
            }
            "blockUnrecognized" | "maintenanceModeStatus" | "maintenanceModeDuration" => {}
            "applicationTypeIDs" | "statefulConfigurationAssignments" => {}
            name if READ_ONLY.contains(&name) => {}
            name => return Err(unknown_property(name)),
        }
    }
    Ok(())
}

/// An array of rule numbers.
///
/// # Errors
/// 400 for anything else.
pub(super) fn rule_ids(value: &Value) -> Result<Vec<i32>, Refusal> {
    let items = value
        .as_array()
        .ok_or_else(|| bad_value("ruleIDs", value))?;
    items.iter().map(|item| id("ruleIDs", item)).collect()
}
