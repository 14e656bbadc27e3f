//! Makes the computers of a seeded estate, one at a time and each by itself, so that a fleet of
//! any size can be written out without being held.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::{DAY, HOUR, MINUTE};

use super::computer::{Agent, Computer, Scans, Status, Summary};
use super::condition::Condition;
use super::place::Place;
use super::policy::ids;
use super::protection::{Module, Protection, State};
use super::random::Random;
use super::settings::NETWORK_ENGINE_MODE;

const PURPOSE: u64 = 2;

/// The number of the computer at `index` (from 0); one in eleven numbers is not used, as in a
/// Manager from which computers were deleted.
pub(crate) fn id_at(index: u64) -> i32 {
    i32::try_from(index + index / 10 + 1).unwrap_or(i32::MAX)
}

/// The machine that the computer at `index` is.
pub(crate) fn place_of(seed: u64, index: u64) -> Place {
    match Condition::at(seed, index) {
        Condition::Duplicate => Place::of(seed, index.saturating_sub(1), true),
        Condition::NoConnector => Place::of(seed, index, false),
        _ => Place::of(seed, index, true),
    }
}

/// The computer at `index` as of `now` (ms).
pub(crate) fn computer(seed: u64, index: u64, now: i64) -> Computer {
    let condition = Condition::at(seed, index);
    let place = place_of(seed, index);
    let mut random = Random::of(seed, PURPOSE, index);
    let mut computer = healthy(&place, &mut random, now);
    computer.id = id_at(index);
    computer.condition = condition;
    computer.agent.speaks = !matches!(
        condition,
        Condition::AgentOffline
            | Condition::StaleAgent
            | Condition::Duplicate
            | Condition::Stopped
            | Condition::Terminated
    );
    spoil(&mut computer, condition, &mut random, now);
    computer
}

fn healthy(place: &Place, random: &mut Random, now: i64) -> Computer {
    let sent = now - random.between(DAY, 30 * DAY);
    let scanned = now - random.between(HOUR, 6 * DAY);
    let zone_host = format!(
        "ip-{}.{}.compute.internal",
        place.private_ip.replace('.', "-"),
        place.region
    );
    Computer {
        id: 0,
        host_name: zone_host,
        display_name: place.name.clone(),
        description: String::new(),
        last_ip: place.private_ip.clone(),
        platform: place.role.platform.to_owned(),
        group_id: 100 + place.role.policy,
        policy_id: Some(place.role.policy),
        agent: Agent {
            fingerprint: Some(fingerprint(random)),
            version: random
                .pick(&["20.0.0.7943", "20.0.1.3180", "12.0.0.967"])
                .to_owned(),
            status: Status::Active,
            messages: vec!["Managed (Online)".to_owned()],
            last_communication: Some(now - random.between(0, 10 * MINUTE)),
            speaks: true,
        },
        policy_requested: Some(sent - 20_000),
        policy_sent: Some(sent),
        bios_uuid: random.guid(),
        host_guid: random.guid(),
        updates: (Status::Active, "Up-to-date".to_owned()),
        updates_changed: now - random.between(HOUR, DAY),
        own: Protection::default(),
        troubles: BTreeMap::new(),
        scans: Scans {
            recommendation: Some(scanned),
            integrity: Some(scanned + 5 * MINUTE),
            baseline: Some(sent + MINUTE),
            manual_malware: None,
            scheduled_malware: Some(scanned - HOUR),
        },
        recommended: recommended(random),
        pending: Vec::new(),
        summary: Summary::Ec2(Box::new(place.ec2_summary())),
        condition: Condition::Healthy,
        overlay: None,
    }
}

fn fingerprint(random: &mut Random) -> String {
    let hex = random.hex(32).to_uppercase();
    let pairs: Vec<&str> = (0..16).filter_map(|i| hex.get(2 * i..2 * i + 2)).collect();
    pairs.join(":")
}

/// Rule numbers start at 1001 in every family (see the `catalogue` module).
fn recommended(random: &mut Random) -> BTreeMap<Module, BTreeSet<i32>> {
    let mut some = |count: u64, of: u64| -> BTreeSet<i32> {
        (0..random.below(count))
            .map(|_| 1001 + random.below(of) as i32)
            .collect()
    };
    BTreeMap::from([
        (Module::IntrusionPrevention, some(12, 200)),
        (Module::IntegrityMonitoring, some(4, 40)),
        (Module::LogInspection, some(3, 16)),
    ])
}

