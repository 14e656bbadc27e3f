//! What became of reading one Manager.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    inventory::Completeness,
    text::quoted,
    time::{minute, out_of_date},
};

/// What became of reading one Manager, as far as it concerns one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagerStatus {
    /// The Manager's name in the settings, or its URL.
    pub manager: String,
    /// The inventory in use; `None` where there never was one.
    #[serde(default)]
    pub inventory: Option<Picture>,
    /// When somebody last tried to read the Manager.
    #[serde(default)]
    pub checked_at: Option<Timestamp>,
    /// What that met, where it failed.
    #[serde(default)]
    pub problem: Option<Problem>,
    /// When the Manager's key expires.
    #[serde(default)]
    pub key_expires: KeyExpiry,
    /// By how many seconds the Manager's clock was ahead, where that was measured.
    #[serde(default)]
    pub clock_skew_seconds: Option<i64>,
    /// Whether the account keeps an older inventory than others, because it lost so many computers
    /// that a second reading has to agree.
    #[serde(default)]
    pub is_withheld: bool,
}

impl ManagerStatus {
    /// What the last reading met, where it failed. A rejected key is nothing that passes, and is
    /// not told here.
    #[must_use]
    pub fn failed_reading(&self) -> Option<String> {
        let Problem { kind, text } = self.problem.as_ref()?;
        let time = self.checked_at.map(|time| format!(" of {}", minute(time)));
        let (time, text) = (time.unwrap_or_default(), quoted(text));
        let words = match kind {
            ProblemKind::KeyRejected => return None,
            ProblemKind::Unreachable => "unreachable: ",
            ProblemKind::RightMissing => "right missing: ",
            ProblemKind::BadAnswer => "answer not understood: ",
            ProblemKind::Other => "",
        };
        Some(format!("the reading{time} failed: {words}{text}"))
    }
}

/// Which inventory is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Picture {
    /// When reading began, by the Manager's clock.
    pub taken_at: Timestamp,
    /// Whether it holds every computer for certain.
    pub completeness: Completeness,
}

impl Picture {
    /// Why the inventory may not be used; `None` when it may.
    pub(crate) fn out_of_date(&self, now: Timestamp, max_age: SignedDuration) -> Option<String> {
        out_of_date(self.taken_at, now, max_age)
    }
}

/// Why a Manager could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// Of which kind the reason is.
    pub kind: ProblemKind,
    /// What the Manager, or the way to it, said.
    pub text: String,
}

/// Kinds of reasons why a Manager could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    /// It does not take the key.
    KeyRejected,
    /// It does not answer.
    Unreachable,
    /// The key may not read what is needed.
    RightMissing,
    /// Its answer is not understood.
    BadAnswer,
    /// Anything else.
    Other,
}

/// When a key expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyExpiry {
    /// At this time.
    At(Timestamp),
    /// Never.
    Never,
    /// Nobody knows: a key may not be allowed to see its own record.
    #[default]
    Unknown,
}
