//! Reads and writes records, each write over the one that was read.

use remediations::{
    Finding,
    record::{Claim, Record, Subject},
};
use rules::ledger::Source;

use super::{Remediate, respond::Unanswered};
use crate::{
    ledger::{Key, LedgerId, Partition, Row, Table, Write, identify, note_partition, note_region},
    ports::{Error, Passing},
};

/// How often a write is tried that others came before.
pub(super) const ATTEMPTS: usize = 5;

/// A record with the row that it was read from or written to.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) record: Record,
    pub(super) row: Row,
}

/// A claim, and what is to be done about it.
#[derive(Debug)]
pub(super) enum Claimed {
    /// The finding is to be answered.
    Ours(Box<Kept>),
    /// It was recorded, and nothing is to be done.
    Settled,
    /// This version was dealt with.
    Duplicate,
    /// A later version was seen.
    Superseded,
}

impl<I, A, T: Table> Remediate<I, A, T> {
    /// Claims a finding on an instance.
    pub(super) async fn claim(
        &self,
        subject: &Subject,
        finding: &Finding,
    ) -> Result<Claimed, Unanswered> {
        let partition = Partition::of(subject, finding);
        let key = Key::record(&partition, subject.instance, finding.source, &finding.id);
        // Noted first: what nobody looks at again must not be recorded.
        self.note_partition(&partition).await?;
        if finding.source == Source::Macie {
            note_region(&self.table, &Partition::from(finding)).await?;
        }
        for _ in 0..ATTEMPTS {
            let row = self.table.read(&key).await?;
            let recorded = row.as_ref().map(Row::record).transpose()?;
            let now = self.time.now();
            let claim = Record::claim(recorded.as_ref(), subject, finding, now, self.limits.claim);
            let (record, is_ours) = match claim {
                Claim::Answer(record) => (record, true),
                Claim::Settle(record) => (record, false),
                Claim::Duplicate => return Ok(Claimed::Duplicate),
                Claim::Superseded => return Ok(Claimed::Superseded),
                Claim::Busy { until } => return Err(Unanswered::Busy { until }),
            };
            let Some(row) = self.write(row.as_ref(), &record).await? else {
                continue;
            };
            return Ok(if is_ours {
                Claimed::Ours(Box::new(Kept { record, row }))
            } else {
                Claimed::Settled
            });
        }
        Err(crowded(&key).into())
    }

    /// Writes a record over the row that it was read from; `None` when somebody else did.
    pub(super) async fn write(
        &self,
        before: Option<&Row>,
        record: &Record,
    ) -> Result<Option<Row>, Error> {
        let row = Row::of_record(before, record, self.limits.retention)?;
        Ok(match self.table.write(&row).await? {
            Write::Done => Some(row),
            Write::Conflict => None,
        })
    }

    /// What tells this ledger apart from others that act on the same Managers.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn ledger_id(&self) -> Result<LedgerId, Error> {
        if let Some(id) = self.memory.ledger() {
            return Ok(id);
        }
        let id = identify(&self.table).await?;
        self.memory.note_ledger(id);
        Ok(id)
    }

    /// Writes down that there are findings in an account and Region, once.
    async fn note_partition(&self, partition: &Partition) -> Result<(), Error> {
        if self.memory.knows_partition(partition) {
            return Ok(());
        }
        note_partition(&self.table, partition).await?;
        self.memory.note_partition(partition);
        Ok(())
    }
}

/// Others always came before.
pub(super) fn crowded(key: &Key) -> Error {
    let key = rules::text::clean(&key.to_string());
    Error::Retryable(
        Passing::Unavailable,
        format!("row {key} of the ledger is written by others all the time"),
    )
}
