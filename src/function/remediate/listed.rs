//! What a listing finds is written down before its source counts as listed: until it is answered, it
//! is open.

use jiff::{SignedDuration, Timestamp};
use remediations::{
    Finding,
    record::{Claim, Record, Subject},
};
use rules::instance::InstanceId;

use crate::{
    ledger::{Key, Partition, Row, Table, Write},
    ports::{Error, Passing},
};

/// Why there is no plan.
const WHY: &str = "it was found by listing its source, and waits to be answered";
/// How often a row is written that others come before.
const TRIES: u32 = 5;

/// Writes a finding down on each of these instances, or the finding itself, unless somebody dealt
/// with this version or is about to.
///
/// # Errors
/// When the table cannot be asked, or refuses, or holds a row that cannot be read.
pub(super) async fn note(
    table: &impl Table,
    finding: &Finding,
    instances: &[Option<InstanceId>],
    retention: SignedDuration,
    now: Timestamp,
) -> Result<(), Error> {
    for instance in instances {
        let subject = Subject {
            account: None,
            instance: *instance,
            region: finding.region.clone(),
        };
        note_one(table, finding, &subject, retention, now).await?;
    }
    Ok(())
}

async fn note_one(
    table: &impl Table,
    finding: &Finding,
    subject: &Subject,
    retention: SignedDuration,
    now: Timestamp,
) -> Result<(), Error> {
    let partition = Partition::from(finding);
    let key = Key::record(&partition, subject.instance, finding.source, &finding.id);
    for _ in 0..TRIES {
        let row = table.read(&key).await?;
        let before = row.as_ref().map(Row::record).transpose()?;
        let claim = Record::claim(before.as_ref(), subject, finding, now, SignedDuration::ZERO);
        let record = match claim {
            Claim::Answer(record) => record.unplanned(WHY, now),
            Claim::Settle(record) => record,
            Claim::Duplicate | Claim::Superseded | Claim::Busy { .. } => return Ok(()),
        };
        let row = Row::of_record(row.as_ref(), &record, retention)?;
        if table.write(&row).await? == Write::Done {
            return Ok(());
        }
    }
    let line = format!("row {key} of the ledger is written by others all the time");
    Err(Error::Retryable(Passing::Unavailable, line))
}
