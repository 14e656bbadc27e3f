//! Times as an annotation shows them.

use jiff::Timestamp;

/// The time in UTC to the minute: `2026-11-24 10:01Z`.
#[must_use]
pub fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%MZ").to_string()
}
