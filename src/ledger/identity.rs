//! What tells ledgers apart that act on the same Managers.

use std::{fmt, str::FromStr};

use rules::text::quoted;
use serde::{Deserialize, Serialize};

use super::{
    key::Key,
    row::Row,
    table::{Table, Write},
};
use crate::ports::{Error, Passing};

/// What tells a ledger apart from others that act on the same Managers: eight hexadecimal digits,
/// made up once and kept in it. What is made in a Manager bears it, so that nobody clears up what
/// another ledger has just asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LedgerId(u32);

impl LedgerId {
    /// How many characters it has.
    pub const LENGTH: usize = 8;
}

impl fmt::Display for LedgerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}", self.0)
    }
}

impl From<u32> for LedgerId {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<LedgerId> for String {
    fn from(id: LedgerId) -> Self {
        id.to_string()
    }
}

/// The text is not what a ledger is told apart by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not eight hexadecimal digits", quoted(.0))]
pub struct NotALedgerId(Box<str>);

impl FromStr for LedgerId {
    type Err = NotALedgerId;

    fn from_str(text: &str) -> Result<Self, NotALedgerId> {
        let number = u32::from_str_radix(text, 16).map(Self);
        // There is one way to write it: no sign, no capitals, no zero left out.
        number
            .ok()
            .filter(|id| id.to_string() == text)
            .ok_or_else(|| NotALedgerId(text.into()))
    }
}

impl TryFrom<String> for LedgerId {
    type Error = NotALedgerId;

    fn try_from(text: String) -> Result<Self, NotALedgerId> {
        text.parse()
    }
}

/// What the row holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Identity {
    id: LedgerId,
}

/// What tells a ledger apart. It is made up where the ledger holds none yet.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn identify(table: &impl Table) -> Result<LedgerId, Error> {
    let key = Key::identity();
    if let Some(row) = table.read(&key).await? {
        return Ok(row.read::<Identity>()?.id);
    }
    let identity = Identity {
        id: LedgerId(fastrand::u32(..)),
    };
    let row = Row::new(key, &identity)?;
    if table.write(&row).await? == Write::Done {
        return Ok(identity.id);
    }
    // Somebody else was faster: it is what they made up.
    match table.read(&row.key).await? {
        Some(row) => Ok(row.read::<Identity>()?.id),
        None => {
            let line = format!("row {} of the ledger comes and goes", row.key);
            Err(Error::Retryable(Passing::Unavailable, line))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Memory;

    #[test]
    fn it_is_made_up_once_and_two_ledgers_differ() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (one, other) = (Memory::default(), Memory::default());
        let of = |table: &Memory| runtime.block_on(identify(table)).unwrap();
        assert_eq!(of(&one), of(&one));
        assert_ne!(of(&one), of(&other));
    }

    #[test]
    fn it_is_written_in_one_way() {
        let id = LedgerId(0x00ab_cdef);
        assert_eq!(id.to_string(), "00abcdef");
        assert_eq!("00abcdef".parse(), Ok(id));
        for other in [
            "",
            "abcdef",
            "00ABCDEF",
            "+0abcdef",
            "00abcdef0",
            "0000000g",
        ] {
            assert!(other.parse::<LedgerId>().is_err(), "{other}");
        }
    }
}
