//! The protection modules of Deep Security, and what it means to be shielded by one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    fact::{Fact, words},
    gap::{self, Gap},
    text::quoted,
};

words! {
    /// A protection module, in the Manager's spelling.
    Module {
        /// Anti-malware.
        AntiMalware = "antiMalware",
        /// Web reputation.
        WebReputation = "webReputation",
        /// Firewall.
        Firewall = "firewall",
        /// Intrusion prevention (IPS).
        IntrusionPrevention = "intrusionPrevention",
        /// Integrity monitoring (IM).
        IntegrityMonitoring = "integrityMonitoring",
        /// Log inspection (LI).
        LogInspection = "logInspection",
        /// Application control.
        ApplicationControl = "applicationControl",
        /// Activity monitoring: only some Managers have it.
        ActivityMonitoring = "activityMonitoring",
        /// The scanner for SAP systems: only some Managers have it.
        Sap = "SAP",
    }
}

impl Module {
    /// The seven modules that every Manager has, and that may be required of an instance.
    pub const PROTECTION: &'static [Self] = &[
        Self::AntiMalware,
        Self::WebReputation,
        Self::Firewall,
        Self::IntrusionPrevention,
        Self::IntegrityMonitoring,
        Self::LogInspection,
        Self::ApplicationControl,
    ];

    /// The module's name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AntiMalware => "anti-malware",
            Self::WebReputation => "web reputation",
            Self::Firewall => "firewall",
            Self::IntrusionPrevention => "intrusion prevention",
            Self::IntegrityMonitoring => "integrity monitoring",
            Self::LogInspection => "log inspection",
            Self::ApplicationControl => "application control",
            Self::ActivityMonitoring => "activity monitoring",
            Self::Sap => "SAP scanner",
        }
    }

    /// The states that the module can have. A module with another state is reported in words
    /// that we do not know.
    #[must_use]
    pub const fn states(self) -> &'static [ModuleState] {
        match self {
            Self::IntrusionPrevention => {
                &[ModuleState::Prevent, ModuleState::Detect, ModuleState::Off]
            }
            Self::IntegrityMonitoring => {
                &[ModuleState::RealTime, ModuleState::On, ModuleState::Off]
            }
            _ => &[ModuleState::On, ModuleState::Off],
        }
    }

    /// The strongest state of the module.
    const fn strongest(self) -> ModuleState {
        match self {
            Self::IntrusionPrevention => ModuleState::Prevent,
            Self::IntegrityMonitoring => ModuleState::RealTime,
            _ => ModuleState::On,
        }
    }

    /// Whether the module protects only through the rules that are assigned to it.
    #[must_use]
    pub const fn protects_by_rules(self) -> bool {
        matches!(
            self,
            Self::IntrusionPrevention
                | Self::IntegrityMonitoring
                | Self::LogInspection
                | Self::Firewall
        )
    }
}

words! {
    /// What a module is set to.
    ModuleState {
        /// On.
        On = "on",
        /// Off.
        Off = "off",
        /// Intrusion prevention that blocks.
        Prevent = "prevent",
        /// Intrusion prevention that only reports.
        Detect = "detect",
        /// Integrity monitoring that watches all the time.
        RealTime = "real-time",
    }
}

words! {
    /// What an agent or a module of it reports of itself.
    Status {
        /// Not activated, not running, or switched off.
        Inactive = "inactive",
        /// Working.
        Active = "active",
        /// Working, with a warning.
        Warning = "warning",
        /// Not working.
        Error = "error",
        /// The agent cannot run it.
        NotSupported = "not-supported",
    }
}

words! {
    /// How the network engine handles traffic (setting `firewallSettingNetworkEngineMode`).
    EngineMode {
        /// Traffic passes through the engine, which can block it.
        Inline = "Inline",
        /// The engine sees a copy of the traffic and cannot block anything.
        Tap = "Tap",
    }
}

/// What a computer reports of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModuleReport {
    /// What the module is set to.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub state: Fact<ModuleState>,
    /// What the module reports of itself.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub status: Fact<Status>,
    /// The Manager's words for a status that is not active. Foreign, localised text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<str>>,
    /// How many rules are assigned, for modules that protect by rules.
    #[serde(default)]
    pub rules: u32,
    /// Whether there is a real-time scan configuration, for anti-malware.
    #[serde(default)]
    pub real_time_scan: bool,
}

/// How strong a module has to be to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// In its strongest mode.
    Strongest,
    /// Also in a mode that only watches. An engine in Tap mode never counts.
    On,
}

/// Whether a computer is shielded by a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shield {
    /// It is.
    Up,
    /// It is not; what is wrong, in a clause that begins with the module's name.
    Down(String),
}

impl ModuleReport {
    /// What the module is set to.
    ///
    /// # Errors
    /// A standing gap when the state is missing or is not one of the module's states.
    pub fn state_of(&self, module: Module) -> Result<ModuleState, Gap> {
        let state = self
            .state
            .get(format_args!("the state of {}", module.name()))?;
        if module.states().contains(&state) {
            return Ok(state);
        }
        Err(Gap::standing(
            &gap::UNRECOGNISED,
            format!(
                "{} is reported as {}, which is not a state of it",
                module.name(),
                state
            ),
        ))
    }

    /// What the module reports of itself.
    ///
    /// # Errors
    /// A standing gap when the status is missing or unknown.
    pub fn status_of(&self, module: Module) -> Result<Status, Gap> {
        self.status
            .get(format_args!("the status of {}", module.name()))
    }

    /// Status and message in one clause.
    #[must_use]
    pub fn described(&self, module: Module, status: Status) -> String {
        match &self.message {
            Some(message) => format!("{} is {status} {}", module.name(), quoted(message)),
            None => format!("{} is {status}", module.name()),
        }
    }

    /// Whether the module shields the computer: it is on in its strongest mode, has rules where
    /// rules are what protects, and is active. This is the only place that decides it.
    ///
    /// `engine` is asked only for a module that would shield if the network engine were inline.
    ///
    /// # Errors
    /// The gap of the first fact that is needed and missing.
    pub fn shields(
        &self,
        module: Module,
        strictness: Strictness,
        engine: impl FnOnce() -> Result<EngineMode, Gap>,
    ) -> Result<Shield, Gap> {
        let name = module.name();
        let down = |what: Cow<'static, str>| Ok(Shield::Down(format!("{name} {what}")));
        let state = self.state_of(module)?;
        if state == ModuleState::Off {
            return down("is off".into());
        }
        if strictness == Strictness::Strongest {
            let strongest = module.strongest();
            if state != strongest {
                return down(format!("is {state}, wanted {strongest}").into());
            }
            if module == Module::AntiMalware && !self.real_time_scan {
                return down("has no real-time scan".into());
            }
        }
        if module.protects_by_rules() && self.rules == 0 {
            return down("has no rules".into());
        }
        let status = self.status_of(module)?;
        if status != Status::Active {
            return Ok(Shield::Down(self.described(module, status)));
        }
        if module == Module::IntrusionPrevention && engine()? == EngineMode::Tap {
            return down("cannot block: the network engine is in Tap mode".into());
        }
        Ok(Shield::Up)
    }
}
