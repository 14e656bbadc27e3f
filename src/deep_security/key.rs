//! What a Manager knows of the API key that it is called with.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rules::fact::Fact;

use super::call::Call;

/// Asks for the record of the key itself.
pub(super) static KEY_RECORD: Call = Call {
    method: Method::GET,
    path: Cow::Borrowed("/apikeys/current"),
    query: "",
    right: "view API keys",
};

/// How long before its end a key is reported.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The record of a key. Its texts are foreign, and already cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The display name.
    pub name: Box<str>,
    /// Whether it may be used, where reported.
    pub active: Option<bool>,
    /// When it ends, by the Manager's clock; missing for a key that does not end.
    pub expires: Fact<Timestamp>,
}

/// How much longer a key lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It does not end.
    Never,
    /// It lasts at least 30 days.
    Later(Timestamp),
    /// It ends within 30 days.
    Soon(Timestamp),
    /// It has ended.
    Over(Timestamp),
    /// Its end is reported in a way that is not understood.
    Unknown,
}

impl KeyRecord {
    /// How much longer the key lasts at `now`.
    #[must_use]
    pub fn expiry(&self, now: Timestamp) -> Expiry {
        match self.expires {
            Fact::Missing => Expiry::Never,
            Fact::Unrecognised(_) => Expiry::Unknown,
            Fact::Known(end) if end <= now => Expiry::Over(end),
            Fact::Known(end) if end.duration_since(now) < SOON => Expiry::Soon(end),
            Fact::Known(end) => Expiry::Later(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_reported_thirty_days_before_its_end() {
        let end: Timestamp = "2026-08-31T12:00:00Z".parse().unwrap();
        let record = KeyRecord {
            name: "deepgrade".into(),
            active: Some(true),
            expires: Fact::Known(end),
        };
        let at = |now: &str| record.expiry(now.parse().unwrap());
        assert_eq!(at("2026-08-01T12:00:00Z"), Expiry::Later(end));
        assert_eq!(at("2026-08-01T12:00:01Z"), Expiry::Soon(end));
        assert_eq!(at("2026-08-31T12:00:00Z"), Expiry::Over(end));
        let for_ever = KeyRecord {
            expires: Fact::Missing,
            ..record
        };
        assert_eq!(for_ever.expiry(end), Expiry::Never);
    }
}
