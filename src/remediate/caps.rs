//! How much is done in an hour, and at once: whoever sends many findings must not be able to load a
//! Manager, or to change policies all day.

use serde::{Deserialize, Serialize};

use super::{Remediate, keeping};
use crate::{
    ledger::{BadRow, Key, Row, Table, Write},
    ports::Error,
};

/// How often something was done.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Count {
    count: u64,
}

impl<I, A, T: Table> Remediate<I, A, T> {
    /// Counts that something is done to a Manager in this hour; false when it was done as often as
    /// it may be.
    pub(super) async fn spend(&self, manager: &str, what: &str, most: u64) -> Result<bool, Error> {
        let key = Key::hour(manager, self.time.now(), what);
        for _ in 0..keeping::ATTEMPTS {
            let row = self.table.read(&key).await?;
            let before = counted(row.as_ref())?;
            if before.count >= most {
                return Ok(false);
            }
            let count = Count {
                count: before.count.saturating_add(1),
            };
            let mut next = Row::after(row.as_ref(), key.clone(), &count)?;
            next.expires_at = self.time.now().checked_add(self.limits.scan_window).ok();
            if self.table.write(&next).await? == Write::Done {
                return Ok(true);
            }
        }
        Err(keeping::crowded(&key))
    }

    /// Whether something may be done to a Manager once more in this hour.
    pub(super) async fn has_left(
        &self,
        manager: &str,
        what: &str,
        most: u64,
    ) -> Result<bool, Error> {
        let row = self
            .table
            .read(&Key::hour(manager, self.time.now(), what))
            .await?;
        Ok(counted(row.as_ref())?.count < most)
    }
}

fn counted(row: Option<&Row>) -> Result<Count, BadRow> {
    row.map_or(Ok(Count::default()), Row::read)
}
