//! The settings of policies and computers that the simulator models, of the Manager's 219.

use std::collections::BTreeMap;

/// `Tap` here means that intrusion prevention cannot block.
pub const NETWORK_ENGINE_MODE: &str = "firewallSettingNetworkEngineMode";
/// Whether recommended intrusion prevention rules are assigned without being asked.
pub const AUTO_APPLY_IPS: &str = "intrusionPreventionSettingAutoApplyRecommendationsEnabled";
/// The same for integrity monitoring.
pub const AUTO_APPLY_INTEGRITY: &str = "integrityMonitoringSettingAutoApplyRecommendationsEnabled";
/// The same for log inspection.
pub const AUTO_APPLY_LOGS: &str = "logInspectionSettingAutoApplyRecommendationsEnabled";

/// Every modelled setting with the Manager's default.
pub(crate) const DEFAULTS: [(&str, &str); 12] = [
    (AUTO_APPLY_IPS, "No"),
    (AUTO_APPLY_INTEGRITY, "No"),
    (AUTO_APPLY_LOGS, "No"),
    (NETWORK_ENGINE_MODE, "Inline"),
    ("integrityMonitoringSettingRealtimeEnabled", "true"),
    (
        "platformSettingAgentCommunicationsDirection",
        "Agent/Appliance Initiated",
    ),
    ("platformSettingAgentSelfProtectionEnabled", "true"),
    (
        "platformSettingAutoAssignNewIntrusionPreventionRulesEnabled",
        "true",
    ),
    ("platformSettingHeartbeatInterval", "10 Minutes"),
    ("platformSettingHeartbeatMissedAlertThreshold", "5"),
    (
        "platformSettingRecommendationOngoingScansInterval",
        "7 Days",
    ),
    ("platformSettingSmartProtectionGlobalServerEnabled", "false"),
];

/// The Manager's defaults, which the top policy of a seeded estate sets.
pub(crate) fn defaults() -> BTreeMap<String, String> {
    DEFAULTS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Whether the simulator knows the name.
pub(crate) fn is_known(name: &str) -> bool {
    DEFAULTS.iter().any(|(known, _)| *known == name)
}

/// The default of a known name.
pub(crate) fn default_of(name: &str) -> Option<&'static str> {
    DEFAULTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}
