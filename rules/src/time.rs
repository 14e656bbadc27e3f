//! Times as an annotation shows them, and the age of a picture.

use jiff::{SignedDuration, Timestamp};

/// How far the clock of a Manager may be ahead of that of AWS.
pub(crate) const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The time in UTC to the minute: `2026-11-24 10:01Z`.
#[must_use]
pub fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%MZ").to_string()
}

/// Why a picture that was taken at a time may not be used at `now`; `None` when it may.
pub(crate) fn out_of_date(
    taken_at: Timestamp,
    now: Timestamp,
    max_age: SignedDuration,
) -> Option<String> {
    let age = now.duration_since(taken_at);
    if age > max_age {
        return Some(format!("more than {} minutes old", max_age.as_mins()));
    }
    (age < -CLOCK_TOLERANCE).then(|| "later than the time of the evaluation".to_owned())
}
