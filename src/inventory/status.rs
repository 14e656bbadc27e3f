//! How the last reading of a Manager went: what an auditor is told besides the pictures.

use jiff::Timestamp;
use rules::instance::AccountId;
use serde::{Deserialize, Serialize};

use crate::deep_security::Problem;

/// How the last reading of a Manager went. What a reading that failed cannot tell stays as the one
/// before it said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// When it was read, by Deepgrade's clock.
    pub checked_at: Timestamp,
    /// Why it could not be read or published; `None` where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Complaint>,
    /// When the key ends.
    #[serde(default)]
    pub key_expires: KeyEnd,
    /// How many seconds the Manager's clock is ahead of Deepgrade's; negative for behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew_seconds: Option<i64>,
    /// How many computers the last picture showed, those of no instance included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computers: Option<u64>,
    /// What of the last picture is not believed yet.
    #[serde(default)]
    pub kept: Kept,
    /// The Manager's own version. Foreign text, cleaned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Box<str>>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// Who has to do something about it.
    pub kind: Kind,
    /// In one line, cleaned.
    pub line: String,
}

/// Kinds of what can go wrong, by what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The Manager does not answer, or not in time.
    Unreachable,
    /// Its certificate is not trusted, or the connection is not encrypted.
    Untrusted,
    /// It does not accept the key.
    KeyRejected,
    /// The key may not read everything that is needed.
    RightMissing,
    /// It takes no more calls.
    Throttled,
    /// It answers something else than it should.
    BadAnswer,
    /// The settings or the secret are not what they should be.
    Settings,
    /// The picture could not be published.
    Store,
    /// A kind that a later version of Deepgrade wrote.
    #[serde(other)]
    Other,
}

/// When a key ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyEnd {
    /// Nobody knows: the key may not see its own record, or it says something else.
    #[default]
    Unknown,
    /// It does not end.
    Never,
    /// At this time, by the Manager's clock.
    At(Timestamp),
}

/// The parts of a version that are older than the rest: so many computers were missing in the new
/// picture that a second one has to agree first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// How many accounts.
    pub accounts: u64,
    /// The first of them, by rising id; at most [`Kept::SHOWN`].
    pub first: Vec<AccountId>,
    /// Whether the computers that name no account are kept.
    pub common: bool,
}

impl Kept {
    /// How many accounts are named.
    pub const SHOWN: usize = 10;

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts == 0 && !self.common
    }
}

impl From<&Problem> for Kind {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::Key(_) | Problem::KeyRejected(_) => Self::KeyRejected,
            Problem::Forbidden(_) => Self::RightMissing,
            Problem::Certificate(_) | Problem::NotEncrypted(_) => Self::Untrusted,
            Problem::TooManyCalls(_) => Self::Throttled,
            Problem::SetUp(_) | Problem::RefusedAddress(_) => Self::Settings,
            Problem::UnknownName
            | Problem::Unreachable(_)
            | Problem::ConnectTimeout(_)
            | Problem::Silent(_)
            | Problem::Deadline(_)
            | Problem::Cut => Self::Unreachable,
            _ => Self::BadAnswer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_a_later_version_is_read() {
        let complaint = r#"{"kind":"licenceOver","line":"x"}"#;
        let complaint: Complaint = serde_json::from_str(complaint).unwrap();
        assert_eq!(complaint.kind, Kind::Other);
    }

    #[test]
    fn a_rejected_key_is_told_from_a_missing_right_and_from_silence() {
        let kinds = [
            (Problem::KeyRejected(None), Kind::KeyRejected),
            (Problem::Forbidden(None), Kind::RightMissing),
            (Problem::Cut, Kind::Unreachable),
            (Problem::Status(503, None, None), Kind::BadAnswer),
            (Problem::Certificate(String::new()), Kind::Untrusted),
            (Problem::NoDate, Kind::BadAnswer),
        ];
        for (problem, kind) in kinds {
            assert_eq!(Kind::from(&problem), kind, "{problem:?}");
        }
    }
}
