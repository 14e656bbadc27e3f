//! What is open is looked at again: scans that were asked for, instances that were not protected,
//! findings of which a fact was missing, and those whose answer was cut short.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use remediations::{
    Plan,
    finding::{About, FindingId, Life},
    record::{Record, State},
};
use rules::{instance::InstanceId, ledger::Source, text::clean};

use super::{
    Mode, Remediate,
    keeping::Kept,
    respond::{Answered, Unanswered},
};
use crate::{
    ledger::{Partition, Table},
    ports::{
        Error,
        answering::{Act, Investigate},
    },
};

/// How long it takes until instances are looked for again that could not be found.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// How long it takes until instances are looked for that a finding did not lead to before.
const LOOK_DAILY: SignedDuration = SignedDuration::from_hours(24);

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

/// What going on with a record would be.
#[derive(Debug)]
enum Work {
    /// To carry its plan on.
    CarryOn,
    /// To carry this plan out.
    Plan(Box<Plan>),
    /// To say why there is no plan, of one whose answer was cut short.
    Leave(String),
    /// To look where the finding leads.
    Lead,
}

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
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
                let read = row.and_then(|row| match row.key.is_of_finding() {
                    true => row.record().map(|record| Some(Kept { record, row })),
                    false => Ok(None),
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
        // A source is asked where it found something, which need not be where the instance runs.
        let mut asked: BTreeMap<(Source, Partition), BTreeSet<FindingId>> = BTreeMap::new();
        let matters = |record: &&Record| {
            (record.state.is_open() || leads_on(record)) && !record.finding.sample
        };
        for finding in records().filter(matters).map(|record| &record.finding) {
            let place = (finding.source, Partition::from(finding));
            asked.entry(place).or_default().insert(finding.id.clone());
        }
        for ((source, place), findings) in asked {
            match self.investigate.lives(&place, source, &findings).await {
                Ok(lives) => {
                    let lives = lives.into_iter();
                    over.lives
                        .extend(lives.map(|(finding, life)| ((source, finding), life)));
                }
                Err(error) => {
                    tracing::warn!(%place, %source, %error, "what the source says is unknown");
                }
            }
        }
        over
    }

    /// Writes down that nothing can come of a finding any more.
    async fn end(&self, kept: Kept, state: State) -> Result<Record, Error> {
        let mut record = Record {
            state,
            note: None,
            changed_at: self.now(),
            ..kept.record.clone()
        };
        // What its source says by now: it is another one when the source takes it up again.
        match state {
            State::Closed => record.finding.life = Life::Closed,
            State::Archived => record.finding.life = Life::Archived,
            _ => {}
        }
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
        let Some(work) = self.work_on(&kept.record, mode).await? else {
            return Ok(kept.record);
        };
        let before = kept.record;
        let Some(row) = self.write(Some(&kept.row), &claimed).await? else {
            return Ok(before);
        };
        let record = match work {
            Work::CarryOn => claimed,
            Work::Plan(plan) => claimed.planned(*plan, self.now()),
            Work::Leave(why) => {
                let settled = self
                    .settle(claimed.unplanned(why, self.now()), &row)
                    .await?;
                return Ok(recorded(Some(settled)).unwrap_or(before));
            }
            Work::Lead => {
                let head = Kept {
                    record: claimed,
                    row,
                };
                return match self.go_on_by_head(head, mode).await {
                    Ok(answered) => {
                        Ok(recorded(answered.into_iter().next_back()).unwrap_or(before))
                    }
                    Err(Unanswered::Ledger(error)) => Err(error),
                    // One of its instances is answered by somebody else just now: the claim ends,
                    // and the next run is for the rest.
                    Err(Unanswered::Busy { .. }) => Ok(before),
                };
            }
        };
        let answered = self.carry_out(Kept { record, row }, mode).await?;
        Ok(recorded(Some(answered)).unwrap_or(before))
    }

    /// What going on with a record would be; `None` where nothing would change by it.
    async fn work_on(&self, record: &Record, mode: Mode) -> Result<Option<Work>, Error> {
        let Some(instance) = record.instance else {
            if !record.is_head() {
                // It goes with the finding itself.
                return Ok(None);
            }
            if record.needs_plan() || self.is_to_be_led_again(record) {
                return Ok(Some(Work::Lead));
            }
            return self.work_on_steps(record, mode).await;
        };
        // A plan that waited until somebody mended something may not be what fits by now.
        let waited = mode == Mode::Acting && self.is_to_be_tried_again(record);
        if record.needs_plan() || rests_on_what_may_change(record.state) || waited {
            let trail = trail_of(record);
            let planned = self.plan(record, instance, &trail).await;
            if let (Err(why), State::Claimed { .. }) = (&planned, record.state) {
                return Ok(Some(Work::Leave(clean(why))));
            }
            let is_new = |plan: &Plan| {
                let before = record.plan.as_ref().filter(|_| !record.needs_plan());
                before.is_none_or(|before| before.is_changed_in(plan))
            };
            if let Some(plan) = planned.ok().filter(is_new) {
                return Ok(Some(Work::Plan(Box::new(plan))));
            }
            if record.needs_plan() {
                return Ok(None);
            }
        }
        self.work_on_steps(record, mode).await
    }

    async fn work_on_steps(&self, record: &Record, mode: Mode) -> Result<Option<Work>, Error> {
        let was_cut_short = matches!(record.state, State::Claimed { .. });
        let is_due = was_cut_short || self.has_due_step(record, mode).await?;
        Ok(is_due.then_some(Work::CarryOn))
    }

    /// Whether nobody has looked for a while where a finding leads: to look takes many calls.
    fn is_to_be_led_again(&self, head: &Record) -> bool {
        let age = self.now().duration_since(head.changed_at);
        let is_blind =
            head.state == State::Failed || head.led_to.iter().any(|to| to.instance.is_none());
        (is_blind && age >= LOOK_AGAIN) || (leads_on(head) && age >= LOOK_DAILY)
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
    let changes = record.state.is_open() || has_no_rule() || leads_on(record);
    record.finding.life == Life::Active && changes
}

/// Whether a finding may lead to other instances tomorrow: roles are given to new ones all the time.
fn leads_on(head: &Record) -> bool {
    let is_bucket = matches!(head.finding.about, About::Bucket(_));
    head.is_head() && is_bucket && !head.state.is_over()
}

/// Whether what a plan rests on may have changed since it was made. A plan that is being carried out
/// is carried out.
fn rests_on_what_may_change(state: State) -> bool {
    !matches!(state, State::Pending | State::Claimed { .. })
}

fn trail_of(record: &Record) -> Vec<Box<str>> {
    let plan = record.plan.as_ref();
    plan.map(|plan| plan.trail.clone()).unwrap_or_default()
}

fn recorded(answered: Option<Answered>) -> Option<Record> {
    match answered? {
        Answered::Recorded(record) => Some(*record),
        _ => None,
    }
}
