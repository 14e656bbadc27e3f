//! A table in memory.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    key::Key,
    row::Row,
    table::{Table, Write},
};
use crate::ports::{Error, Page};

/// How many rows are on a page.
const PAGE: usize = 1000;

/// A table in memory: for a plan that is not kept, and for tests.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<Key, Row>>);

impl Memory {
    /// A table with these rows.
    #[must_use]
    pub fn with(rows: impl IntoIterator<Item = Row>) -> Self {
        let rows = rows.into_iter().map(|row| (row.key.clone(), row));
        Self(Mutex::new(rows.collect()))
    }

    /// Every row, by rising key.
    #[must_use]
    pub fn all(&self) -> Vec<Row> {
        self.locked().values().cloned().collect()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<Key, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table for Memory {
    async fn read(&self, key: &Key) -> Result<Option<Row>, Error> {
        Ok(self.locked().get(key).cloned())
    }

    async fn write(&self, row: &Row) -> Result<Write, Error> {
        let mut rows = self.locked();
        let present = rows.get(&row.key).map_or(0, |present| present.revision);
        if present.checked_add(1) != Some(row.revision) {
            return Ok(Write::Conflict);
        }
        rows.insert(row.key.clone(), row.clone());
        Ok(Write::Done)
    }

    async fn rows(
        &self,
        partition: &str,
        prefix: &str,
        page: Option<&str>,
    ) -> Result<Page<Row>, Error> {
        let rows = self.locked();
        let key = |sort: &str| Key {
            partition: partition.to_owned(),
            sort: sort.to_owned(),
        };
        let first = match page {
            Some(last) => Bound::Excluded(key(last)),
            None => Bound::Included(key(prefix)),
        };
        let mut matching = rows
            .range((first, Bound::Unbounded))
            .map(|(_, row)| row)
            .take_while(|row| row.key.partition == partition && row.key.sort.starts_with(prefix));
        let items: Vec<Row> = matching.by_ref().take(PAGE).cloned().collect();
        let more = matching.next().is_some();
        let last = items.last().map(|row| row.key.sort.clone());
        Ok(Page {
            next: last.filter(|_| more),
            items,
        })
    }
}
