//! A protection module of a computer, as the Manager writes it.

use std::fmt;

use rules::{
    fact::Fact,
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

/// A module.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Module<'a> {
    #[serde(borrow)]
    state: Raw<'a>,
    module_status: Object<ModuleStatus<'a>>,
    #[serde(rename = "ruleIDs")]
    rule_ids: Length,
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

impl Object<Module<'_>> {
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

impl Module<'_> {
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
        match self.rule_ids {
            Length::Of(rules) => report.rules = rules,
            Length::Unknown => report.state = not_understood("ruleIDs"),
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

/// How long a list is. Its elements are skipped: a computer may have hundreds of rules.
#[derive(Clone, Copy, Debug)]
enum Length {
    Of(u32),
    Unknown,
}

impl Default for Length {
    fn default() -> Self {
        Self::Of(0)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LengthVisitor)
    }
}

struct LengthVisitor;

impl<'de> Visitor<'de> for LengthVisitor {
    type Value = Length;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Length, A::Error> {
        let mut length = 0_u32;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length = length.saturating_add(1);
        }
        Ok(Length::Of(length))
    }

    fn visit_unit<E>(self) -> Result<Length, E> {
        Ok(Length::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Length, E> {
        Ok(Length::Unknown)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Length, E> {
        Ok(Length::Unknown)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Length, E> {
        Ok(Length::Unknown)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Length, E> {
        Ok(Length::Unknown)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Length, E> {
        Ok(Length::Unknown)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Length, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Length::Unknown)
    }
}
