//! The accounts and Regions in which there are findings.

use std::collections::BTreeSet;

use rules::instance::{AccountId, Region};

use super::{
    key::{Key, Partition},
    row::Row,
    table::Table,
};
use crate::ports::Error;

/// Lets the table list an account and Region in which there are records, unless it does.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn note_partition(table: &impl Table, partition: &Partition) -> Result<(), Error> {
    note(table, Key::partition(partition)).await
}

/// Lets the table list an account and Region of which a source was listed, unless it does.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn note_listed(table: &impl Table, partition: &Partition) -> Result<(), Error> {
    note(table, Key::listed(partition)).await
}

/// Lets the table list a Region among those of its account that Macie reports from, unless it does.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn note_region(table: &impl Table, partition: &Partition) -> Result<(), Error> {
    note(table, Key::region(partition)).await
}

async fn note(table: &impl Table, key: Key) -> Result<(), Error> {
    if table.read(&key).await?.is_none() {
        // Whoever else writes it says the same.
        table.write(&Row::new(key, &())?).await?;
    }
    Ok(())
}

/// The accounts and Regions in which there are findings, as the table lists them.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_partitions(table: &impl Table) -> Result<Vec<Partition>, Error> {
    let names = names(table, Key::PARTITIONS).await?;
    Ok(names
        .iter()
        .filter_map(|name| Partition::read(name))
        .collect())
}

/// The accounts and Regions in which rules may say something by the table: those in which there are
/// findings, and those of which a source was listed, where there may be none.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_graded(table: &impl Table) -> Result<BTreeSet<Partition>, Error> {
    let mut graded: BTreeSet<Partition> = read_partitions(table).await?.into_iter().collect();
    let listed = names(table, Key::LISTED).await?;
    graded.extend(listed.iter().filter_map(|name| Partition::read(name)));
    Ok(graded)
}

/// The Regions of an account that Macie reports from. They are listed apart for each account, so that
/// an account need not see the others.
///
/// # Errors
/// When the table cannot be asked, or refuses.
pub async fn read_regions(table: &impl Table, account: AccountId) -> Result<Vec<Region>, Error> {
    let names = names(table, &account.to_string()).await?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// What a partition lists. What a row says is its name; what it holds is nobody's concern.
async fn names(table: &impl Table, partition: &str) -> Result<Vec<String>, Error> {
    let (mut names, mut next) = (Vec::new(), None);
    loop {
        let page = table.rows(partition, "", next.as_deref()).await?;
        names.extend(page.items.into_iter().map(|row| match row {
            Ok(row) => row.key.sort,
            Err(bad) => bad.key().sort.clone(),
        }));
        next = page.next;
        if next.is_none() {
            return Ok(names);
        }
    }
}