fn spoil(computer: &mut Computer, condition: Condition, random: &mut Random, now: i64) {
    let agent = &mut computer.agent;
    match condition {
        Condition::Healthy => {}
        Condition::NoPolicy => computer.policy_id = None,
        Condition::DetectOnly => computer.policy_id = Some(ids::DETECT_TRIAL),
        Condition::NoRules => computer.policy_id = Some(ids::NO_RULES),
        Condition::NoRealTimeScan => computer.policy_id = Some(ids::SCHEDULED_SCANS),
        Condition::TapByPolicy => computer.policy_id = Some(ids::TAP_TRIAL),
        Condition::TapByComputer => {
            let own = std::mem::take(&mut computer.own);
            computer.own = own.with_setting(NETWORK_ENGINE_MODE, "Tap");
        }
        Condition::ModuleOff => {
            let own = std::mem::take(&mut computer.own);
            computer.own = own.with_state(Module::AntiMalware, State::Off);
        }
        Condition::ModuleWarning => {
            agent.status = Status::Warning;
            agent.messages = vec!["Security Update Failed".to_owned()];
            trouble(
                computer,
                Module::AntiMalware,
                Status::Warning,
                "Security Update Failed",
            );
        }
        Condition::ModuleError => {
            agent.status = Status::Error;
            agent.messages = vec!["Anti-Malware Engine Offline".to_owned()];
            trouble(
                computer,
                Module::AntiMalware,
                Status::Error,
                "Anti-Malware Engine Offline",
            );
        }
        Condition::ModuleNotSupported => {
            let text = "Intrusion Prevention Engine Not Supported";
            trouble(
                computer,
                Module::IntrusionPrevention,
                Status::NotSupported,
                text,
            );
        }
        Condition::AgentWarning => {
            agent.status = Status::Warning;
            agent.messages = vec!["Upgrade Recommended".to_owned()];
        }
        Condition::AgentError => {
            agent.status = Status::Error;
            agent.messages = vec![
                "Multiple Errors".to_owned(),
                "Agent configuration package too large".to_owned(),
            ];
        }
        Condition::AgentOffline => {
            agent.status = Status::Error;
            agent.messages = vec!["Managed (Offline)".to_owned()];
            agent.last_communication = Some(now - random.between(DAY, 5 * DAY));
        }
        Condition::NeverActivated => never_activated(computer),
        Condition::StaleAgent => {
            agent.last_communication = Some(now - random.between(2 * DAY, 9 * DAY));
        }
        Condition::StaleUpdates => {
            computer.updates = (Status::Warning, "Out-of-date".to_owned());
            computer.updates_changed = now - random.between(20 * DAY, 60 * DAY);
        }
        Condition::SendFailed => {
            computer.policy_requested = computer.policy_sent.map(|sent| sent + 2 * HOUR);
            agent.status = Status::Warning;
            agent.messages = vec!["Send Policy Failed".to_owned()];
        }
        Condition::Duplicate => {
            agent.status = Status::Inactive;
            agent.messages = vec!["Unmanaged (Unknown)".to_owned()];
            agent.last_communication = Some(now - random.between(40 * DAY, 90 * DAY));
        }
        Condition::NoConnector => {
            if let Summary::Ec2(summary) = &computer.summary {
                let region = region_of(&summary.zone);
                computer.summary = Summary::NoConnector {
                    account: summary.account.clone(),
                    instance: summary.instance.clone(),
                    region,
                };
            }
        }
        Condition::Workspace => workspace(computer, random),
        Condition::NotAws => {
            computer.host_name = format!("{}.corp.example", computer.display_name);
            computer.summary = Summary::None;
        }
        Condition::Stopped | Condition::Terminated => {
            agent.status = Status::Inactive;
            agent.messages = vec!["Unmanaged (VM Stopped)".to_owned()];
            agent.last_communication = Some(now - random.between(DAY, 20 * DAY));
            if let Summary::Ec2(summary) = &mut computer.summary {
                summary.state = "POWER OFF".to_owned();
                summary.public_ip.clear();
            }
        }
    }
}

fn region_of(zone: &str) -> String {
    zone.trim_end_matches(['a', 'b', 'c']).to_owned()
}

fn trouble(computer: &mut Computer, module: Module, status: Status, text: &str) {
    computer.troubles.insert(module, (status, text.to_owned()));
}

fn never_activated(computer: &mut Computer) {
    computer.agent = Agent {
        fingerprint: None,
        version: "0.0.0.0".to_owned(),
        status: Status::Inactive,
        messages: vec!["Unmanaged (No Agent)".to_owned()],
        last_communication: None,
        speaks: false,
    };
    computer.last_ip.clear();
    computer.policy_id = None;
    computer.policy_requested = None;
    computer.policy_sent = None;
    computer.updates = (Status::Inactive, "Not Activated".to_owned());
    computer.scans = Scans::default();
    computer.recommended.clear();
}

fn workspace(computer: &mut Computer, random: &mut Random) {
    if let Summary::Ec2(summary) = &computer.summary {
        let user = format!("user{:04}", random.below(10_000));
        computer.summary = Summary::Workspace {
            account: summary.account.clone(),
            workspace: format!("ws-{}", random.hex(9)),
            user,
            region: region_of(&summary.zone),
        };
        computer.platform = "Microsoft Windows 10 (64 bit)  Build 19044".to_owned();
        computer.policy_id = Some(ids::WORKSPACES);
    }
}
