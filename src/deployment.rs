//! Whether what is deployed in an account and Region can do its work: what was read of it, judged.
//!
//! ```text
//! recorder    whether AWS Config records instances, and how soon it tells of them
//! rules       the Config rules of Deepgrade, and when they ran last
//! function    the function that they invoke, and whether AWS Config may
//! freshness   how old what it grades by is, and what was left over
//! ```
//!
//! What could not be read is unknown, and never good.

use std::fmt::Display;

pub mod freshness;
pub mod function;
pub mod recorder;
pub mod rules;

use crate::ports::Error;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub grade: Grade,
    /// What was found, in one line.
    pub detail: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// It works, and somebody should see to it.
    Warning,
    /// It could not be looked at.
    Unknown,
    /// It does not work.
    Bad,
}

impl Grade {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Bad => "bad",
        }
    }
}

impl Check {
    fn good(what: impl Display, detail: impl Display) -> Self {
        Self {
            what: what.to_string(),
            grade: Grade::Good,
            detail: detail.to_string(),
            advice: None,
        }
    }

    fn of(grade: Grade, what: impl Display, detail: impl Display, advice: impl Display) -> Self {
        Self {
            what: what.to_string(),
            grade,
            detail: detail.to_string(),
            advice: Some(advice.to_string()),
        }
    }
}

/// What could not be looked at: the error names the right that is missing.
#[must_use]
pub fn unread(what: &str, error: &Error) -> Check {
    let advice = if error.is_retryable() {
        "try again later"
    } else {
        "use a role with this right, or ask somebody who has it"
    };
    Check::of(Grade::Unknown, what, error, advice)
}
