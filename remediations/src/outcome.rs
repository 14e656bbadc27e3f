//! What became of a step.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// Nothing yet: acting is off.
    Planned,
    /// Nothing yet, for this reason: a cap is reached, or another step comes first.
    Waiting(Box<str>),
    /// It was tried, and could not be done for a reason that somebody can mend: a key, a right or a
    /// setting. It is tried again, after a pause.
    Hindered {
        /// The reason.
        why: Box<str>,
        /// When it was tried last.
        tried_at: Timestamp,
    },
    /// A Manager was asked, and has not shown yet that it is done.
    Requested {
        /// When it was asked, by our clock.
        at: Timestamp,
        /// What the Manager showed before, which has to change: a time by its own clock, in
        /// milliseconds since 1970; `None` where it showed none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<i64>,
    },
    /// It is done, as the Manager itself shows.
    Done {
        /// When, by the Manager's clock where it says so.
        at: Timestamp,
        /// What was found or changed, in a few words; empty for nothing more.
        #[serde(default)]
        result: Box<str>,
        /// How many rules were assigned by it.
        #[serde(default)]
        assigned: usize,
    },
    /// It need not be done.
    Skipped,
    /// It was not done, for this reason, and is not tried again: somebody has to see to it.
    Failed(Box<str>),
}

impl Outcome {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Done { .. } | Self::Skipped | Self::Failed(_) => true,
            Self::Planned | Self::Waiting(_) | Self::Hindered { .. } | Self::Requested { .. } => {
                false
            }
        }
    }
}
