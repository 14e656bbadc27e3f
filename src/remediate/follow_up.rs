//! What is open is looked at again: scans that were asked for, instances that were not protected,
//! findings of which a fact was missing, and those whose answer was cut short.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use remediations::{
    finding::{FindingId, Life},
    record::{Record, State},
};
use rules::{instance::InstanceId, ledger::Source};

use super::{
    Mode, Remediate,
    keeping::Kept,
    respond::{Answered, Unanswered},
};
use crate::{
    ledger::{Key, Partition, Table},
    ports::{
        Error,
        answering::{Act, Investigate},
    },
};

/// How long it takes until instances are looked for again that could not be found.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What one run looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// How many findings were looked at.
    pub looked_at: usize,
    /// Whether something changed that is shown in AWS Config.
    pub changed: bool,
    /// How many findings are open after it.
    pub open: usize,
    /// Rows that hold no finding that can be read, in one line each.
    pub unreadable: Vec<String>,
}

/// What of some findings is over.
#[derive(Debug, Default)]
struct Over {
    /// The instances that are no more.
    gone: BTreeSet<InstanceId>,
    /// What the sources say of findings.
    lives: BTreeMap<(Source, FindingId), Life>,
}

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// The accounts and Regions in which there are findings.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn partitions(&self) -> Result<Vec<Partition>, Error> {
        let mut partitions = Vec::new();
        let mut page = None;
        loop {
            let rows = self
                .table
                .rows(Key::PARTITIONS, "", page.as_deref())
                .await?;
            let read = rows
                .items
                .iter()
                .filter_map(|row| row.as_ref().ok())
                .filter_map(|row| Partition::read(&row.key.sort));
            partitions.extend(read);
            page = rows.next;
            if page.is_none() {
                return Ok(partitions);
            }
        }
    }

    /// Looks at everything again that can change in an account and Region.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn follow_up(&self, partition: &Partition, mode: Mode) -> Result<Followed, Error> {
        let mut followed = Followed::default();
        let name = partition.to_string();
        let mut page = None;
        loop {
            let rows = self.table.rows(&name, "", page.as_deref()).await?;
            let mut lying = Vec::new();
            for row in rows.items {
                let read = row.and_then(|row| match row.key.sort.starts_with(Key::WATERMARK) {
                    true => Ok(None),
                    false => row.record().map(|record| Some(Kept { record, row })),
                });
                match read {
                    Ok(Some(kept)) if !kept.record.state.is_over() => lying.push(kept),
                    Ok(_) => {}
                    Err(bad) => followed.unreadable.push(bad.to_string()),
                }
            }
            let over = self.over(partition, &lying).await;
            for kept in lying {
                let before = kept.record.clone();
                let after = match over.life_of(&kept.record) {
                    Some(state) => self.end(kept, state).await?,
                    None if wants_more(&kept.record) => self.look_again(kept, mode).await?,
                    None => kept.record,
                };
                followed.looked_at += 1;
                followed.open += usize::from(after.state.is_open());
                if after.state != before.state || after.outcomes != before.outcomes {
                    followed.changed = true;
                }
            }
            page = rows.next;
            if page.is_none() {
                return Ok(followed);
            }
        }
    }

    /// What is over of some findings: where that cannot be asked just now, nothing is.
    async fn over(&self, partition: &Partition, lying: &[Kept]) -> Over {
        let records = || lying.iter().map(|kept| &kept.record);
        let instances: BTreeSet<InstanceId> =
            records().filter_map(|record| record.instance).collect();
        let mut over = Over::default();
        if !instances.is_empty() {
            match self.investigate.existing(partition, &instances).await {
                Ok(existing) => over.gone = &instances - &existing,
                Err(error) => {
                    tracing::warn!(%partition, %error, "which instances exist is unknown")
                }
            }
        }
        for source in Source::ALL {
            let of_source = |record: &&Record| {
                record.finding.source == *source && record.state.is_open() && !record.finding.sample
            };
            let findings: BTreeSet<FindingId> = records()
                .filter(of_source)
                .map(|record| record.finding.id.clone())
                .collect();
            if findings.is_empty() {
                continue;
            }
            match self.investigate.lives(partition, *source, &findings).await {
                Ok(lives) => {
                    let lives = lives
                        .into_iter()
                        .map(|(finding, life)| ((*source, finding), life));
                    over.lives.extend(lives);
                }
                Err(error) => {
                    tracing::warn!(%partition, %source, %error, "what the source says is unknown");
                }
            }
        }
        over
    }

    /// Writes down that nothing can come of a finding any more.
    async fn end(&self, kept: Kept, state: State) -> Result<Record, Error> {
        let record = Record {
            state,
            note: None,
            changed_at: self.now(),
            ..kept.record.clone()
        };
        let written = self.write(Some(&kept.row), &record).await?;
        Ok(if written.is_some() {
            record
        } else {
            kept.record
        })
    }

    /// Goes on with a record, where there is something to do: what stays as it is is not written.
    async fn look_again(&self, kept: Kept, mode: Mode) -> Result<Record, Error> {
        let Some(claimed) = kept.record.resume(self.now(), self.limits.claim) else {
            return Ok(kept.record);
        };
        if !self.has_work(&kept.record, mode).await? {
            return Ok(kept.record);
        }
        let before = kept.record;
        let Some(row) = self.write(Some(&kept.row), &claimed).await? else {
            return Ok(before);
        };
        let claimed = Kept {
            record: claimed,
            row,
        };
        if before.instance.is_none() && (before.needs_plan() || before.state == State::Failed) {
            return match self.go_on_by_head(claimed, mode).await {
                Ok(answered) => Ok(recorded(answered).unwrap_or(before)),
                Err(Unanswered::Ledger(error)) => Err(error),
                // One of its instances is answered by somebody else just now: the claim ends, and
                // the next run is for the rest.
                Err(Unanswered::Busy { .. }) => Ok(before),
            };
        }
        let plans_anew = before.needs_plan() || plans_anew(before.state);
        let trail = trail_of(&before);
        let answered = self.go_on(claimed, &trail, plans_anew, mode).await?;
        Ok(recorded(vec![answered]).unwrap_or(before))
    }

    /// Whether not every instance that a finding leads to could be found, and nobody has looked for
    /// a while: to look takes many calls.
    fn is_blind_for_long(&self, head: &Record) -> bool {
        let age = self.now().duration_since(head.changed_at);
        head.state == State::Failed && age >= LOOK_AGAIN
    }

    /// Whether going on with a record would change anything.
    async fn has_work(&self, record: &Record, mode: Mode) -> Result<bool, Error> {
        let Some(instance) = record.instance else {
            let is_due = record.needs_plan() || self.is_blind_for_long(record);
            return Ok(is_due || self.has_due_step(record, mode).await?);
        };
        match record.state {
            State::Unplanned => Ok(self.plan(record, instance, &[]).await.is_ok()),
            State::Claimed { .. } => Ok(true),
            State::Pending => self.has_due_step(record, mode).await,
            _ => {
                let planned = self.plan(record, instance, &[]).await;
                let is_other = planned.is_ok_and(|plan| {
                    record
                        .plan
                        .as_ref()
                        .is_none_or(|before| before.is_changed_in(&plan))
                });
                Ok(is_other || self.has_due_step(record, mode).await?)
            }
        }
    }
}

