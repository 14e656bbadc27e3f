//! A computer: Deep Security's record of a machine.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    fact::Fact,
    gap::{self, Gap},
    instance::{AccountId, InstanceId, Region},
    module::{EngineMode, Module, ModuleReport, Status},
    policy::PolicyId,
    time::minute,
};

/// A computer's id in its Manager.
pub type ComputerId = u64;

/// What the time of the agent's last words is called in a reason.
pub(crate) const LAST_COMMUNICATION: &str = "the time of the agent's last communication";

/// Deep Security's record of a machine, reduced to what grading needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Computer {
    /// The id in its Manager.
    pub id: ComputerId,
    /// Display name or host name. Foreign text.
    #[serde(default)]
    pub name: Box<str>,
    /// Which EC2 instance the record is of, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Link>,
    /// The policy that the computer carries; missing for none.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub policy: Fact<PolicyId>,
    /// The agent on the machine.
    #[serde(default)]
    pub agent: Agent,
    /// The sending of the policy to the agent.
    #[serde(default)]
    pub policy_send: PolicySend,
    /// Whether rules and patterns on the machine are current.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub security_updates: Fact<Status>,
    /// The engine mode in force on the computer itself, where its settings were read.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub engine_mode: Fact<EngineMode>,
    /// What the modules report.
    #[serde(default)]
    pub modules: Modules,
}

/// How a computer names its EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Link {
    /// The instance. A computer that names one in a way that is not understood may be any.
    pub id: Fact<InstanceId>,
    /// Its account, where reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Its Region, where reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Who named it.
    pub source: LinkSource,
}

/// Who says that a computer is an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkSource {
    /// The Manager's connector to the AWS account.
    Connector,
    /// The agent itself, since the account has no connector.
    Agent,
}

/// The agent on a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Agent {
    /// Whether an agent was activated: the record has its fingerprint.
    pub activated: bool,
    /// What the agent reports of itself.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub status: Fact<Status>,
    /// The Manager's words for a status that is not active. Foreign, localised text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<str>>,
    /// The agent's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Box<str>>,
    /// When the agent spoke to the Manager last, by the Manager's clock.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub last_communication: Fact<Timestamp>,
}

impl Computer {
    /// The policy that the computer carries; `None` for none.
    ///
    /// # Errors
    /// A standing gap when it is reported in a way that is not understood.
    pub fn policy(&self) -> Result<Option<PolicyId>, Gap> {
        self.policy.get_if_reported("the policy of the computer")
    }
}

impl Agent {
    /// Whether the computer is *managed*: it has an activated agent that is active or in warning,
    /// so it can be scanned and takes rules. This is the only place that decides it.
    ///
    /// # Errors
    /// A standing gap when the agent's status is missing or unknown.
    pub fn is_managed(&self) -> Result<bool, Gap> {
        if !self.activated {
            return Ok(false);
        }
        let status = self.status.get("the agent's status")?;
        Ok(matches!(status, Status::Active | Status::Warning))
    }
}

/// The sending of the policy to the agent, by the Manager's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicySend {
    /// When a send was asked for last.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub requested: Fact<Timestamp>,
    /// When a send succeeded last.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub succeeded: Fact<Timestamp>,
}

impl PolicySend {
    /// Why the agent may not have what its policy says, in one clause; `None` where the last send
    /// that was asked for succeeded.
    ///
    /// # Errors
    /// A standing gap when no send is reported, or in a way that is not understood.
    pub fn trouble(&self) -> Result<Option<String>, Gap> {
        let requested = self
            .requested
            .get_if_reported("the time of the last policy send")?;
        let succeeded = self
            .succeeded
            .get_if_reported("the time of the last successful send")?;
        match (requested, succeeded) {
            (Some(requested), None) => Ok(Some(format!(
                "the policy send of {} has not succeeded",
                minute(requested)
            ))),
            (Some(requested), Some(succeeded)) if succeeded < requested => Ok(Some(format!(
                "the policy send of {} has not succeeded, the last success was {}",
                minute(requested),
                minute(succeeded)
            ))),
            (_, Some(_)) => Ok(None),
            (None, None) => Err(Gap::standing(
                &gap::NOT_REPORTED,
                "no policy send is reported",
            )),
        }
    }
}

/// What a computer reports of its modules. Computers of one policy mostly report the same, so that
/// they can [share](SharedModules) it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, ModuleReport>",
    into = "BTreeMap<String, ModuleReport>"
)]
pub struct Modules(Arc<[(Module, ModuleReport)]>);

/// The different reports of a fleet: far fewer than it has computers, and most of what a computer
/// would hold.
#[derive(Debug, Default)]
pub struct SharedModules(HashSet<Modules>);

impl SharedModules {
    /// Lets a computer share its report with those that report the same.
    pub fn share(&mut self, computer: &mut Computer) {
        if let Some(same) = self.0.get(&computer.modules) {
            computer.modules = same.clone();
        } else {
            self.0.insert(computer.modules.clone());
        }
    }
}

impl Modules {
    /// What the computer reports of a module.
    ///
    /// # Errors
    /// A standing gap when the response did not hold the module.
    pub fn get(&self, module: Module) -> Result<&ModuleReport, Gap> {
        self.reported(module).ok_or_else(|| {
            Gap::standing(
                &gap::NOT_REPORTED,
                format!("{} is not in the Manager's response", module.name()),
            )
        })
    }

    /// What the computer reports of a module that a Manager may not have.
    #[must_use]
    pub fn reported(&self, module: Module) -> Option<&ModuleReport> {
        self.0
            .iter()
            .find(|(reported, _)| *reported == module)
            .map(|(_, report)| report)
    }
}

impl FromIterator<(Module, ModuleReport)> for Modules {
    fn from_iter<I: IntoIterator<Item = (Module, ModuleReport)>>(reports: I) -> Self {
        Self(reports.into_iter().collect())
    }
}

impl From<Modules> for BTreeMap<String, ModuleReport> {
    fn from(modules: Modules) -> Self {
        modules
            .0
            .iter()
            .map(|(module, report)| (module.word().to_owned(), report.clone()))
            .collect()
    }
}

impl TryFrom<BTreeMap<String, ModuleReport>> for Modules {
    type Error = String;

    fn try_from(reports: BTreeMap<String, ModuleReport>) -> Result<Self, String> {
        let known = |word: &str| {
            Module::ALL
                .iter()
                .find(|module| module.word() == word)
                .copied()
        };
        reports
            .into_iter()
            .map(|(word, report)| match known(&word) {
                Some(module) => Ok((module, report)),
                None => Err(format!("`{word}` is not a module")),
            })
            .collect()
    }
}
