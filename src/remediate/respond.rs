//! A finding comes in.

use std::fmt;

use jiff::Timestamp;
use remediations::{
    Finding,
    finding::Life,
    record::{Record, Subject},
};
use rules::{
    Gap, gap,
    instance::{AccountId, InstanceId},
};

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
        let subject = |&instance: &InstanceId| Subject {
            instance: Some(instance),
            ..Subject::itself(finding)
        };
        self.on_all(instances.iter().map(subject), finding, mode)
            .await
    }

    /// Answers a finding on several instances. One that has to wait does not keep the others waiting.
    async fn on_all(
        &self,
        subjects: impl IntoIterator<Item = Subject>,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let mut answered = Vec::new();
        let mut problem = None;
        for subject in subjects {
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
        let subject = Subject::itself(finding);
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
        let mut led = match self.leads(&finding).await {
            Ok(led) => led,
            Err(why) => {
                let record = head.record.unplanned(why, self.now());
                return Ok(vec![self.settle(record, &head.row).await?]);
            }
        };
        let blind = self.blind_in(&finding, &led).await?;
        let leads_to = led.all(&finding, &blind, &head.record.led_to);
        let Some(head) = self.note_where(head, &leads_to).await? else {
            return Ok(vec![Answered::TakenOver]);
        };
        let mut trouble = Trouble::default();
        let mut answered = Vec::new();
        for reader in &led.instances {
            let subject = reader.subject(&finding);
            let one = self.on_one(&subject, &finding, &reader.trail, mode).await;
            answered.extend(trouble.aside(&subject, one));
        }
        for subject in &blind {
            let told = self.tell_blind(subject, &finding, &led).await;
            answered.extend(trouble.aside(subject, told));
        }
        let closed = Finding {
            life: Life::Closed,
            ..finding.clone()
        };
        let before = head.record.led_to.iter();
        for subject in before.filter(|one| !leads_to.contains(one)) {
            let one = self.on_one(subject, &closed, &[], mode).await;
            trouble.aside(subject, one);
        }
        led.elsewhere.extend(trouble.ended()?);
        let record = self.planned_head(head.record, &led, leads_to);
        let row = head.row;
        answered.push(self.carry_out(Kept { record, row }, mode).await?);
        Ok(answered)
    }

    /// Writes down where a claimed finding leads, beside where it led before: whoever dies now leaves
    /// nothing behind that nobody knows of. `None` when somebody else took it over.
    async fn note_where(&self, head: Kept, leads_to: &[Subject]) -> Result<Option<Kept>, Error> {
        let mut record = head.record;
        let known = record.led_to.len();
        let is_new = |one: &&Subject| !record.led_to.contains(one);
        let more: Vec<Subject> = leads_to.iter().filter(is_new).cloned().collect();
        record.led_to.extend(more);
        if record.led_to.len() == known {
            let row = head.row;
            return Ok(Some(Kept { record, row }));
        }
        let row = self.write(Some(&head.row), &record).await?;
        Ok(row.map(|row| Kept { record, row }))
    }

    /// Writes down in another account that not every instance is found there that a finding leads
    /// to.
    async fn tell_blind(
        &self,
        subject: &Subject,
        finding: &Finding,
        led: &Leads,
    ) -> Result<Answered, Unanswered> {
        Ok(match self.claim(subject, finding).await? {
            Claimed::Ours(kept) => {
                let record = self.planned_blind(kept.record, led);
                self.settle(record.settled(self.now()), &kept.row).await?
            }
            Claimed::Settled => Answered::Settled,
            Claimed::Duplicate => Answered::Duplicate,
            Claimed::Superseded => Answered::Superseded,
        })
    }

    /// Settles a finding that its source is done with wherever it led to.
    async fn settle_led_to(
        &self,
        finding: &Finding,
        head: Answered,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let led_to = self.led_to(finding).await?;
        let mut answered = vec![head];
        answered.extend(self.on_all(led_to, finding, mode).await?);
        Ok(answered)
    }

    /// Where a finding is recorded that does not say so itself.
    async fn led_to(&self, finding: &Finding) -> Result<Vec<Subject>, Error> {
        let partition = Partition::from(finding);
        let key = Key::record(&partition, None, finding.source, &finding.id);
        let Some(row) = self.table.read(&key).await? else {
            return Ok(Vec::new());
        };
        Ok(row.record()?.led_to)
    }
}

/// What went wrong on the way of a finding that leads to several accounts.
#[derive(Default)]
struct Trouble {
    /// Why the finding itself has to come again.
    own: Option<Unanswered>,
    /// What stays wrong with the rows of other accounts, which is a gap there.
    elsewhere: Vec<(AccountId, Gap)>,
}

impl Trouble {
    /// What came of one place. What went wrong there does not hold up the others.
    fn aside<V>(&mut self, subject: &Subject, came: Result<V, Unanswered>) -> Option<V> {
        match (came, subject.account) {
            (Ok(done), _) => return Some(done),
            (Err(Unanswered::Ledger(error)), Some(account)) if !error.is_retryable() => {
                let gap = Gap::standing(&gap::LEDGER_ROW_UNREAD, error.to_string());
                self.elsewhere.push((account, gap));
            }
            (Err(unanswered), _) => self.own = Some(unanswered),
        }
        None
    }

    /// What is wrong with other accounts.
    ///
    /// # Errors
    /// When the finding itself has to come again.
    fn ended(self) -> Result<Vec<(AccountId, Gap)>, Unanswered> {
        self.own.map_or(Ok(self.elsewhere), Err)
    }
}
