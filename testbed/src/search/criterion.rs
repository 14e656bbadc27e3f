//! One test on one field.

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::Value;

use crate::api::refusal::Refusal;

use super::Record;
use super::fields::{Fields, Kind};
use super::wildcard;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Equality {
    Equal,
    NotEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Comparison {
    LessThan,
    LessThanOrEqual,
    Equal,
    GreaterThanOrEqual,
    GreaterThan,
    NotEqual,
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::LessThan => ordering.is_lt(),
            Self::LessThanOrEqual => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::GreaterThanOrEqual => ordering.is_ge(),
            Self::GreaterThan => ordering.is_gt(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}

/// The wire form, one test at a time.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Criterion {
    field_name: Option<String>,
    string_test: Option<Equality>,
    string_value: Option<String>,
    string_wildcards: Option<bool>,
    numeric_test: Option<Comparison>,
    numeric_value: Option<f64>,
    choice_test: Option<Equality>,
    choice_value: Option<String>,
    boolean_test: Option<bool>,
    first_date_value: Option<i64>,
    first_date_inclusive: Option<bool>,
    last_date_value: Option<i64>,
    last_date_inclusive: Option<bool>,
    null_test: Option<bool>,
    version_test: Option<Comparison>,
    version_value: Option<String>,
    id_test: Option<Comparison>,
    id_value: Option<i64>,
}

impl Criterion {
    fn is_id_test(&self) -> bool {
        self.id_test.is_some() || self.id_value.is_some()
    }

    fn is_string_test(&self) -> bool {
        self.string_test.is_some() || self.string_value.is_some()
    }

    fn is_date_test(&self) -> bool {
        self.first_date_value.is_some() || self.last_date_value.is_some()
    }

    fn kind(&self) -> Option<Kind> {
        if self.is_string_test() || self.version_value.is_some() {
            Some(Kind::Text)
        } else if self.numeric_test.is_some() || self.numeric_value.is_some() {
            Some(Kind::Number)
        } else if self.choice_test.is_some() || self.choice_value.is_some() {
            Some(Kind::Choice)
        } else if self.boolean_test.is_some() {
            Some(Kind::Flag)
        } else if self.is_date_test() {
            Some(Kind::Date)
        } else {
            None
        }
    }

    /// # Errors
    /// 400 without a field, for a field that cannot be searched, and for a test of another kind.
    pub(super) fn check(&self, fields: Fields) -> Result<(), Refusal> {
        if self.is_id_test() {
            return match self.id_value {
                Some(_) => Ok(()),
                None => Err(Refusal::bad_request("The search criterion has no idValue.")),
            };
        }
        let Some(name) = &self.field_name else {
            return Err(Refusal::bad_request(
                "The search criterion has no fieldName.",
            ));
        };
        let Some(kinds) = fields.kinds(name) else {
            return Err(Refusal::bad_request(format!(
                "The field \"{name}\" is not searchable."
            )));
        };
        match self.kind() {
            Some(kind) if kinds.contains(&kind) => Ok(()),
            None if self.null_test.is_some() => Ok(()),
            Some(_) => Err(Refusal::bad_request(format!(
                "The field \"{name}\" does not take this test."
            ))),
            None => Err(Refusal::bad_request("The search criterion has no test.")),
        }
    }

    /// The numbers between which an ID test can be met.
    pub(super) fn id_bounds(&self) -> Option<(i64, i64)> {
        let value = self.id_value?;
        let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
        Some(match self.id_test.unwrap_or(Comparison::Equal) {
            Comparison::LessThan => (least, value.saturating_sub(1)),
            Comparison::LessThanOrEqual => (least, value),
            Comparison::Equal => (value, value),
            Comparison::GreaterThanOrEqual => (value, most),
            Comparison::GreaterThan => (value.saturating_add(1), most),
            Comparison::NotEqual => (least, most),
        })
    }

    pub(super) fn meets<R: Record>(&self, id: i32, record: &R) -> bool {
        if let Some(value) = self.id_value {
            let test = self.id_test.unwrap_or(Comparison::Equal);
            return test.holds(i64::from(id).cmp(&value));
        }
        let found = record.field(self.field_name.as_deref().unwrap_or_default());
        if let Some(null) = self.null_test {
            return found.is_none() == null;
        }
        let Some(found) = found else { return false };
        match self.kind() {
            Some(Kind::Text) if self.version_value.is_some() => self.meets_version(&found),
            Some(Kind::Text) => self.meets_text(&found),
            Some(Kind::Choice) => {
                let same = found.as_str() == self.choice_value.as_deref();
                same == (self.choice_test != Some(Equality::NotEqual))
            }
            Some(Kind::Flag) => found.as_bool() == self.boolean_test,
            Some(Kind::Number) => {
                let test = self.numeric_test.unwrap_or(Comparison::Equal);
                let ordering = number(&found)
                    .zip(self.numeric_value)
                    .and_then(|(found, wanted)| found.partial_cmp(&wanted));
                ordering.is_some_and(|ordering| test.holds(ordering))
            }
            Some(Kind::Date) => found.as_i64().is_some_and(|date| self.meets_date(date)),
            None => false,
        }
    }

    fn meets_text(&self, found: &Value) -> bool {
        let text = joined(found);
        let wanted = self.string_value.as_deref().unwrap_or_default();
        let same = if self.string_wildcards.unwrap_or(true) {
            wildcard::matches(wanted, &text)
        } else {
            wanted == text
        };
        same == (self.string_test != Some(Equality::NotEqual))
    }

    fn meets_date(&self, date: i64) -> bool {
        let after = self.first_date_value.is_none_or(|first| {
            date > first || (date == first && self.first_date_inclusive.unwrap_or(true))
        });
        let before = self.last_date_value.is_none_or(|last| {
            date < last || (date == last && self.last_date_inclusive.unwrap_or(true))
        });
        after && before
    }

    fn meets_version(&self, found: &Value) -> bool {
        let parts = |text: &str| -> Vec<u64> {
            text.split('.')
                .map(|part| part.parse().unwrap_or(0))
                .collect()
        };
        let wanted = parts(self.version_value.as_deref().unwrap_or_default());
        let test = self.version_test.unwrap_or(Comparison::Equal);
        test.holds(parts(found.as_str().unwrap_or_default()).cmp(&wanted))
    }
}

/// A list is searched as one text; so a bare CVE misses a rule that names several.
fn joined(found: &Value) -> String {
    match found {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

fn number(found: &Value) -> Option<f64> {
    found.as_f64().or_else(|| found.as_str()?.parse().ok())
}
