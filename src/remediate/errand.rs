//! What a computer is told to do, once a window, and whether it has done it.
//!
//! A Manager takes an errand as a scheduled task, which it deletes once it is on its way: the task
//! says nothing later. So the errand is written down first, with what the Manager showed before, and
//! it is done when the Manager shows something else.

use jiff::{SignedDuration, Timestamp};
use remediations::{
    action::{Errand, Place},
    outcome::Outcome,
};
use serde::{Deserialize, Serialize};

use super::{Remediate, perform::outcome_of};
use crate::{
    ledger::{Key, Row, Table, Write},
    ports::{
        Error,
        answering::{Act, Asked, Shown},
    },
};

/// An errand as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sent {
    /// When it was asked for.
    at: Timestamp,
    /// What the Manager showed before.
    before: Option<i64>,
    /// Whether the Manager is known to have it.
    is_started: bool,
    /// What the Manager showed when it was done.
    done: Option<i64>,
}

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Tells a computer to do something, unless it was told so at `not_before` or later.
    pub(super) async fn send(
        &self,
        computer: &Place,
        errand: Errand,
        not_before: Timestamp,
    ) -> Result<Outcome, Error> {
        let key = Key::errand(computer, errand);
        let row = self.table.read(&key).await?;
        let sent: Option<Sent> = row.as_ref().map(Row::read).transpose()?;
        if let Some(row) = &row
            && let Some(sent) = sent.filter(|sent| sent.at >= not_before)
        {
            if sent.is_started || sent.done.is_some() {
                return Ok(stands(sent));
            }
            // Whoever wrote it down died. The Manager may have it, and the computer may even have
            // done it: the task that would tell is gone by then.
            return match self.look(computer, errand, sent.at, sent.before).await? {
                Outcome::Requested { .. } => self.start(computer, errand, sent, row).await,
                outcome => Ok(outcome),
            };
        }
        let shown = match self.act.shown(computer, errand).await {
            Ok(Some(shown)) => shown,
            Ok(None) => return Ok(gone(computer)),
            Err(error) => return Ok(outcome_of(error)),
        };
        if !shown.is_managed {
            return Ok(Outcome::Waiting("the agent is not active".into()));
        }
        if self.errands_under_way(&computer.manager).await? >= self.limits.errands_at_once {
            let many = format!("{} run at once already", self.limits.errands_at_once);
            return Ok(Outcome::Waiting(many.into()));
        }
        let most = self.limits.errands_an_hour;
        if !self.spend(&computer.manager, "errands", most).await? {
            return Ok(Outcome::Waiting(
                format!("{most} were sent this hour").into(),
            ));
        }
        let sent = Sent {
            at: self.time.now(),
            before: shown.done_at,
            is_started: false,
            done: None,
        };
        let next = self.errand_row(row.as_ref(), &key, sent)?;
        if self.table.write(&next).await? == Write::Conflict {
            return Ok(Outcome::Waiting("somebody else sends it just now".into()));
        }
        self.start(computer, errand, sent, &next).await
    }

    /// Has a Manager start an errand that is written down, unless it shows that it did before.
    async fn start(
        &self,
        computer: &Place,
        errand: Errand,
        sent: Sent,
        row: &Row,
    ) -> Result<Outcome, Error> {
        let asked = Asked {
            ledger: self.ledger_id().await?,
            at: sent.at,
        };
        if let Err(error) = self.act.start(computer, errand, asked).await {
            return Ok(outcome_of(error));
        }
        let started = Sent {
            is_started: true,
            ..sent
        };
        self.table
            .write(&self.errand_row(Some(row), &row.key, started)?)
            .await?;
        Ok(stands(started))
    }

    /// Looks whether an errand is done that was asked for at a time.
    pub(super) async fn look(
        &self,
        computer: &Place,
        errand: Errand,
        at: Timestamp,
        before: Option<i64>,
    ) -> Result<Outcome, Error> {
        let key = Key::errand(computer, errand);
        let row = self.table.read(&key).await?;
        let sent: Option<Sent> = row.as_ref().map(Row::read).transpose()?;
        let sent = sent.filter(|sent| sent.at == at);
        if let Some(done) = sent.and_then(|sent| sent.done) {
            return Ok(done_at(done));
        }
        let shown = match self.act.shown(computer, errand).await {
            Ok(Some(shown)) => shown,
            Ok(None) => return Ok(gone(computer)),
            Err(_) => return Ok(self.still(at, before)),
        };
        let Some(done) = moved(shown, before) else {
            return Ok(self.still(at, before));
        };
        if let (Some(sent), Some(row)) = (sent, &row) {
            let done = Sent {
                done: Some(done),
                ..sent
            };
            // Whoever else sees that it is done writes the same.
            self.table
                .write(&self.errand_row(Some(row), &key, done)?)
                .await?;
        }
        Ok(done_at(done))
    }

    /// An errand that is not done yet, or not any more.
    fn still(&self, at: Timestamp, before: Option<i64>) -> Outcome {
        if self.time.now().duration_since(at) > self.limits.patience {
            let hours = self.limits.patience.as_hours();
            return Outcome::Failed(format!("not run within {hours} hours").into());
        }
        Outcome::Requested { at, before }
    }

    /// How many errands are under way on the computers of a Manager.
    async fn errands_under_way(&self, manager: &str) -> Result<usize, Error> {
        let partition = Key::manager(manager);
        let since = since(self.time.now(), self.limits.patience);
        let mut page = None;
        let mut under_way = 0;
        loop {
            let rows = self.table.rows(&partition, Key::ERRAND, page.as_deref());
            let rows = rows.await?;
            for row in &rows.items {
                // One that cannot be read may be under way.
                let Ok(sent) = row
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(Row::read::<Sent>)
                else {
                    under_way += 1;
                    continue;
                };
                under_way += usize::from(sent.done.is_none() && sent.at >= since);
            }
            page = rows.next;
            if page.is_none() {
                return Ok(under_way);
            }
        }
    }

    fn errand_row(&self, before: Option<&Row>, key: &Key, sent: Sent) -> Result<Row, Error> {
        let mut row = Row::after(before, key.clone(), &sent)?;
        let kept = self.limits.patience.saturating_add(self.limits.scan_window);
        row.expires_at = sent.at.checked_add(kept).ok();
        Ok(row)
    }
}

/// The time so long ago.
pub(super) fn since(now: Timestamp, ago: SignedDuration) -> Timestamp {
    now.checked_sub(ago).unwrap_or(Timestamp::MIN)
}

/// When an errand was done, where what a Manager shows has changed.
fn moved(shown: Shown, before: Option<i64>) -> Option<i64> {
    shown
        .done_at
        .filter(|done| shown.is_valid && Some(*done) != before)
}

fn stands(sent: Sent) -> Outcome {
    match sent.done {
        Some(done) => done_at(done),
        None => Outcome::Requested {
            at: sent.at,
            before: sent.before,
        },
    }
}

fn done_at(milliseconds: i64) -> Outcome {
    Outcome::Done {
        at: Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH),
        result: Box::default(),
        assigned: 0,
    }
}

pub(super) fn gone(computer: &Place) -> Outcome {
    let manager = rules::text::quoted(&computer.manager);
    Outcome::Failed(
        format!(
            "Manager {manager} has no computer {} any more",
            computer.computer
        )
        .into(),
    )
}
