//! Times, as the SDKs write them.

use aws_sdk_sts::primitives::DateTime;
use jiff::{Timestamp, Unit};

/// A time of the SDKs, to the millisecond; `None` beyond the calendar. Config sends seconds as a
/// fraction, which comes out some nanoseconds off, and would seem later than what was put.
pub(super) fn moment(time: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    let time = Timestamp::new(time.secs(), nanoseconds).ok()?;
    time.round(Unit::Millisecond).ok()
}

/// A time for the SDKs.
pub(super) fn date_time(time: Timestamp) -> DateTime {
    DateTime::from_nanos(time.as_nanosecond())
        .unwrap_or_else(|_| DateTime::from_secs(time.as_second()))
}
