//! When a computer was scanned, as the Manager writes it.

use jiff::Timestamp;
use rules::{computer::PolicySend, fact::Fact};
use serde::Deserialize;

use super::{
    computer::{ComputerStatus, agent},
    item::Item,
    object::Object,
    raw::{Raw, cut},
};
use crate::deep_security::operator::ComputerTimes;

/// A computer with its scans.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TimesWire<'a> {
    #[serde(borrow, rename = "ID")]
    id: Raw<'a>,
    agent_finger_print: Raw<'a>,
    agent_version: Raw<'a>,
    last_agent_communication: Raw<'a>,
    last_send_policy_request: Raw<'a>,
    last_send_policy_success: Raw<'a>,
    computer_status: Object<ComputerStatus<'a>>,
    tasks: Object<Tasks<'a>>,
    anti_malware: Object<AntiMalware<'a>>,
    integrity_monitoring: Object<IntegrityMonitoring<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Tasks<'a> {
    #[serde(borrow)]
    agent_tasks: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AntiMalware<'a> {
    #[serde(borrow)]
    last_manual_scan: Raw<'a>,
    last_scheduled_scan: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct IntegrityMonitoring<'a> {
    #[serde(borrow)]
    last_integrity_scan: Raw<'a>,
}

impl Item for ComputerTimes {
    type Wire<'a> = TimesWire<'a>;
    const LIST: &'static str = "computers";
    const NOUN: &'static str = "computer";

    fn id(&self) -> u64 {
        self.id
    }

    fn read(wire: TimesWire<'_>) -> Result<Self, &'static str> {
        let Ok(Some(id)) = wire.id.id() else {
            return Err("its ID is missing or not usable");
        };
        let agent = agent(
            wire.agent_finger_print,
            &wire.computer_status,
            wire.agent_version,
            wire.last_agent_communication,
        );
        let malware = &wire.anti_malware;
        let integrity = &wire.integrity_monitoring;
        Ok(Self {
            id,
            managed: agent.is_managed(),
            integrity_scan: time(integrity, |integrity| integrity.last_integrity_scan),
            scheduled_malware_scan: time(malware, |malware| malware.last_scheduled_scan),
            manual_malware_scan: time(malware, |malware| malware.last_manual_scan),
            policy_send: PolicySend {
                requested: wire.last_send_policy_request.fact(),
                succeeded: wire.last_send_policy_success.fact(),
            },
            agent_tasks: wire.tasks.if_any().map(texts).unwrap_or_default(),
        })
    }
}

/// A time that a module shows. A module that the answer does not hold is not one that never
/// scanned: to take it so would make an old time pass for a new one in the next answer.
fn time<'a, T>(module: &Object<T>, read: impl FnOnce(&T) -> Raw<'a>) -> Fact<Timestamp> {
    match module {
        Object::Missing => Fact::Unrecognised("an answer without the module".into()),
        module => module.fact(|module| read(module).fact()),
    }
}

fn texts(tasks: &Tasks<'_>) -> Vec<Box<str>> {
    let tasks = tasks.agent_tasks.list().unwrap_or_default().into_iter();
    let texts = tasks.filter_map(Raw::text_if_any);
    texts.map(|text| cut(&text)).collect()
}
