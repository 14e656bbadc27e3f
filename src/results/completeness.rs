//! What verdicts leave out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Results that could not be read.
    Unread,
    /// Results that nothing proves to have been checked again.
    NotCheckedAgain,
    /// An account and Region of which the newest results are not there yet.
    SourceOutdated,
    /// Rules without results.
    NoResults,
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
            Self::NotCheckedAgain => "not checked again",
            Self::SourceOutdated => "not the newest",
            Self::NoResults => "no results",
            Self::NotApplicable => "not told",
        }
    }

    /// Whether something is missing. What is not applicable is always left out, and no loss.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        !matches!(self, Self::NotApplicable)
    }
}
