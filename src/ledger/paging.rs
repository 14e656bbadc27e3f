//! Pages of rows that are in memory.

use std::{collections::BTreeMap, ops::Bound};

use super::{
    key::Key,
    row::{BadRow, Row},
};
use crate::ports::Page;

/// How many rows are on a page.
const PAGE: usize = 1000;

/// A page of the rows of a partition whose sort keys begin so: the first, or the one after the sort
/// key `page`.
pub(super) fn page_of<V>(
    rows: &BTreeMap<Key, V>,
    partition: &str,
    prefix: &str,
    page: Option<&str>,
    row: impl Fn(&V) -> Result<Row, BadRow>,
) -> Page<Result<Row, BadRow>> {
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
        .take_while(|(key, _)| key.partition == partition && key.sort.starts_with(prefix));
    let page: Vec<_> = matching.by_ref().take(PAGE).collect();
    let more = matching.next().is_some();
    let last = page.last().map(|(key, _)| key.sort.clone());
    Page {
        next: last.filter(|_| more),
        items: page.into_iter().map(|(_, value)| row(value)).collect(),
    }
}
