//! How severe a source says that a finding is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How severe a source says that a finding is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// A number of GuardDuty, in tenths: 80 for 8.0 (1.0 to 10.0).
    Score(u16),
    /// A word of Macie or Inspector, as the source writes it.
    Word(SeverityWord),
}

/// The words for severities (Macie and Inspector API references).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SeverityWord {
    /// Not assessed yet.
    Untriaged,
    /// For information.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Score(tenths) if tenths % 10 == 0 => write!(formatter, "sev {}", tenths / 10),
            Self::Score(tenths) => write!(formatter, "sev {}.{}", tenths / 10, tenths % 10),
            Self::Word(word) => formatter.write_str(match word {
                SeverityWord::Untriaged => "untriaged",
                SeverityWord::Informational => "informational",
                SeverityWord::Low => "low",
                SeverityWord::Medium => "medium",
                SeverityWord::High => "high",
                SeverityWord::Critical => "critical",
            }),
        }
    }
}
