//! What changed, in words and data.

use serde::Serialize;

use super::found::Pair;
use crate::{
    report::{Row, Word},
    results::Place,
};

/// A result that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The account, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The instance.
    pub instance: String,
    /// The tag `Name` of the instance, otherwise the name of its computer. Foreign text, cleaned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rule.
    pub rule: String,
    /// How much a violation of the rule matters, in its word.
    pub severity: String,
    /// What was said before; `None` where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Said>,
    /// What is said now; `None` where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Said>,
}

/// What a run says of an instance by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// The result.
    pub verdict: Word,
    /// The code of the reason.
    pub code: String,
    /// The reason. Foreign text, cleaned.
    pub reason: String,
    /// The exception that is made for it, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// An instance that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    /// The account, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The instance.
    pub instance: String,
}

impl Change {
    pub(super) fn of((before, after): &Pair<'_>) -> Option<Self> {
        let row = after.as_ref().or(before.as_ref())?;
        Some(Self {
            account: row.account.map(str::to_owned),
            region: row.region.map(str::to_owned),
            instance: row.instance.to_owned(),
            name: Some(row.label().to_owned()).filter(|name| !name.is_empty()),
            rule: row.rule.to_owned(),
            severity: row.severity.to_owned(),
            before: before.as_ref().map(Said::of),
            after: after.as_ref().map(Said::of),
        })
    }
}

impl Said {
    fn of(row: &Row<'_>) -> Self {
        Self {
            verdict: row.verdict,
            code: row.code.to_owned(),
            reason: row.reason.to_owned(),
            exception: row.exception.map(str::to_owned),
        }
    }
}

impl Gone {
    pub(super) fn of(place: &Place) -> Self {
        Self {
            account: place.account.as_deref().map(str::to_owned),
            region: place.region.as_deref().map(str::to_owned),
            instance: place.instance.to_string(),
        }
    }
}
