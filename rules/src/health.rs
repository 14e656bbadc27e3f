//! What is known of Deepgrade itself in an account: the inventories that it works with, what it
//! could grade, and what it could not deal with.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::{exceptions::StandingCounts, inventory::Completeness};

mod manager;
mod tally;

pub use manager::{KeyExpiry, ManagerStatus, Picture, Problem, ProblemKind};
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
    /// How the deployer's exceptions stand.
    pub exceptions: Result<StandingCounts, Unseen>,
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
