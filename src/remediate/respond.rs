//! A finding comes in.

use std::fmt;

use jiff::Timestamp;
use remediations::{
    Finding,
    finding::Life,
    record::{LedTo, Record, Subject},
};
use rules::instance::InstanceId;

use super::{
    Mode, Remediate,
    keeping::{Claimed, Kept},
    lead::Leads,
};
use crate::{
    ledger::{BadRow, Key, Partition, Row, Table},
    ports::{
        Error,
        answering::{Act, Investigate},
    },
};

/// What became of a finding on one instance, or of the finding itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// It was answered, and stands like this.
    Recorded(Box<Record>),
    /// It was recorded that its source is done with it.
    Settled,
    /// This version was dealt with before.
    Duplicate,
    /// A later version was dealt with before.
    Superseded,
    /// Somebody else took it over while it was answered.
    TakenOver,
}

/// Why a finding has to come again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// Somebody else answers it just now.
    Busy {
        /// Until then at most.
        until: Timestamp,
    },
    /// The ledger cannot be used.
    Ledger(Error),
}

impl fmt::Display for Unanswered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { until } => {
                write!(
                    formatter,
                    "somebody else answers the finding, until {until} at most"
                )
            }
            Self::Ledger(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Unanswered {}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self::Ledger(error)
    }
}

impl From<BadRow> for Unanswered {
    fn from(bad: BadRow) -> Self {
        Self::Ledger(bad.into())
    }
}

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// Answers a finding, on every instance that it leads to. It may come any number of times, in
    /// any order of its versions.
    ///
    /// # Errors
    /// When the finding has to come again, since nothing is known to be recorded of it. What is
    /// missing otherwise, and what could not be done, is in the ledger, and is looked at again.
    pub async fn respond(
        &self,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        match finding.recorded_on() {
            [] => self.respond_by_way_of_head(finding, mode).await,
            instances => self.on_each(finding, instances, mode).await,
        }
    }

    async fn on_each(
        &self,
        finding: &Finding,
        instances: &[InstanceId],
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let mut answered = Vec::new();
        let mut problem = None;
        for &instance in instances {
            let subject = Subject {
                instance: Some(instance),
                region: finding.region.clone(),
            };
            // One instance that has to wait does not keep the others waiting.
            match self.on_one(&subject, finding, &[], mode).await {
                Ok(one) => answered.push(one),
                Err(unanswered) => problem = Some(unanswered),
            }
        }
        problem.map_or(Ok(answered), Err)
    }

    /// Answers a finding on one instance.
    async fn on_one(
        &self,
        subject: &Subject,
        finding: &Finding,
        trail: &[Box<str>],
        mode: Mode,
    ) -> Result<Answered, Unanswered> {
        let kept = match self.claim(subject, finding).await? {
            Claimed::Ours(kept) => *kept,
            Claimed::Settled => return Ok(Answered::Settled),
            Claimed::Duplicate => return Ok(Answered::Duplicate),
            Claimed::Superseded => return Ok(Answered::Superseded),
        };
        let Kept { record, row } = kept;
        let answered = match self.planned(record, trail).await {
            Ok(record) => self.carry_out(Kept { record, row }, mode).await,
            Err(unplanned) => self.settle(*unplanned, &row).await,
        };
        Ok(answered?)
    }

    /// Carries out what of a claimed record's plan can be carried out now, and writes down how it
    /// stands then.
    pub(super) async fn carry_out(&self, kept: Kept, mode: Mode) -> Result<Answered, Error> {
        let Kept { mut record, row } = kept;
        self.perform(&mut record, mode).await?;
        self.settle(record.settled(self.now()), &row).await
    }

    /// Ends a claim.
    pub(super) async fn settle(&self, record: Record, claimed: &Row) -> Result<Answered, Error> {
        Ok(match self.write(Some(claimed), &record).await? {
            Some(_) => Answered::Recorded(Box::new(record)),
            None => Answered::TakenOver,
        })
    }

    /// Answers a finding that does not say which instances it leads to: the finding itself is
    /// recorded first, and is done once all of them are.
    async fn respond_by_way_of_head(
        &self,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let subject = Subject {
            instance: None,
            region: finding.region.clone(),
        };
        let head = match self.claim(&subject, finding).await? {
            Claimed::Ours(kept) => *kept,
            // Whoever settled it before may have died before its instances were settled as well.
            Claimed::Settled => return self.settle_led_to(finding, Answered::Settled, mode).await,
            Claimed::Duplicate if finding.life != Life::Active => {
                return self.settle_led_to(finding, Answered::Duplicate, mode).await;
            }
            Claimed::Duplicate => return Ok(vec![Answered::Duplicate]),
            Claimed::Superseded => return Ok(vec![Answered::Superseded]),
        };
        self.go_on_by_head(head, mode).await
    }

    /// Goes on with a claimed finding itself.
    pub(super) async fn go_on_by_head(
        &self,
        head: Kept,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let finding = head.record.finding.clone();
        let led = match self.leads(&finding).await {
            Ok(led) => led,
            Err(why) => {
                let record = head.record.unplanned(why, self.now());
                return Ok(vec![self.settle(record, &head.row).await?]);
            }
        };
        let mut answered = Vec::new();
        for reader in &led.instances {
            let subject = Subject {
                instance: Some(reader.instance),
                region: reader.region.clone(),
            };
            answered.push(self.on_one(&subject, &finding, &reader.trail, mode).await?);
        }
        self.let_go(&head.record, &led, mode).await?;
        let record = self.planned_head(head.record, &led);
        let row = head.row;
        answered.push(self.carry_out(Kept { record, row }, mode).await?);
        Ok(answered)
    }

    /// Closes a finding on the instances that it led to before and leads to no more. Those that
    /// are out of sight may still be among them.
    async fn let_go(&self, before: &Record, led: &Leads, mode: Mode) -> Result<(), Unanswered> {
        if !led.gaps.is_empty() {
            return Ok(());
        }
        let closed = Finding {
            life: Life::Closed,
            ..before.finding.clone()
        };
        let leads_there = |one: &LedTo| led.instances.iter().any(|to| to.instance == one.instance);
        for one in before.led_to.iter().filter(|one| !leads_there(one)) {
            let subject = subject_of(one.clone());
            self.on_one(&subject, &closed, &[], mode).await?;
        }
        Ok(())
    }

    /// Settles a finding that its source is done with on every instance that it led to.
    async fn settle_led_to(
        &self,
        finding: &Finding,
        head: Answered,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let mut answered = vec![head];
        for subject in self.subjects_of(finding).await? {
            answered.push(self.on_one(&subject, finding, &[], mode).await?);
        }
        Ok(answered)
    }

    /// The instances on which a finding that led to several is recorded.
    async fn subjects_of(&self, finding: &Finding) -> Result<Vec<Subject>, Error> {
        let partition = Partition::from(finding);
        let key = Key::record(&partition, None, finding.source, &finding.id);
        let Some(row) = self.table.read(&key).await? else {
            return Ok(Vec::new());
        };
        let head = row.record()?;
        Ok(head.led_to.into_iter().map(subject_of).collect())
    }
}

fn subject_of(one: LedTo) -> Subject {
    Subject {
        instance: Some(one.instance),
        region: one.region,
    }
}
