//! What a ledger tells of other findings: a copy, which plans are made by.

use std::path::Path;

use remediations::Finding;

use crate::{
    cli::failure::Failure,
    ledger::{FileTable, Key, Memory, Partition, Row, Table},
    ports::Error,
};

/// The rows of a ledger that tell of other findings in the account and Region.
pub(super) async fn copied(path: &Path, finding: &Finding) -> Result<Memory, Failure> {
    let table = FileTable::existing(path).map_err(Failure::usage)?;
    let mut rows = Vec::new();
    for partition in table.partitions().map_err(Failure::usage)? {
        let known = Row::new(Key::partition(&partition), &());
        rows.push(known.map_err(Failure::usage)?);
        rows.extend(
            others(&table, &partition, finding)
                .await
                .map_err(Failure::usage)?,
        );
    }
    Ok(Memory::with(rows))
}

async fn others(
    table: &impl Table,
    partition: &Partition,
    finding: &Finding,
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    let mut next = None;
    loop {
        let page = table
            .rows(&partition.to_string(), "", next.as_deref())
            .await?;
        // One that cannot be read might say that an instance may be compromised.
        for row in page.items {
            let row = row?;
            let is_of = row.record().is_ok_and(|record| {
                (record.finding.source, &record.finding.id) == (finding.source, &finding.id)
            });
            if !is_of {
                rows.push(row);
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(rows);
        }
    }
}
