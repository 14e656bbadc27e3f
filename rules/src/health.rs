//! What is known of Deepgrade itself in an account: the inventories that it works with, what it
//! could grade, and what it could not deal with.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{inventory::Completeness, time::out_of_date};

mod tally;

pub use tally::{Panel, Tally};

/// Everything known of Deepgrade itself in one account at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The time of the evaluation.
    pub now: Timestamp,
    /// What the inventory function wrote down of every configured Manager.
    pub managers: Result<Vec<ManagerStatus>, Unseen>,
    /// The instances, counted by whether they could be graded.
    pub tally: Result<Tally, Unseen>,
    /// How many events nobody could deal with; `None` where no queue of them is watched.
    pub dead_letters: Result<Option<u64>, Unseen>,
}

/// Why something could not be seen, in one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen(String);

impl Unseen {
    /// It could not be seen for this reason.
    #[must_use]
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

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

impl ProblemKind {
    /// The words for a reason.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::KeyRejected => "the key is rejected",
            Self::Unreachable => "unreachable",
            Self::RightMissing => "a right is missing",
            Self::BadAnswer => "its answer is not understood",
            Self::Other => "it failed",
        }
    }
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

/// That every Manager's inventory is fresh and complete, and that every instance could be graded:
/// what a verdict "healthy" may rest on.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    tally: &'a Tally,
}

impl Proof<'_> {
    /// The instances, none of which is a gap.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        self.tally
    }
}

impl Health {
    /// The proof that Deepgrade can do its work, where it can; inventories may be `max_age` old.
    #[must_use]
    pub fn proof(&self, max_age: SignedDuration) -> Option<Proof<'_>> {
        let managers = self.managers.as_ref().ok()?;
        let usable = |status: &ManagerStatus| {
            let picture = status.inventory.as_ref();
            !status.is_withheld
                && picture.is_some_and(|picture| {
                    picture.completeness == Completeness::Complete
                        && picture.out_of_date(self.now, max_age).is_none()
                })
        };
        let tally = self.tally.as_ref().ok()?;
        let proven = !managers.is_empty() && managers.iter().all(usable) && tally.gaps() == 0;
        proven.then_some(Proof { tally })
    }
}
