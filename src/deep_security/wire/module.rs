//! A protection module of a computer, as the Manager writes it.

use std::fmt;

use rules::{
    fact::Fact,
    intrusion_prevention::{RuleId, RuleIds},
    module::{ModuleReport, Status},
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    object::Object,
    raw::{Raw, Wrong, cut},
};

/// A module, with its rules or with how many they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Module<'a, R = Counted> {
    #[serde(borrow)]
    state: Raw<'a>,
    module_status: Object<ModuleStatus<'a>>,
    #[serde(rename = "ruleIDs")]
    rule_ids: R,
    /// `realTimeScanScheduleID` does not decide: 0 there means "always".
    #[serde(rename = "realTimeScanConfigurationID")]
    real_time_scan_configuration: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ModuleStatus<'a> {
    #[serde(borrow)]
    agent_status: Raw<'a>,
    agent_status_message: Raw<'a>,
}

impl<const KEPT: bool> Object<Module<'_, Rules<KEPT>>> {
    /// What the module reports; `None` when the answer does not hold it.
    pub(super) fn report(&self) -> Option<ModuleReport> {
        match self {
            Self::Missing => None,
            Self::Known(module) => Some(module.report()),
            Self::Other(report) => Some(ModuleReport {
                state: Fact::Unrecognised(report.clone()),
                ..ModuleReport::default()
            }),
        }
    }
}

impl Object<Module<'_, Kept>> {
    /// The rules that are in force; `None` when that cannot be told.
    pub(super) fn rules(&self) -> Option<RuleIds> {
        match &self.if_any()?.rule_ids {
            Rules::Of { ids, .. } => ids.clone().map(RuleIds::from),
            Rules::Unknown => None,
        }
    }
}

impl<const KEPT: bool> Module<'_, Rules<KEPT>> {
    fn report(&self) -> ModuleReport {
        let status: Fact<Status> = self.module_status.fact(|status| status.agent_status.fact());
        let message = match (&status, self.module_status.if_any()) {
            (Fact::Known(Status::Active), _) | (_, None) => None,
            (_, Some(status)) => status.agent_status_message.text_if_any(),
        };
        let mut report = ModuleReport {
            state: self.state.fact(),
            status,
            message: message.map(|message| cut(&message)),
            ..ModuleReport::default()
        };
        match &self.rule_ids {
            Rules::Of { count, .. } => report.rules = *count,
            Rules::Unknown => report.state = not_understood("ruleIDs"),
        }
        match self.real_time_scan_configuration.id() {
            Ok(configuration) => report.real_time_scan = configuration.is_some(),
            Err(Wrong) => report.state = not_understood("realTimeScanConfigurationID"),
        }
        report
    }
}

/// The state of a module in which something is not understood that decides whether it protects.
/// A number of rules or a scan that is not known must not pass for none.
fn not_understood<T>(field: &str) -> Fact<T> {
    Fact::Unrecognised(format!("{field} of an unknown form").into())
}

/// A list of rules of which only the length matters.
pub(super) type Counted = Rules<false>;

/// A list of rules that is kept.
pub(super) type Kept = Rules<true>;

/// A list of rules. What is not kept of it is skipped: a computer may have hundreds of rules in
/// every module.
#[derive(Debug)]
pub(super) enum Rules<const KEPT: bool> {
    Of {
        count: u32,
        /// Their ids, where they are kept and all of them are ids.
        ids: Option<Vec<RuleId>>,
    },
    Unknown,
}

impl<const KEPT: bool> Default for Rules<KEPT> {
    fn default() -> Self {
        Self::Of {
            count: 0,
            ids: Some(Vec::new()),
        }
    }
}

impl<'de, const KEPT: bool> Deserialize<'de> for Rules<KEPT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RulesVisitor)
    }
}

struct RulesVisitor<const KEPT: bool>;

impl<'de, const KEPT: bool> Visitor<'de> for RulesVisitor<KEPT> {
    type Value = Rules<KEPT>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut count = 0_u32;
        let mut ids = KEPT.then(Vec::new);
        loop {
            if let Some(known) = &mut ids {
                let Some(element) = list.next_element::<Raw<'de>>()? else {
                    break;
                };
                match element.id() {
                    Ok(Some(id)) => known.push(id),
                    _ => ids = None,
                }
            } else if list.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
            count = count.saturating_add(1);
        }
        Ok(Rules::Of { count, ids })
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Rules::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Rules::Unknown)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Rules::Unknown)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Rules::Unknown)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Rules::Unknown)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Rules::Unknown)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Rules::Unknown)
    }
}
