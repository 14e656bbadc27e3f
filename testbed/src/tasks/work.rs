//! What agents are told to do, and what shows when they have done it.

use serde_json::json;

use crate::estate::{Computer, Estate, Module, settings};

/// What an agent is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Recommendation,
    Integrity,
    Malware,
    SendPolicy,
    Updates,
}

impl Work {
    pub(super) fn of(task_type: &str) -> Option<Self> {
        match task_type {
            "scan-for-recommendations" => Some(Self::Recommendation),
            "scan-for-integrity-changes" => Some(Self::Integrity),
            "scan-for-malware" => Some(Self::Malware),
            "send-policy" => Some(Self::SendPolicy),
            "check-for-security-updates" => Some(Self::Updates),
            _ => None,
        }
    }

    /// The text among the computer's tasks while it waits.
    pub(super) fn pending(self) -> &'static str {
        match self {
            Self::Recommendation => "Recommendation Scan Pending",
            Self::Integrity => "Integrity Scan Pending",
            Self::Malware => "Malware Scan Pending",
            Self::SendPolicy => "Policy Send Pending",
            Self::Updates => "Security Update Pending",
        }
    }
}

/// What the Manager shows once the agent is done.
pub(super) fn finish(mut computer: Computer, work: Work, now: i64, estate: &Estate) -> Computer {
    computer.pending.retain(|pending| pending != work.pending());
    computer.agent.last_communication = Some(now);
    match work {
        Work::Recommendation => {
            computer.scans.recommendation = Some(now);
            apply_recommendations(&mut computer, estate);
        }
        Work::Integrity => computer.scans.integrity = Some(now),
        Work::Malware => computer.scans.scheduled_malware = Some(now),
        Work::SendPolicy => computer.policy_sent = Some(now),
        Work::Updates => computer.updates_changed = now,
    }
    computer
}

/// Assigns what was recommended, where the setting says so; rules that the vendor marked as not
/// to be applied by machine stay recommended.
fn apply_recommendations(computer: &mut Computer, estate: &Estate) {
    let effective = computer.own.over(&estate.effective(computer.policy_id));
    for (module, setting) in [
        (Module::IntrusionPrevention, settings::AUTO_APPLY_IPS),
        (Module::IntegrityMonitoring, settings::AUTO_APPLY_INTEGRITY),
        (Module::LogInspection, settings::AUTO_APPLY_LOGS),
    ] {
        let on = effective.settings.get(setting);
        if !on.is_some_and(|value| value.eq_ignore_ascii_case("yes")) {
            continue;
        }
        let by_machine = |id: &i32| {
            let mode = estate
                .rules(module)
                .and_then(|rules| rules.get(id)?.get("recommendationsMode"));
            mode == Some(&json!("enabled"))
        };
        let recommended = computer
            .recommended
            .get(&module)
            .into_iter()
            .flatten()
            .copied();
        let rules: Vec<i32> = recommended.filter(by_machine).collect();
        let rules = estate.with_dependencies(module, &rules);
        computer.own.module(module).rule_ids.extend(rules);
    }
}
