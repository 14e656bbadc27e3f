//! Times as Config writes them: numbers of seconds in answers, ISO 8601 with ms in events.

use serde_json::{Value, json};

/// Seconds since the epoch, with a fraction only where there is one.
pub(crate) fn seconds(ms: i64) -> Value {
    if ms % 1000 == 0 {
        json!(ms / 1000)
    } else {
        // Milliseconds of this age need 41 bits, and a double has 53.
        json!(ms as f64 / 1000.0)
    }
}

/// The ms of a number of seconds; `None` for what is no time.
pub(crate) fn ms(seconds: &Value) -> Option<i64> {
    let ms = (seconds.as_f64()? * 1000.0).round();
    // Beyond this a number of ms is not exact any more, and no time that anybody means.
    (ms.abs() < 9e15).then_some(ms as i64)
}

/// `2026-11-20T10:01:03.120Z`
pub(crate) fn iso(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::{iso, ms, seconds};
    use serde_json::json;

    #[test]
    fn times_keep_their_milliseconds() {
        for (time, written) in [
            (1_795_168_860_677, json!(1_795_168_860.677)),
            (1_795_168_860_000, json!(1_795_168_860)),
        ] {
            assert_eq!(seconds(time), written);
            assert_eq!(ms(&written), Some(time));
        }
        assert_eq!(iso(1_795_168_860_000), "2026-11-20T10:01:00.000Z");
        assert_eq!(ms(&json!(1e300)), None);
        assert_eq!(ms(&json!("2026-11-20")), None);
    }
}
