//! A finding comes in.

use std::fmt;

use jiff::Timestamp;
use remediations::{
    Finding,
    record::{Record, Subject},
};
use rules::{
    Gap, gap,
    instance::{AccountId, InstanceId},
};

use super::{
    Mode, Remediate,
    keeping::{Claimed, Kept},
};
use crate::{
    ledger::{BadRow, Row, Table},
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
    pub(super) async fn on_all(
        &self,
        subjects: impl IntoIterator<Item = Subject>,
        finding: &Finding,
        mode: Mode,
    ) -> Result<Vec<Answered>, Unanswered> {
        let mut trouble = Trouble::default();
        let mut answered = Vec::new();
        for subject in subjects {
            let one = self.on_one(&subject, finding, &[], mode).await;
            answered.extend(trouble.aside(&subject, one));
        }
        trouble.ended().map(|_| answered)
    }

    /// Answers a finding on one instance.
    pub(super) async fn on_one(
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
}

/// What went wrong on the way of a finding that leads to several accounts.
#[derive(Default)]
pub(super) struct Trouble {
    /// Why the finding itself has to come again.
    own: Option<Unanswered>,
    /// What stays wrong with the rows of other accounts, which is a gap there.
    elsewhere: Vec<(AccountId, Gap)>,
}

impl Trouble {
    /// What came of one place. What went wrong there does not hold up the others.
    pub(super) fn aside<V>(&mut self, subject: &Subject, came: Result<V, Unanswered>) -> Option<V> {
        match (came, subject.account) {
            (Ok(done), _) => return Some(done),
            (Err(Unanswered::Ledger(error)), Some(account)) if !error.is_retryable() => {
                tracing::warn!("{error}");
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
    pub(super) fn ended(self) -> Result<Vec<(AccountId, Gap)>, Unanswered> {
        self.own.map_or(Ok(self.elsewhere), Err)
    }
}
