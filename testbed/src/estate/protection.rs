//! What an object (a policy or a computer) itself sets for the nine modules, and what becomes of
//! it through the ancestors.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The nine protection modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the product's own module names")]
pub enum Module {
    AntiMalware,
    WebReputation,
    ActivityMonitoring,
    Firewall,
    IntrusionPrevention,
    IntegrityMonitoring,
    LogInspection,
    ApplicationControl,
    Sap,
}

impl Module {
    /// All modules, in the order of the reference.
    pub const ALL: [Self; 9] = [
        Self::AntiMalware,
        Self::WebReputation,
        Self::ActivityMonitoring,
        Self::Firewall,
        Self::IntrusionPrevention,
        Self::IntegrityMonitoring,
        Self::LogInspection,
        Self::ApplicationControl,
        Self::Sap,
    ];

    /// The property of a computer or policy that holds this module.
    #[must_use]
    pub fn property(self) -> &'static str {
        match self {
            Self::AntiMalware => "antiMalware",
            Self::WebReputation => "webReputation",
            Self::ActivityMonitoring => "activityMonitoring",
            Self::Firewall => "firewall",
            Self::IntrusionPrevention => "intrusionPrevention",
            Self::IntegrityMonitoring => "integrityMonitoring",
            Self::LogInspection => "logInspection",
            Self::ApplicationControl => "applicationControl",
            Self::Sap => "SAP",
        }
    }

    /// The states this module can be written to, besides `inherited`.
    #[must_use]
    pub fn states(self) -> &'static [State] {
        match self {
            Self::IntrusionPrevention => &[State::Prevent, State::Detect, State::Off],
            Self::IntegrityMonitoring => &[State::RealTime, State::On, State::Off],
            _ => &[State::On, State::Off],
        }
    }

    /// Whether rules can be assigned to this module.
    #[must_use]
    pub fn takes_rules(self) -> bool {
        matches!(
            self,
            Self::Firewall
                | Self::IntrusionPrevention
                | Self::IntegrityMonitoring
                | Self::LogInspection
        )
    }
}

/// The state of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the words of the wire")]
pub enum State {
    Off,
    On,
    Prevent,
    Detect,
    RealTime,
}

/// What one object itself says about one module; everything it leaves out is inherited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleSettings {
    /// The state, if set here.
    pub state: Option<State>,
    /// Rules assigned here; those of the ancestors come on top.
    pub rule_ids: BTreeSet<i32>,
    /// Anti-malware: configuration of the real-time scan; 0 is none.
    pub real_time_scan_configuration: Option<i32>,
}

/// What one object itself sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protection {
    /// By module; a module that is not here is inherited whole.
    pub modules: BTreeMap<Module, ModuleSettings>,
    /// Settings by their wire name.
    pub settings: BTreeMap<String, String>,
}

impl Protection {
    /// The module's own settings, made when there were none.
    pub fn module(&mut self, module: Module) -> &mut ModuleSettings {
        self.modules.entry(module).or_default()
    }

    /// Sets a module's state here.
    #[must_use]
    pub fn with_state(mut self, module: Module, state: State) -> Self {
        self.module(module).state = Some(state);
        self
    }

    /// Assigns rules here.
    #[must_use]
    pub fn with_rules(mut self, module: Module, rules: impl IntoIterator<Item = i32>) -> Self {
        self.module(module).rule_ids.extend(rules);
        self
    }

    /// Sets a setting here, by its wire name.
    #[must_use]
    pub fn with_setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What holds on an object that sets `self` under an object on which `inherited` holds.
    pub(crate) fn over(&self, inherited: &Self) -> Self {
        let mut effective = inherited.clone();
        for (module, own) in &self.modules {
            let target = effective.module(*module);
            target.state = own.state.or(target.state);
            target.real_time_scan_configuration = own
                .real_time_scan_configuration
                .or(target.real_time_scan_configuration);
            target.rule_ids.extend(&own.rule_ids);
        }
        effective.settings.extend(self.settings.clone());
        effective
    }
}

#[cfg(test)]
mod tests {
    use super::{Module, Protection, State};

    #[test]
    fn a_child_inherits_what_it_does_not_set_and_adds_its_rules() {
        let parent = Protection::default()
            .with_state(Module::IntrusionPrevention, State::Prevent)
            .with_rules(Module::IntrusionPrevention, [1, 2])
            .with_state(Module::AntiMalware, State::Off)
            .with_setting("a", "1")
            .with_setting("b", "1");
        let child = Protection::default()
            .with_rules(Module::IntrusionPrevention, [3])
            .with_state(Module::AntiMalware, State::On)
            .with_setting("b", "2");
        let effective = child.over(&parent);
        assert_eq!(
            effective,
            Protection::default()
                .with_state(Module::IntrusionPrevention, State::Prevent)
                .with_rules(Module::IntrusionPrevention, [1, 2, 3])
                .with_state(Module::AntiMalware, State::On)
                .with_setting("a", "1")
                .with_setting("b", "2")
        );
    }
}
