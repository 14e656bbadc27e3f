//! What verdicts leave out.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::Row;

/// Something that the verdicts leave out, so that what they show is not all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Omission {
    /// What kind of thing is left out.
    pub kind: OmissionKind,
    /// The account; `None` for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region; `None` for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The id of the rule; `None` for all of them, or for those that the text names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is left out and why, in one line. Foreign text, cleaned.
    pub text: String,
}

/// What kind of thing is left out, the most urgent first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum OmissionKind {
    /// An account and Region that cannot be collected from any more.
    SourceFailed,
    /// An account and Region without any rule of Deepgrade that has results.
    NotDeployed,
    /// Results that could not be read. Another attempt may.
    Unread,
    /// Results that were read and not understood, or that contradict each other.
    NotUnderstood,
    /// Results that nothing proves to have been checked again.
    NotCheckedAgain,
    /// An account and Region of which the newest results are not there yet.
    SourceOutdated,
    /// Conformance packs, or scores of them, that could not be read.
    PacksUnread,
    /// Rules without results.
    NoResults,
    /// What several Config rules say of the same instances: the worst of it is shown.
    Doubled,
    /// Results by which rules have nothing to say: where they come from does not tell these.
    NotApplicable,
}

impl OmissionKind {
    /// What it is, in a few words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::SourceFailed => "cannot be collected from",
            Self::NotDeployed => "nothing deployed",
            Self::Unread => "not read",
            Self::NotUnderstood => "not understood",
            Self::NotCheckedAgain => "not checked again",
            Self::SourceOutdated => "not the newest",
            Self::PacksUnread => "packs not read",
            Self::NoResults => "no results",
            Self::Doubled => "told several times",
            Self::NotApplicable => "not told",
        }
    }

    /// Whether something is missing. What is not applicable is always left out, and no loss.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        !matches!(self, Self::Doubled | Self::NotApplicable)
    }

    /// Whether there may be results that are not shown.
    #[must_use]
    pub const fn hides_results(self) -> bool {
        match self {
            Self::SourceFailed | Self::NotDeployed | Self::Unread | Self::NotUnderstood => true,
            Self::NotCheckedAgain
            | Self::SourceOutdated
            | Self::PacksUnread
            | Self::NoResults
            | Self::Doubled
            | Self::NotApplicable => false,
        }
    }
}

/// Where there may be results that are not shown: by account, Region and rule, each of which may be any.
#[derive(Debug, Default)]
pub(crate) struct Hidden(HashSet<[Option<String>; 3]>);

impl Hidden {
    pub(super) fn of<'a>(omissions: impl Iterator<Item = &'a Omission>) -> Self {
        let hiding = omissions.filter(|omission| omission.kind.hides_results());
        let places = hiding.map(|omission| {
            let Omission {
                account,
                region,
                rule,
                ..
            } = omission;
            [account, region, rule].map(Clone::clone)
        });
        Self(places.collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the result that a row is may be one of them.
    pub(crate) fn may_hold(&self, row: &Row<'_>) -> bool {
        let either = |known: Option<&str>| [None, known.map(str::to_owned)];
        !self.is_empty()
            && either(row.account).iter().any(|account| {
                either(row.region).iter().any(|region| {
                    either(Some(row.rule))
                        .iter()
                        .any(|rule| self.0.contains(&[account, region, rule].map(Clone::clone)))
                })
            })
    }
}
