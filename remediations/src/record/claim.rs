//! Claims: who answers a finding first claims its record for a while, so that nobody else does the
//! same. Whoever dies loses the claim when that while is over.

use jiff::{SignedDuration, Timestamp};

use super::{Record, State, Subject};
use crate::finding::{Finding, Life};

/// What a claim of a record comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// The record is to be written, and then the finding is to be answered.
    Answer(Record),
    /// The record is to be written, and nothing is to be done.
    Settle(Record),
    /// This version was dealt with.
    Duplicate,
    /// A later version was seen.
    Superseded,
    /// Somebody else answers it just now.
    Busy {
        /// Until then.
        until: Timestamp,
    },
}

impl Record {
    /// Claims a finding on an instance for a while: what is recorded of it decides whether there is
    /// anything to do. Versions of a finding may come in any order and any number of times.
    #[must_use]
    pub fn claim(
        recorded: Option<&Self>,
        subject: &Subject,
        finding: &Finding,
        now: Timestamp,
        patience: SignedDuration,
    ) -> Claim {
        if let Some(record) = recorded {
            let seen = (record.finding.version, record.finding.life);
            if finding.version < record.finding.version {
                return Claim::Superseded;
            }
            let is_same = seen == (finding.version, finding.life);
            match record.state {
                State::Claimed { until } if until > now => return Claim::Busy { until },
                State::Claimed { .. } | State::Unplanned => {}
                _ if is_same => return Claim::Duplicate,
                _ => {}
            }
        }
        let state = match finding.life {
            Life::Active => State::Claimed {
                until: now.checked_add(patience).unwrap_or(Timestamp::MAX),
            },
            Life::Closed => State::Closed,
            Life::Archived => State::Archived,
        };
        let claimed = match recorded {
            None => Self::new(subject, finding.clone(), state, now),
            Some(record) => Self {
                finding: finding.clone(),
                state,
                note: None,
                was_cut_short: record.is_cut_short(),
                changed_at: now,
                ..record.clone()
            },
        };
        match finding.life {
            Life::Active => Claim::Answer(claimed),
            Life::Closed | Life::Archived => Claim::Settle(claimed),
        }
    }

    /// Claims a record again, to go on with it; `None` while somebody else does, and once nothing
    /// can come of it.
    #[must_use]
    pub fn resume(&self, now: Timestamp, patience: SignedDuration) -> Option<Self> {
        let is_taken = matches!(self.state, State::Claimed { until } if until > now);
        (!is_taken && !self.state.is_over()).then(|| Self {
            state: State::Claimed {
                until: now.checked_add(patience).unwrap_or(Timestamp::MAX),
            },
            was_cut_short: self.is_cut_short(),
            changed_at: now,
            ..self.clone()
        })
    }

    /// Whether whoever carried the plan out last did not come to an end with it.
    fn is_cut_short(&self) -> bool {
        self.was_cut_short || matches!(self.state, State::Claimed { .. })
    }
}
