//! Calls that belong together.

use rules::facts::Need;

use super::right::{Right, Scope::Parameter};

/// What lies in the bucket.
macro_rules! bucket {
    ($key:literal) => {
        concat!(
            "arn:${AWS::Partition}:s3:::${Prefix}-${HubAccountId}-${HubRegion}",
            $key
        )
    };
}

/// A resource of the account in every Region.
macro_rules! anywhere {
    ($service:literal, $resource:literal) => {
        concat!(
            "arn:${AWS::Partition}:",
            $service,
            ":*:${AWS::AccountId}:",
            $resource
        )
    };
}

/// A resource where the function is.
macro_rules! here {
    ($service:literal, $resource:literal) => {
        concat!(
            "arn:${AWS::Partition}:",
            $service,
            ":${AWS::Region}:${AWS::AccountId}:",
            $resource
        )
    };
}

mod accounts;
mod config;
mod findings;
mod instances;
mod inventory;
mod lambda;
mod ledger;
mod managers;
mod messages;
mod web;

pub(super) use accounts::{MEMBERS, OTHER_ACCOUNTS};
pub(super) use config::{AGGREGATOR, DEPLOYED, RECORDER, RESPONSE_RULES, RESULTS};
pub(super) use findings::SOURCES;
pub(super) use instances::{BUCKET_READERS, INSTANCES, TASKS};
pub(super) use inventory::{
    EXCEPTIONS, GUARD_RULES, INVENTORY, OWN_INVENTORY, PUBLISHING, SETTINGS,
};
pub(super) use lambda::{FAILURES, LOG, NETWORK, RECEIVING, RULE_FAILURES};
pub(super) use ledger::{LEDGER, OWN_LEDGER};
pub(super) use managers::{OPERATOR_KEYS, READER_KEYS};
pub(super) use messages::{DEAD_LETTERS, QUARANTINE, SENDING, TEAMS};
pub(super) use web::{WEB_EDGES, WEB_GROUPS};

/// Calls that are made for one thing.
#[derive(Debug)]
pub struct Work {
    /// What for, in words that go on after the name of the function.
    pub name: &'static str,
    /// Who makes them.
    pub caller: Caller,
    /// The calls.
    pub rights: &'static [Right],
}

/// Who makes calls with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The code of Deepgrade.
    Deepgrade,
    /// AWS Lambda, before the code runs and after it.
    Lambda,
}

impl Work {
    const fn new(name: &'static str, rights: &'static [Right]) -> Self {
        Self {
            name,
            caller: Caller::Deepgrade,
            rights,
        }
    }

    const fn of_lambda(name: &'static str, rights: &'static [Right]) -> Self {
        Self {
            name,
            caller: Caller::Lambda,
            rights,
        }
    }
}

const DECRYPT: Right = Right::to(
    &["kms:Decrypt"],
    Parameter("KmsKeyArn"),
    "to read what is encrypted with the key of the deployer",
)
.only_if("HasKey");

const ENCRYPT: Right = Right::to(
    &["kms:Decrypt", "kms:GenerateDataKey"],
    Parameter("KmsKeyArn"),
    "to read and write what is encrypted with the key of the deployer",
)
.only_if("HasKey");

/// What a kind of fact that rules need is read by.
pub(super) const fn of_need(need: Need) -> &'static Work {
    match need {
        Need::Computer | Need::Policies | Need::IntrusionPreventionRules => &OWN_INVENTORY,
        Need::WebEdges => &WEB_EDGES,
        Need::Ledger => &OWN_LEDGER,
        Need::GuardPolicy => &GUARD_RULES,
    }
}
