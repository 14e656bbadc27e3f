//! Actions: what can be done to a Manager or said to a team. Every one of them adds something, and
//! none takes anything away.

use std::fmt;

use rules::{
    computer::ComputerId,
    module::{Module, ModuleState},
    policy::PolicyId,
};
use serde::{Deserialize, Serialize};

/// An action, with the ids of everything that it touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Action {
    /// Runs a scan on a computer, once.
    Scan {
        /// The computer.
        computer: Place,
        /// What is scanned for.
        scan: Scan,
    },
    /// Assigns what a recommendation scan recommended for these modules, once it is done.
    ApplyRecommendations {
        /// The computer.
        computer: Place,
        /// Of intrusion prevention, integrity monitoring and log inspection those that are on.
        modules: Vec<Module>,
    },
    /// Sends the policy to the agent, so that what was assigned takes effect.
    SendPolicy {
        /// The computer.
        computer: Place,
    },
    /// Assigns IPS rules.
    AssignRules {
        /// The Manager.
        manager: Box<str>,
        /// What they are assigned to.
        target: Target,
        /// The ids of the rules, with those that they depend on, by rising id.
        rules: Vec<u64>,
    },
    /// Puts a policy on a computer that has none.
    AssignPolicy {
        /// The computer.
        computer: Place,
        /// The policy.
        policy: PolicyId,
    },
    /// Switches a module on that is off, on the computer alone.
    EnableModule {
        /// The computer.
        computer: Place,
        /// The module.
        module: Module,
        /// What it is set to.
        state: ModuleState,
    },
    /// Tells the team that owns the instance.
    Notify {
        /// The team, as the instance's owner tag names it. Foreign text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<Box<str>>,
        /// What it is told, in one line.
        message: Box<str>,
    },
}

/// A computer, among those of all Managers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Place {
    /// The Manager, by its name in the settings.
    pub manager: Box<str>,
    /// The computer's id there.
    pub computer: ComputerId,
}

/// What a computer can be scanned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scan {
    /// For rules that fit what runs on it.
    Recommendation,
    /// For changes against the integrity baseline.
    Integrity,
    /// For malware.
    Malware,
}

impl Scan {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Recommendation, Self::Integrity, Self::Malware];

    /// The word for keys and sentences.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recommendation => "recommendation",
            Self::Integrity => "integrity",
            Self::Malware => "malware",
        }
    }

    /// The module that has to be on; `None` for a recommendation scan, which needs none.
    #[must_use]
    pub const fn module(self) -> Option<Module> {
        match self {
            Self::Recommendation => None,
            Self::Integrity => Some(Module::IntegrityMonitoring),
            Self::Malware => Some(Module::AntiMalware),
        }
    }
}

impl fmt::Display for Scan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} scan", self.word())
    }
}

/// What rules are assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// A policy, and so every computer that uses it.
    Policy(PolicyId),
    /// One computer.
    Computer(ComputerId),
}

/// What a computer is told to do, and shows by a time of its own once it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Errand {
    /// A scan.
    Scan(Scan),
    /// To take its policy.
    SendPolicy,
}

impl Errand {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Scan(Scan::Recommendation),
        Self::Scan(Scan::Integrity),
        Self::Scan(Scan::Malware),
        Self::SendPolicy,
    ];

    /// The word for keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scan(scan) => scan.word(),
            Self::SendPolicy => "policy",
        }
    }
}

impl Action {
    /// The computer that it touches alone; `None` for a policy and for a message.
    #[must_use]
    pub fn computer(&self) -> Option<Place> {
        match self {
            Self::Scan { computer, .. }
            | Self::ApplyRecommendations { computer, .. }
            | Self::SendPolicy { computer }
            | Self::AssignPolicy { computer, .. }
            | Self::EnableModule { computer, .. } => Some(computer.clone()),
            Self::AssignRules {
                manager,
                target: Target::Computer(computer),
                ..
            } => Some(Place {
                manager: manager.clone(),
                computer: *computer,
            }),
            Self::AssignRules { .. } | Self::Notify { .. } => None,
        }
    }

    /// The Manager that it calls; `None` for a message.
    #[must_use]
    pub fn manager(&self) -> Option<&str> {
        match self {
            Self::Scan { computer, .. }
            | Self::ApplyRecommendations { computer, .. }
            | Self::SendPolicy { computer }
            | Self::AssignPolicy { computer, .. }
            | Self::EnableModule { computer, .. } => Some(&computer.manager),
            Self::AssignRules { manager, .. } => Some(manager),
            Self::Notify { .. } => None,
        }
    }
}
