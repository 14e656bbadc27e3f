//! Has AWS Config run the response rules after the ledger changed, once a minute at most. It makes
//! results show earlier, and no more: the rules run every hour in any case. What is wanted is
//! written down, so that whoever comes next can do what was too soon.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Remediate, errand::since};
use crate::{
    ledger::{Key, Partition, Row, Table, Write},
    ports::{
        Error,
        answering::{Act, Started},
    },
};

/// How long a rule has to be left alone after it was started (AWS Config API reference,
/// `StartConfigRulesEvaluation`).
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// What is wanted in an account and Region.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kick {
    /// Since when the rules are to be run.
    wanted: Option<Timestamp>,
    /// When they were started last.
    started: Option<Timestamp>,
}

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Has the response rules of an account and Region run, now or as soon as that may be.
    ///
    /// # Errors
    /// When the ledger cannot be used. Nothing is lost by that but time.
    pub async fn kick(&self, partition: &Partition) -> Result<(), Error> {
        let key = Key::kick(partition);
        let row = self.table.read(&key).await?;
        let kick: Kick = row.as_ref().map(Row::read).transpose()?.unwrap_or_default();
        if kick.wanted.is_some() {
            return self.kick_if_due(partition).await;
        }
        let wanted = Kick {
            wanted: Some(self.time.now()),
            ..kick
        };
        let row = Row::after(row.as_ref(), key, &wanted)?;
        match self.table.write(&row).await? {
            Write::Done => self.start_rules(partition, wanted, &row).await,
            // Somebody else wants the same.
            Write::Conflict => Ok(()),
        }
    }

    /// Has the response rules run that were wanted and could not be started yet.
    ///
    /// # Errors
    /// As [`Remediate::kick`].
    pub async fn kick_if_due(&self, partition: &Partition) -> Result<(), Error> {
        let Some(row) = self.table.read(&Key::kick(partition)).await? else {
            return Ok(());
        };
        let kick: Kick = row.read()?;
        match kick.wanted {
            Some(_) => self.start_rules(partition, kick, &row).await,
            None => Ok(()),
        }
    }

    async fn start_rules(&self, partition: &Partition, kick: Kick, row: &Row) -> Result<(), Error> {
        let now = self.time.now();
        if kick
            .started
            .is_some_and(|started| started > since(now, PAUSE))
        {
            return Ok(());
        }
        let started = match self.act.start_response_rules(partition).await {
            Ok(Started::Now) => Kick {
                wanted: None,
                started: Some(now),
            },
            Ok(Started::TooSoon) => Kick {
                started: Some(now),
                ..kick
            },
            Err(error) => {
                tracing::warn!(%partition, %error, "the response rules were not started");
                return Ok(());
            }
        };
        // Whoever came in between wants the same, or did it.
        self.table
            .write(&Row::after(Some(row), row.key.clone(), &started)?)
            .await?;
        Ok(())
    }
}
