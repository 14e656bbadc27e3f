//! Names of scheduled tasks: made of what they are for, so that a task whose creation was not
//! heard of is found again, and so that one is never made twice.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use remediations::action::Scan;
use rules::{computer::ComputerId, text::quoted};
use sha2::{Digest as _, Sha256};

/// What the names of all tasks begin with that Deepgrade makes.
pub(super) const PREFIX: &str = "deepgrade-";

/// How many bytes of the hash are in a name: enough that no two tasks ever share one.
const HASH_BYTES: usize = 16;

/// What a one-off task makes an agent do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// A scan.
    Scan(Scan),
    /// To take its policy.
    PolicySend,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Scan(Scan::Recommendation),
        Self::Scan(Scan::Integrity),
        Self::Scan(Scan::Malware),
        Self::PolicySend,
    ];

    /// The word for keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scan(scan) => scan.word(),
            Self::PolicySend => "policy-send",
        }
    }
}

/// The name of a scheduled task that Deepgrade makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskName(Box<str>);

impl TaskName {
    /// The name of the task that lets a computer of a Manager do something in a window of time.
    /// Within the same window it is the same name, so that the same task is not made again.
    #[must_use]
    pub fn new(manager: &str, computer: ComputerId, kind: TaskKind, window: Timestamp) -> Self {
        let window = window.as_millisecond();
        // The only text that is not ours stands last, so that nothing in it can pass for the rest.
        let whole = format!("{}\n{computer}\n{window}\n{manager}", kind.word());
        let hash = Sha256::digest(whole);
        let hex: String = hash
            .iter()
            .take(HASH_BYTES)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self(format!("{PREFIX}{hex}").into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a task with that name was made by Deepgrade. Somebody else may begin names as it does.
pub(super) fn is_ours(name: &str) -> bool {
    name.parse::<TaskName>().is_ok()
}

impl fmt::Display for TaskName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The name is not one that Deepgrade gives to a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not the name of a scheduled task of Deepgrade", quoted(.0))]
pub struct NotOurTask(Box<str>);

impl FromStr for TaskName {
    type Err = NotOurTask;

    fn from_str(text: &str) -> Result<Self, NotOurTask> {
        let hash = text.strip_prefix(PREFIX).unwrap_or_default();
        let is_hash = hash.len() == 2 * HASH_BYTES
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash {
            Ok(Self(text.into()))
        } else {
            Err(NotOurTask(text.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_work_in_the_same_window_has_the_same_name_and_other_work_another() {
        let window = at("2026-11-20T00:00:00Z");
        let name = |manager, computer, kind, window| {
            TaskName::new(manager, computer, kind, window).to_string()
        };
        let malware = TaskKind::Scan(Scan::Malware);
        let first = name("ds", 217, malware, window);
        assert_eq!(first, name("ds", 217, malware, window));
        assert_eq!(first, "deepgrade-e3cd0cea3bfbe02225cef6a31a259721");
        let mut names: BTreeSet<String> = TaskKind::ALL
            .iter()
            .map(|kind| name("ds", 217, *kind, window))
            .collect();
        names.insert(name("ds2", 217, malware, window));
        names.insert(name("ds", 21, malware, window));
        names.insert(name("ds", 217, malware, at("2026-11-21T00:00:00Z")));
        names.insert(name("7\nds", 21, malware, window));
        assert_eq!(names.len(), 8);
        assert!(names.contains(&first));
    }

    #[test]
    fn a_name_is_read_back_and_another_is_refused() {
        let name = TaskName::new("ds", 1, TaskKind::PolicySend, Timestamp::UNIX_EPOCH);
        assert_eq!(name.as_str().parse(), Ok(name.clone()));
        for other in [
            "",
            "deepgrade-",
            "deepgrade-%",
            "Nightly scan",
            &name.as_str().to_uppercase(),
            &format!("{name}0"),
            &format!(" {name}"),
        ] {
            let refused = other.parse::<TaskName>().unwrap_err().to_string();
            assert!(refused.contains("is not the name of a scheduled task"));
        }
    }
}
