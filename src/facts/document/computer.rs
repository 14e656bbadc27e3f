//! The computer and its policy, as the document has them.

use jiff::Timestamp;
use rules::module::{EngineMode, ModuleState, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::words;

/// Deep Security's record of the instance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Computer")]
pub struct ComputerFacts {
    /// The id in its Manager.
    pub id: u64,
    /// Display name or host name.
    pub name: String,
    /// The Manager.
    pub manager: String,
    /// How many computers name the instance. The newest counts.
    pub records: u64,
    /// Whether it has an activated agent that is active or in warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed: Option<bool>,
    /// The agent.
    pub agent: AgentFacts,
    /// The sending of the policy to the agent.
    pub policy_send: PolicySendFacts,
    /// Whether rules and patterns are current: `active` where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(Status::ALL, Status::word)))]
    pub security_updates: Option<Status>,
    /// How the network engine handles traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(EngineMode::ALL, EngineMode::word)))]
    pub engine_mode: Option<EngineMode>,
    /// The modules.
    pub modules: ModulesFacts,
}

/// The agent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Agent")]
pub struct AgentFacts {
    /// Whether an agent was activated.
    pub activated: bool,
    /// What it reports of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(Status::ALL, Status::word)))]
    pub status: Option<Status>,
    /// The Manager's words for a status that is not active: localised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it spoke to the Manager last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_communication: Option<Timestamp>,
    /// For how many whole hours it has been silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_hours: Option<i64>,
}

/// The sending of the policy to the agent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PolicySend")]
pub struct PolicySendFacts {
    /// When a send was asked for last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub requested: Option<Timestamp>,
    /// When a send succeeded last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub succeeded: Option<Timestamp>,
    /// Whether the last one that was asked for succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to_date: Option<bool>,
}

/// The modules, by the Manager's names.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Modules")]
pub struct ModulesFacts {
    /// Anti-malware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anti_malware: Option<ModuleFacts>,
    /// Web reputation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_reputation: Option<ModuleFacts>,
    /// Firewall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall: Option<ModuleFacts>,
    /// Intrusion prevention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intrusion_prevention: Option<ModuleFacts>,
    /// Integrity monitoring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integrity_monitoring: Option<ModuleFacts>,
    /// Log inspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_inspection: Option<ModuleFacts>,
    /// Application control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_control: Option<ModuleFacts>,
    /// Activity monitoring, where the Manager has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_monitoring: Option<ModuleFacts>,
    /// The scanner for SAP systems, where the Manager has it.
    #[serde(rename = "SAP", skip_serializing_if = "Option::is_none")]
    pub sap: Option<ModuleFacts>,
}

/// A module.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Module")]
pub struct ModuleFacts {
    /// What it is set to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(ModuleState::ALL, ModuleState::word)))]
    pub state: Option<ModuleState>,
    /// What it reports of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(Status::ALL, Status::word)))]
    pub status: Option<Status>,
    /// The Manager's words for a status that is not active: localised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How many rules are assigned, for modules that protect by rules.
    pub rules: u32,
    /// Whether there is a real-time scan configuration, for anti-malware.
    pub real_time_scan: bool,
    /// Whether it shields the computer, as the rule `modules-are-active` asks for at its strictest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shields: Option<bool>,
}

/// The policy that the computer carries.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Policy")]
pub struct PolicyFacts {
    /// The id in its Manager.
    pub id: u64,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The names from the top-level policy down to this one, joined by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}