impl Over {
    /// How a record is to end; `None` where it is not over.
    fn life_of(&self, record: &Record) -> Option<State> {
        if record
            .instance
            .is_some_and(|instance| self.gone.contains(&instance))
        {
            return Some(State::Gone);
        }
        let finding = &record.finding;
        match self.lives.get(&(finding.source, finding.id.clone()))? {
            Life::Active => None,
            Life::Closed => Some(State::Closed),
            Life::Archived => Some(State::Archived),
        }
    }
}

/// Whether a record can change by itself: what is open may, and so may a finding for which no rule
/// exists.
fn wants_more(record: &Record) -> bool {
    let has_no_rule = || {
        let plan = record.plan.as_ref();
        plan.is_some_and(|plan| plan.without_rule_in.is_some())
    };
    record.finding.life == Life::Active && (record.state.is_open() || has_no_rule())
}

/// Whether what a plan rests on may have changed since it was made. A plan that is being carried out
/// is carried out.
fn plans_anew(state: State) -> bool {
    !matches!(state, State::Pending | State::Claimed { .. })
}

fn trail_of(record: &Record) -> Vec<Box<str>> {
    let plan = record.plan.as_ref();
    plan.map(|plan| plan.trail.clone()).unwrap_or_default()
}

/// The record of the last answer, where there is one.
fn recorded(answered: Vec<Answered>) -> Option<Record> {
    match answered.into_iter().next_back()? {
        Answered::Recorded(record) => Some(*record),
        _ => None,
    }
}
