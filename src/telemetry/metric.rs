//! A number to be watched.

use std::borrow::Cow;

use serde_json::{Value, json};

/// One number, with the name and the unit that CloudWatch shows.
pub(super) struct Metric {
    name: Cow<'static, str>,
    unit: &'static str,
    value: Value,
}

impl Metric {
    /// How many.
    pub(super) fn count(name: impl Into<Cow<'static, str>>, count: usize) -> Self {
        Self {
            name: name.into(),
            unit: "Count",
            value: json!(count),
        }
    }

    /// How long, in seconds.
    pub(super) fn seconds(name: &'static str, seconds: i64) -> Self {
        Self {
            name: name.into(),
            unit: "Seconds",
            value: json!(seconds),
        }
    }

    /// How long, in milliseconds.
    pub(super) fn milliseconds(name: &'static str, milliseconds: u128) -> Self {
        Self {
            name: name.into(),
            unit: "Milliseconds",
            value: json!(u64::try_from(milliseconds).unwrap_or(u64::MAX)),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn value(&self) -> Value {
        self.value.clone()
    }

    /// What the line says about the number.
    pub(super) fn described(&self) -> Value {
        json!({"Name": self.name, "Unit": self.unit})
    }
}
