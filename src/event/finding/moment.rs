//! Times, in the shapes that sources write.

use jiff::{Timestamp, civil::DateTime, fmt::strtime::BrokenDownTime, tz::TimeZone};
use rules::fact::{Fact, Readable as _};

/// How Inspector writes times, which are of UTC: in 2024, and in the years before (Amazon Inspector
/// user guide, "Amazon EventBridge schema for Amazon Inspector events").
const OF_INSPECTOR: [&str; 2] = ["%a %b %d %H:%M:%S%.f UTC %Y", "%b %d, %Y, %I:%M:%S %p"];

/// A time; `None` for what is none, or none of this century.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    if let Fact::Known(time) = Timestamp::read_text(text) {
        return Some(time);
    }
    // The tables of names that Inspector writes times by have changed the blank before PM.
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let formats = OF_INSPECTOR.iter();
    let civil = formats
        .filter_map(|format| {
            BrokenDownTime::parse(format, &plain)
                .ok()?
                .to_datetime()
                .ok()
        })
        .next();
    let civil: DateTime = civil.or_else(|| plain.parse().ok())?;
    let time = TimeZone::UTC.to_timestamp(civil).ok()?;
    match Timestamp::read_number(time.as_millisecond()) {
        Fact::Known(_) => Some(time),
        Fact::Unrecognised(_) | Fact::Missing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read() {
        for (text, time) in [
            ("2026-11-20T10:00:05Z", "2026-11-20T10:00:05Z"),
            ("2026-11-20T10:00:05.123Z", "2026-11-20T10:00:05.123Z"),
            ("2026-11-20T11:00:05+01:00", "2026-11-20T10:00:05Z"),
            ("2026-11-20 10:00:05", "2026-11-20T10:00:05Z"),
            (
                "Wed Sep 04 16:59:44.356 UTC 2024",
                "2024-09-04T16:59:44.356Z",
            ),
            ("Wed Sep 4 16:59:44 UTC 2024", "2024-09-04T16:59:44Z"),
            ("Mar 20, 2023, 6:08:05 PM", "2023-03-20T18:08:05Z"),
            ("Mar 2, 2023, 12:08:05\u{202f}AM", "2023-03-02T00:08:05Z"),
        ] {
            assert_eq!(moment(text), Some(time.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "9999-01-01T00:00:00Z",
            "Wed Sep 31 16:59:44.356 UTC 2024",
            "Mar 20, 9999, 6:08:05 PM",
            "-1",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
