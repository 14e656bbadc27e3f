//! The name of one version, which no other writer takes.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The name of a version: when it was written, and a random number. It is part of keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VersionId(Box<str>);

/// The longest name.
const LENGTH: usize = 64;

impl VersionId {
    /// A name for a version that is written now.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        Self(format!("{time}-{:016x}", fastrand::u64(..)).into())
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<VersionId> for String {
    fn from(version: VersionId) -> Self {
        version.0.into()
    }
}

impl TryFrom<String> for VersionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.is_empty() || text.len() > LENGTH || !text.bytes().all(plain) {
            return Err("is not the name of a version");
        }
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_writers_at_one_time_take_two_names() {
        let now = "2026-08-01T12:00:00Z".parse().unwrap();
        let (one, other) = (VersionId::new(now), VersionId::new(now));
        assert_ne!(one, other);
        assert!(one.to_string().starts_with("20260801T120000Z-"), "{one}");
        assert_eq!(VersionId::try_from(one.to_string()), Ok(one));
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for text in ["", "../x", "a/b", "a\n", &"a".repeat(65)] {
            assert!(VersionId::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
