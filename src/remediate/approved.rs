//! Plans that somebody approved: nothing else is carried out, and nothing is planned anew.

use remediations::{Finding, record::Record};

use super::{
    Mode, Remediate,
    keeping::{Claimed, Kept},
    respond::{Answered, Unanswered},
};
use crate::{
    ledger::{Key, Partition, Row, Table},
    ports::{
        Error,
        answering::{Act, Investigate},
    },
};

impl<I: Investigate, A: Act, T: Table> Remediate<I, A, T> {
    /// Carries out the plans of these records, which are those of one finding, as they are. What was
    /// begun of the same plans before is gone on with.
    ///
    /// # Errors
    /// When the ledger cannot be used, or somebody else answers the finding just now.
    pub async fn perform_approved(
        &self,
        finding: &Finding,
        approved: &[Record],
    ) -> Result<Vec<Answered>, Unanswered> {
        let mut answered = Vec::new();
        for record in approved {
            answered.push(self.perform_one(finding, record).await?);
        }
        Ok(answered)
    }

    /// Whether every one of these plans was begun before, as it is.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn has_begun(&self, finding: &Finding, approved: &[Record]) -> Result<bool, Error> {
        for record in approved {
            let key = key(finding, record);
            let row = self.table.read(&key).await?;
            let recorded = row.as_ref().map(Row::record).transpose()?;
            if !recorded.is_some_and(|recorded| is_same(&recorded, finding, record)) {
                return Ok(false);
            }
        }
        Ok(!approved.is_empty())
    }

    async fn perform_one(
        &self,
        finding: &Finding,
        approved: &Record,
    ) -> Result<Answered, Unanswered> {
        let subject = approved.subject();
        let kept = match self.claim(&subject, finding).await? {
            Claimed::Ours(kept) => match &approved.plan {
                Some(plan) => Kept {
                    record: Record {
                        led_to: approved.led_to.clone(),
                        ..kept.record
                    }
                    .planned(plan.clone(), self.now()),
                    row: kept.row,
                },
                None => *kept,
            },
            Claimed::Settled => return Ok(Answered::Settled),
            Claimed::Superseded => return Ok(Answered::Superseded),
            Claimed::Duplicate => match self.begun(finding, approved).await? {
                Some(kept) => kept,
                None => return Ok(Answered::Duplicate),
            },
        };
        Ok(self.carry_out(kept, Mode::Acting).await?)
    }

    /// Claims what was begun of the same plan.
    async fn begun(&self, finding: &Finding, approved: &Record) -> Result<Option<Kept>, Error> {
        let Some(row) = self.table.read(&key(finding, approved)).await? else {
            return Ok(None);
        };
        let recorded = row.record()?;
        if !is_same(&recorded, finding, approved) {
            return Ok(None);
        }
        let Some(record) = recorded.resume(self.now(), self.limits.claim) else {
            return Ok(None);
        };
        let row = self.write(Some(&row), &record).await?;
        Ok(row.map(|row| Kept { record, row }))
    }
}

fn key(finding: &Finding, record: &Record) -> Key {
    let partition = Partition::of(&record.subject(), finding);
    Key::record(&partition, record.instance, finding.source, &finding.id)
}

fn is_same(recorded: &Record, finding: &Finding, approved: &Record) -> bool {
    recorded.plan.is_some()
        && recorded.plan == approved.plan
        && recorded.finding.version == finding.version
}
