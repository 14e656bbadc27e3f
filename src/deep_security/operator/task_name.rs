//! Names of scheduled tasks: made of what they are for, so that a task whose creation was not
//! heard of is found again, and so that one is never made twice; and of who asked for them and when,
//! so that nobody clears up what may still run, or is somebody else's.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use remediations::action::Scan;
use rules::{computer::ComputerId, text::quoted};
use sha2::{Digest as _, Sha256};

use crate::{ledger::LedgerId, ports::answering::Asked};

/// What the names of all tasks begin with that Deepgrade makes.
pub(super) const PREFIX: &str = "deepgrade-";

/// How the time is written in it.
const TIME: &str = "%Y%m%dT%H%M%SZ";

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

/// The name of a scheduled task that Deepgrade makes: for which ledger, when that asked for it (in
/// UTC), and a hash of the Manager, the computer, what it does, and that time to the millisecond:
/// `deepgrade-5f3a90c1-20261120T100412Z-5ad0a4a29091d5653f861a9bbd6deaa5`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskName {
    ledger: LedgerId,
    asked_at: Timestamp,
    text: Box<str>,
}

impl TaskName {
    /// The name of the task that lets a computer of a Manager do something. For the same ledger and
    /// time it is the same name, so that the same task is not made again.
    #[must_use]
    pub fn new(asked: Asked, manager: &str, computer: ComputerId, kind: TaskKind) -> Self {
        let window = asked.at.as_millisecond();
        // The only text that is not ours stands last, so that nothing in it can pass for the rest.
        let whole = format!("{}\n{computer}\n{window}\n{manager}", kind.word());
        let hash = Sha256::digest(whole);
        let hex: String = hash
            .iter()
            .take(HASH_BYTES)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let Asked { ledger, at } = asked;
        Self {
            ledger,
            asked_at: to_the_second(at),
            text: format!("{PREFIX}{ledger}-{}-{hex}", at.strftime(TIME)).into(),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The ledger that asked for the task.
    #[must_use]
    pub fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// When it was asked for, to the second, by the clock of whoever asked.
    #[must_use]
    pub fn asked_at(&self) -> Timestamp {
        self.asked_at
    }
}

fn to_the_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_millisecond().div_euclid(1_000)).unwrap_or(time)
}

impl fmt::Display for TaskName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The name is not one that Deepgrade gives to a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not the name of a scheduled task of Deepgrade", quoted(.0))]
pub struct NotOurTask(Box<str>);

impl FromStr for TaskName {
    type Err = NotOurTask;

    fn from_str(text: &str) -> Result<Self, NotOurTask> {
        read(text).ok_or_else(|| NotOurTask(text.into()))
    }
}

/// Reads a name. Somebody else may begin names as Deepgrade does.
fn read(text: &str) -> Option<TaskName> {
    let mut parts = text.strip_prefix(PREFIX)?.split('-');
    let (ledger, time, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hash = hash.len() == 2 * HASH_BYTES
        && hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let asked_at = DateTime::strptime(TIME, time).ok()?;
    let asked_at = TimeZone::UTC.to_timestamp(asked_at).ok()?;
    let is_one = is_hash && parts.next().is_none() && asked_at.strftime(TIME).to_string() == time;
    let ledger = ledger.parse().ok()?;
    is_one.then(|| TaskName {
        ledger,
        asked_at,
        text: text.into(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn asked(ledger: u32, at: &str) -> Asked {
        Asked {
            ledger: ledger.into(),
            at: at.parse().unwrap(),
        }
    }

    #[test]
    fn the_same_work_asked_for_at_once_has_the_same_name_and_other_work_another() {
        let now = asked(0x5f3a_90c1, "2026-11-20T10:04:12.345Z");
        let name = |asked, manager, computer, kind| {
            TaskName::new(asked, manager, computer, kind).to_string()
        };
        let malware = TaskKind::Scan(Scan::Malware);
        let first = name(now, "ds", 217, malware);
        assert_eq!(first, name(now, "ds", 217, malware));
        assert_eq!(
            first,
            "deepgrade-5f3a90c1-20261120T100412Z-5ad0a4a29091d5653f861a9bbd6deaa5"
        );
        let mut names: BTreeSet<String> = TaskKind::ALL
            .iter()
            .map(|kind| name(now, "ds", 217, *kind))
            .collect();
        names.insert(name(now, "ds2", 217, malware));
        names.insert(name(now, "ds", 21, malware));
        let later = asked(0x5f3a_90c1, "2026-11-20T10:04:12.346Z");
        names.insert(name(later, "ds", 217, malware));
        let other = asked(0x5f3a_90c2, "2026-11-20T10:04:12.345Z");
        names.insert(name(other, "ds", 217, malware));
        names.insert(name(now, "7\nds", 21, malware));
        assert_eq!(names.len(), 9);
        assert!(names.contains(&first));
    }

    #[test]
    fn a_name_is_read_back_and_another_is_refused() {
        let asked = asked(7, "2026-11-20T10:04:12.345Z");
        let name = TaskName::new(asked, "ds", 1, TaskKind::PolicySend);
        assert_eq!(name.as_str().parse(), Ok(name.clone()));
        assert_eq!(name.ledger(), asked.ledger);
        assert_eq!(name.asked_at().to_string(), "2026-11-20T10:04:12Z");
        for other in [
            "",
            "deepgrade-",
            "deepgrade-%",
            "Nightly scan",
            "deepgrade-00112233445566778899aabbccddeeff",
            &name.as_str().to_uppercase(),
            &name.as_str().replace("1004", "2504"),
            &name.as_str().replace("2026", "+2026"),
            &format!("{name}0"),
            &format!("{name}-0"),
            &format!(" {name}"),
        ] {
            let refused = other.parse::<TaskName>().unwrap_err().to_string();
            assert!(refused.contains("is not the name of a scheduled task"));
        }
    }
}
