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

use super::Remediate;
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
pub(super) struct Sent {
    /// When it was asked for first: the Manager's task is named after it.
    pub(super) at: Timestamp,
    /// What the Manager showed before.
    pub(super) before: Option<i64>,
    /// Whether the Manager is known to have it.
    pub(super) is_started: bool,
    /// When the Manager took it, where that was later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    /// Whether the Manager is known not to have taken it when it was asked last.
    #[serde(default)]
    is_refused: bool,
    /// What the Manager showed when it was done.
    done: Option<i64>,
}

/// What is seen of an errand.
pub(super) enum Seen {
    /// Nothing more comes of it.
    Over(Outcome),
    /// The Manager does not show that it is done.
    NotDone,
    /// The Manager cannot be asked.
    Unknown,
}

impl Sent {
    /// From when on a computer has time for it.
    pub(super) fn since(&self) -> Timestamp {
        self.started_at.unwrap_or(self.at)
    }

    /// Whether the computer may be at it, where it was sent at `since` or later.
    pub(super) fn is_under_way(&self, since: Timestamp) -> bool {
        self.done.is_none() && !self.is_refused && self.since() >= since
    }
}

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Tells a computer to do something, unless it was told so at `not_before` or later. An agent
    /// that is not active is waited for: since `waits_since`, or as long as it takes.
    pub(super) async fn send(
        &self,
        computer: &Place,
        errand: Errand,
        not_before: Timestamp,
        waits_since: Option<Timestamp>,
    ) -> Result<Outcome, Error> {
        let key = Key::errand(computer, errand);
        let row = self.table.read(&key).await?;
        let sent: Option<Sent> = row.as_ref().map(Row::read).transpose()?;
        let earlier = sent.filter(|sent| sent.since() >= not_before);
        if let (Some(row), Some(sent)) = (&row, earlier) {
            if sent.is_started || sent.done.is_some() {
                return Ok(stands(sent));
            }
            // Whoever wrote it down died, heard nothing, or was refused. The Manager may have it, and
            // the computer may even have done it: the task that would tell is gone by then.
            let (at, before) = (sent.since(), sent.before);
            if let Seen::Over(outcome) = self.see_errand(computer, errand, at, before).await? {
                return Ok(outcome);
            }
            match errand {
                Errand::Scan(_) if !sent.is_refused => return Ok(self.unheard(computer, at)),
                // To take its policy twice does nothing more to a computer.
                Errand::SendPolicy if !sent.is_refused => {
                    return self.start(computer, errand, sent, row).await;
                }
                _ => {}
            }
        }
        let shown = match self.act.shown(computer, errand).await {
            Ok(Some(shown)) => shown,
            Ok(None) => return Ok(gone(computer)),
            Err(error) => return Ok(self.outcome_of(error)),
        };
        if !shown.is_managed {
            let given_up = waits_since.and_then(|since| self.given_up(since));
            let waiting = || Outcome::Waiting("the agent is not active".into());
            return Ok(given_up.unwrap_or_else(waiting));
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
        // What was refused goes by its old name, in case the Manager has it all the same.
        let sent = match earlier {
            Some(refused) => Sent {
                is_refused: false,
                ..refused
            },
            None => Sent {
                at: self.time.now(),
                before: shown.done_at,
                is_started: false,
                started_at: None,
                is_refused: false,
                done: None,
            },
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
        match self.act.start(computer, errand, asked).await {
            Ok(()) => {}
            Err(error) if error.is_unheard() => return Ok(self.outcome_of(error)),
            Err(error) => {
                let refused = Sent {
                    is_refused: true,
                    ..sent
                };
                self.table
                    .write(&self.errand_row(Some(row), &row.key, refused)?)
                    .await?;
                return Ok(self.outcome_of(error));
            }
        }
        let now = self.time.now();
        let started = Sent {
            is_started: true,
            started_at: (now > sent.at).then_some(now),
            ..sent
        };
        self.table
            .write(&self.errand_row(Some(row), &row.key, started)?)
            .await?;
        Ok(stands(started))
    }

    /// What becomes of a scan that was written down at a time and of which nothing was heard: it is
    /// asked for once a window.
    fn unheard(&self, computer: &Place, at: Timestamp) -> Outcome {
        let manager = rules::text::quoted(&computer.manager);
        let minute = rules::time::minute;
        let why = match at.checked_add(self.limits.scan_window) {
            Ok(until) => format!(
                "asked of Manager {manager} at {}, and whether it has it is not known; asked again \
                 after {}",
                minute(at),
                minute(until)
            ),
            Err(_) => format!("asked of Manager {manager}, and whether it has it is not known"),
        };
        Outcome::Waiting(why.into())
    }

    /// Looks whether an errand is done that the Manager took at a time.
    pub(super) async fn look(
        &self,
        computer: &Place,
        errand: Errand,
        at: Timestamp,
        before: Option<i64>,
    ) -> Result<Outcome, Error> {
        let outcome = match self.see_errand(computer, errand, at, before).await? {
            Seen::Over(outcome) => Some(outcome),
            Seen::NotDone => self.given_up(at),
            Seen::Unknown => None,
        };
        Ok(outcome.unwrap_or(Outcome::Requested { at, before }))
    }

    pub(super) async fn see_errand(
        &self,
        computer: &Place,
        errand: Errand,
        at: Timestamp,
        before: Option<i64>,
    ) -> Result<Seen, Error> {
        let key = Key::errand(computer, errand);
        let row = self.table.read(&key).await?;
        let sent: Option<Sent> = row.as_ref().map(Row::read).transpose()?;
        let sent = sent.filter(|sent| sent.since() == at);
        if let Some(done) = sent.and_then(|sent| sent.done) {
            return Ok(Seen::Over(done_at(done)));
        }
        let shown = match self.act.shown(computer, errand).await {
            Ok(Some(shown)) => shown,
            Ok(None) => return Ok(Seen::Over(gone(computer))),
            Err(_) => return Ok(Seen::Unknown),
        };
        let Some(done) = moved(shown, before) else {
            return Ok(Seen::NotDone);
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
        Ok(Seen::Over(done_at(done)))
    }

    /// What becomes of an errand that a computer did not run in all the time since then.
    fn given_up(&self, since: Timestamp) -> Option<Outcome> {
        let patience = self.limits.patience;
        (self.time.now().duration_since(since) > patience).then(|| {
            let hours = patience.as_hours();
            Outcome::Failed(format!("not run within {hours} hours").into())
        })
    }

    fn errand_row(&self, before: Option<&Row>, key: &Key, sent: Sent) -> Result<Row, Error> {
        let mut row = Row::after(before, key.clone(), &sent)?;
        let kept = self.limits.patience.saturating_add(self.limits.scan_window);
        row.expires_at = sent.since().checked_add(kept).ok();
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
            at: sent.since(),
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
