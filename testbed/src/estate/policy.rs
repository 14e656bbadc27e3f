//! Policies, each with what it sets itself, and the estate's tree of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::protection::{Module, Protection, State};
use super::settings;

/// One policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The Manager's number.
    pub id: i32,
    /// Absent at the top.
    pub parent: Option<i32>,
    /// Not unique over the tree.
    pub name: String,
    /// Often empty.
    pub description: String,
    /// Whether the Manager scans for recommendations by itself.
    pub ongoing_recommendation_scan: bool,
    /// Whether a change is sent to the agents without being asked.
    pub sends_itself: bool,
    /// What is set on the policy itself.
    pub own: Protection,
    /// Merged over the JSON when the policy is answered (null removes a property).
    pub overlay: Option<Value>,
}

impl Policy {
    /// A policy that sets nothing itself.
    #[must_use]
    pub fn new(id: i32, parent: Option<i32>, name: &str) -> Self {
        Self {
            id,
            parent,
            name: name.to_owned(),
            description: String::new(),
            ongoing_recommendation_scan: false,
            sends_itself: true,
            own: Protection::default(),
            overlay: None,
        }
    }

    /// Replaces what the policy sets itself.
    #[must_use]
    pub fn with(mut self, own: Protection) -> Self {
        self.own = own;
        self
    }
}

/// Numbers of the policies of a seeded estate.
#[expect(missing_docs, reason = "each is the policy of that name")]
pub mod ids {
    pub const BASE: i32 = 1;
    pub const WINDOWS: i32 = 2;
    pub const LINUX: i32 = 3;
    pub const WINDOWS_WEB: i32 = 4;
    pub const WINDOWS_DATABASE: i32 = 5;
    pub const LINUX_WEB: i32 = 6;
    pub const LINUX_DATABASE: i32 = 7;
    pub const LINUX_BASTION: i32 = 8;
    pub const DETECT_TRIAL: i32 = 9;
    pub const TAP_TRIAL: i32 = 10;
    pub const NO_RULES: i32 = 11;
    pub const SCHEDULED_SCANS: i32 = 12;
    pub const WORKSPACES: i32 = 13;
}

/// The seeded policy tree, over `rules` = the ids of the intrusion prevention rules.
pub(crate) fn seeded(rules: &[i32], integrity: &[i32], logs: &[i32]) -> BTreeMap<i32, Policy> {
    use Module::{AntiMalware, Firewall, IntegrityMonitoring, IntrusionPrevention, LogInspection};
    let first = |ids: &[i32], from: usize, count: usize| -> Vec<i32> {
        ids.iter().copied().skip(from).take(count).collect()
    };
    let mut base = Protection::default()
        .with_state(AntiMalware, State::On)
        .with_state(Module::WebReputation, State::On)
        .with_state(Module::ActivityMonitoring, State::Off)
        .with_state(Firewall, State::Off)
        .with_state(IntrusionPrevention, State::Prevent)
        .with_state(IntegrityMonitoring, State::Off)
        .with_state(LogInspection, State::Off)
        .with_state(Module::ApplicationControl, State::Off)
        .with_state(Module::Sap, State::Off);
    base.module(AntiMalware).real_time_scan_configuration = Some(1);
    base.settings = settings::defaults();
    let windows = Protection::default()
        .with_rules(IntrusionPrevention, first(rules, 0, 70))
        .with_state(IntegrityMonitoring, State::RealTime)
        .with_rules(IntegrityMonitoring, first(integrity, 0, 6));
    let linux = Protection::default()
        .with_rules(IntrusionPrevention, first(rules, 70, 60))
        .with_state(LogInspection, State::On)
        .with_rules(LogInspection, first(logs, 0, 4));
    let mut scheduled = Protection::default();
    scheduled.module(AntiMalware).real_time_scan_configuration = Some(0);
    let ips = |from, count| {
        Protection::default().with_rules(IntrusionPrevention, first(rules, from, count))
    };
    let firewall = ips(20, 80)
        .with_state(Firewall, State::On)
        .with_rules(Firewall, [31, 32, 33]);
    let tap = Protection::default().with_setting(settings::NETWORK_ENGINE_MODE, "Tap");
    let detect = Protection::default().with_state(IntrusionPrevention, State::Detect);
    let all = [
        Policy::new(ids::BASE, None, "Base Policy").with(base),
        Policy::new(ids::WINDOWS, Some(ids::BASE), "Windows Server").with(windows),
        Policy::new(ids::LINUX, Some(ids::BASE), "Linux Server").with(linux),
        Policy::new(ids::WINDOWS_WEB, Some(ids::WINDOWS), "Windows Web").with(ips(70, 80)),
        Policy::new(
            ids::WINDOWS_DATABASE,
            Some(ids::WINDOWS),
            "Windows Database",
        )
        .with(ips(80, 10)),
        Policy::new(ids::LINUX_WEB, Some(ids::LINUX), "Linux Web").with(firewall),
        Policy::new(ids::LINUX_DATABASE, Some(ids::LINUX), "Linux Database").with(ips(0, 25)),
        Policy::new(ids::LINUX_BASTION, Some(ids::LINUX), "Linux Bastion"),
        Policy::new(ids::DETECT_TRIAL, Some(ids::LINUX), "Detect Trial").with(detect),
        Policy::new(ids::TAP_TRIAL, Some(ids::LINUX_WEB), "Tap Trial").with(tap),
        Policy::new(ids::NO_RULES, Some(ids::BASE), "No Rules Yet"),
        Policy::new(
            ids::SCHEDULED_SCANS,
            Some(ids::LINUX),
            "Scheduled Scans Only",
        )
        .with(scheduled),
        Policy::new(ids::WORKSPACES, Some(ids::WINDOWS), "WorkSpaces"),
    ];
    all.into_iter().map(|policy| (policy.id, policy)).collect()
}
