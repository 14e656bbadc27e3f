//! The kill switch: one row of the ledger that stops everything that acts, at once and everywhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Mode, Remediate};
use crate::{
    ledger::{Key, Row, Table, Write},
    ports::Error,
};

/// What the switch says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Switch {
    /// Whether nothing may act.
    stopped: bool,
    /// Since when it says so.
    since: Timestamp,
}

impl<I, A, T: Table> Remediate<I, A, T> {
    /// Whether anything is done, where a deployer `wants` it to.
    ///
    /// # Errors
    /// When the switch cannot be read: nothing may be done then.
    pub async fn mode(&self, wants: Mode) -> Result<Mode, Error> {
        if wants == Mode::DryRun {
            return Ok(wants);
        }
        Ok(match is_stopped(&self.table).await? {
            true => Mode::DryRun,
            false => Mode::Acting,
        })
    }
}

/// Whether somebody has stopped everything that acts.
///
/// # Errors
/// When the switch cannot be read: nothing may be done then.
pub async fn is_stopped(table: &impl Table) -> Result<bool, Error> {
    let row = table.read(&Key::acting()).await?;
    let switch: Option<Switch> = row.as_ref().map(Row::read).transpose()?;
    Ok(switch.is_some_and(|switch| switch.stopped))
}

/// Stops everything that acts, or lets it go on.
///
/// # Errors
/// When the ledger cannot be used, or somebody else throws the switch just now.
pub async fn throw(table: &impl Table, stopped: bool, now: Timestamp) -> Result<(), Error> {
    let key = Key::acting();
    let before = table.read(&key).await?;
    let switch = Switch {
        stopped,
        since: now,
    };
    let row = Row::after(before.as_ref(), key.clone(), &switch)?;
    match table.write(&row).await? {
        Write::Done => Ok(()),
        Write::Conflict => Err(super::keeping::crowded(&key)),
    }
}
