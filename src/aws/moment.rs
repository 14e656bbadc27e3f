//! Times, as the SDKs write them.

use aws_sdk_sts::primitives::DateTime;
use jiff::Timestamp;

/// A time of the SDKs; `None` beyond the calendar.
pub(super) fn moment(time: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanoseconds).ok()
}

/// A time for the SDKs.
pub(super) fn date_time(time: Timestamp) -> DateTime {
    DateTime::from_nanos(time.as_nanosecond())
        .unwrap_or_else(|_| DateTime::from_secs(time.as_second()))
}
