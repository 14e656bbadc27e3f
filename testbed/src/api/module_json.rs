//! One module of a computer as the Manager answers it.

use crate::estate::{Computer, Module, ModuleSettings, Protection, State, Status};
use crate::json::Object;

/// What holds on a computer: settings, and the application types of its rules.
pub(super) struct Holding {
    pub(super) protection: Protection,
    pub(super) application_types: Vec<i32>,
}

/// Writes one module; `overrides` leaves out all that is not set on the computer itself.
pub(super) fn write(
    object: &mut Object<'_>,
    module: Module,
    computer: &Computer,
    holding: &Holding,
    overrides: bool,
) {
    let empty = ModuleSettings::default();
    let held = holding.protection.modules.get(&module).unwrap_or(&empty);
    let state = if overrides {
        held.state
    } else if computer.is_activated() {
        Some(held.state.unwrap_or(State::Off))
    } else {
        Some(State::Off)
    };
    object.some("state", state);
    if !overrides {
        let (status, text) = module_status(module, state.unwrap_or(State::Off), computer, held);
        object.object("moduleStatus", |entry| {
            entry.put("agentStatus", &status);
            entry.put("agentStatusMessage", &text);
        });
    }
    if module.takes_rules() && !held.rule_ids.is_empty() {
        object.put("ruleIDs", &held.rule_ids);
    }
    match module {
        Module::AntiMalware => {
            let configuration = held.real_time_scan_configuration;
            if overrides {
                object.some("realTimeScanConfigurationID", configuration);
            } else {
                object.put("realTimeScanConfigurationID", &configuration.unwrap_or(0));
                object.put("realTimeScanScheduleID", &0);
                object.put("manualScanConfigurationID", &2);
                object.put("scheduledScanConfigurationID", &3);
            }
            object.some("lastManualScan", computer.scans.manual_malware);
            object.some("lastScheduledScan", computer.scans.scheduled_malware);
        }
        Module::IntrusionPrevention if !holding.application_types.is_empty() => {
            object.put("applicationTypeIDs", &holding.application_types);
        }
        Module::Firewall if !overrides => object.put("globalStatefulConfigurationID", &1),
        Module::IntegrityMonitoring => {
            object.some("lastIntegrityScan", computer.scans.integrity);
            object.some("lastBaselineCreated", computer.scans.baseline);
        }
        Module::ApplicationControl if !overrides => {
            object.put("blockUnrecognized", &false);
            object.put("maintenanceModeStatus", "off");
            object.put("maintenanceModeDuration", &0);
        }
        _ => {}
    }
}

fn module_status(
    module: Module,
    state: State,
    computer: &Computer,
    held: &ModuleSettings,
) -> (Status, String) {
    if !computer.is_activated() {
        return (Status::Inactive, "Not Activated".to_owned());
    }
    if let Some((status, text)) = computer.troubles.get(&module) {
        return (*status, text.clone());
    }
    let word = match state {
        State::Off => return (Status::Inactive, "Off".to_owned()),
        State::On => "On",
        State::Prevent => "On, Prevent",
        State::Detect => "On, Detect",
        State::RealTime => "On, Real Time",
    };
    let text = match (module, held.rule_ids.len()) {
        (Module::AntiMalware, _) if held.real_time_scan_configuration.unwrap_or(0) > 0 => {
            "On, Real Time".to_owned()
        }
        (module, 0) if module.takes_rules() => format!("{word}, no rules"),
        (module, count) if module.takes_rules() => format!("{word}, {count} rules"),
        _ => word.to_owned(),
    };
    let reachable = !matches!(
        computer.agent.status,
        Status::Inactive | Status::NotSupported
    ) && computer
        .agent
        .messages
        .iter()
        .all(|message| !message.contains("Offline)"));
    (
        if reachable {
            Status::Active
        } else {
            Status::Inactive
        },
        text,
    )
}
