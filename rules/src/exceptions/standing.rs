//! How exceptions stand at a time.

use jiff::{ToSpan, civil::Date};
use serde::Serialize;

use crate::text::counted;

/// So many days before an exception expires it is spoken of.
pub const WARNING_DAYS: i8 = 14;

/// How an exception stands at a time, as far as it must be spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Active,
    /// It holds, and expires within so many days: 0 is today.
    ExpiresSoon(i32),
    /// The day on which it was made has not begun.
    NotYet,
    /// Its last day is over: what it was made for counts again.
    Expired,
    /// It is made for a tag that nobody protects.
    Unprotected,
}

impl Standing {
    /// How one stands that holds until the end of a day.
    pub(super) fn until(expires: Date, today: Date) -> Self {
        let is_soon = expires <= today.saturating_add(WARNING_DAYS.days());
        match today.until(expires) {
            Ok(left) if is_soon => Self::ExpiresSoon(left.get_days()),
            _ => Self::Active,
        }
    }
}

/// How many exceptions stand how, as far as they must be spoken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingCounts {
    /// How many there are.
    pub all: usize,
    /// How many expire within [`WARNING_DAYS`].
    pub expiring: usize,
    /// How many have expired.
    pub expired: usize,
    /// How many are not honoured.
    pub unprotected: usize,
}

impl StandingCounts {
    pub(super) fn note(&mut self, standing: Standing) {
        self.all += 1;
        match standing {
            Standing::Active | Standing::NotYet => {}
            Standing::ExpiresSoon(_) => self.expiring += 1,
            Standing::Expired => self.expired += 1,
            Standing::Unprotected => self.unprotected += 1,
        }
    }

    /// What somebody should look at, in one clause; `None` where nothing is to be said.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let told = [
            (
                self.expiring,
                format!("expiring within {WARNING_DAYS} days"),
            ),
            (self.expired, "expired".to_owned()),
            (self.unprotected, "not honoured".to_owned()),
        ];
        let told = told.into_iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let of = counted(self.all, "exception");
        (!told.is_empty()).then(|| format!("of {of}, {}", told.join(", ")))
    }
}
