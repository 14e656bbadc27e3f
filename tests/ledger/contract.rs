//! What every table must hold to, whatever stands behind it.

use std::collections::BTreeSet;

use deepgrade::ledger::{Key, Memory, Row, Table, Write};
use futures_util::future::join_all;
use serde_json::json;

/// A key of the tests.
pub(crate) fn key(partition: &str, sort: &str) -> Key {
    Key {
        partition: partition.to_owned(),
        sort: sort.to_owned(),
    }
}

/// A row at a revision.
pub(crate) fn row(key: Key, revision: u64, text: &str) -> Row {
    Row {
        revision,
        state: Some("pending".into()),
        expires_at: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        ..Row::new(key, &json!({"text": text})).unwrap()
    }
}

/// Every row that a table lists, and how many pages it took.
pub(crate) async fn listed(table: &impl Table, partition: &str, prefix: &str) -> (Vec<Row>, usize) {
    let (mut rows, mut pages, mut next) = (Vec::new(), 0, None);
    loop {
        let page = table.rows(partition, prefix, next.as_deref()).await;
        let page = page.unwrap();
        rows.extend(page.items.into_iter().map(Result::unwrap));
        pages += 1;
        next = page.next;
        if next.is_none() {
            return (rows, pages);
        }
    }
}

/// Holds a table to everything.
pub(crate) async fn holds(table: &impl Table) {
    a_row_is_read_as_it_was_written(table).await;
    only_the_next_revision_is_written(table).await;
    of_concurrent_writers_one_wins(table).await;
    rows_are_listed_by_prefix_and_in_order(table).await;
}

async fn a_row_is_read_as_it_was_written(table: &impl Table) {
    let key = key("written", "a");
    assert_eq!(table.read(&key).await.unwrap(), None);
    let whole = row(key.clone(), 1, "ä \"quoted\"\n\u{202e}");
    assert_eq!(table.write(&whole).await.unwrap(), Write::Done);
    assert_eq!(table.read(&key).await.unwrap(), Some(whole));
    let bare = Row::after(None, self::key("written", "b"), &json!([])).unwrap();
    assert_eq!(table.write(&bare).await.unwrap(), Write::Done);
    assert_eq!(table.read(&bare.key).await.unwrap(), Some(bare));
}

async fn only_the_next_revision_is_written(table: &impl Table) {
    let key = key("revisions", "a");
    let write = async |revision, text: &str| {
        let row = row(key.clone(), revision, text);
        table.write(&row).await.unwrap()
    };
    assert_eq!(write(2, "there is no first").await, Write::Conflict);
    assert_eq!(write(0, "no revision").await, Write::Conflict);
    assert_eq!(write(1, "first").await, Write::Done);
    // Not even the same row: whoever writes it first answers the finding.
    assert_eq!(write(1, "first").await, Write::Conflict);
    assert_eq!(write(3, "third").await, Write::Conflict);
    assert_eq!(write(2, "second").await, Write::Done);
    assert_eq!(write(2, "other").await, Write::Conflict);
    let present = table.read(&key).await.unwrap().unwrap();
    assert_eq!(present, row(key.clone(), 2, "second"));
}

async fn of_concurrent_writers_one_wins(table: &impl Table) {
    for revision in 1..4 {
        // Some of them write the very same row.
        let rows: Vec<_> = (0..8)
            .map(|writer| {
                let text = format!("writer {}", writer / 2);
                row(key("writers", "a"), revision, &text)
            })
            .collect();
        let written = join_all(rows.iter().map(|row| table.write(row))).await;
        let done = written
            .iter()
            .filter(|written| *written.as_ref().unwrap() == Write::Done);
        assert_eq!(done.count(), 1, "revision {revision}: {written:?}");
    }
}

async fn rows_are_listed_by_prefix_and_in_order(table: &impl Table) {
    let sorts = [
        "i-1#guardduty#a",
        "i-1#guardduty#b",
        "i-1#macie#a",
        "i-10#guardduty#a",
    ];
    for sort in sorts.iter().rev() {
        let row = row(key("listed", sort), 1, sort);
        assert_eq!(table.write(&row).await.unwrap(), Write::Done);
    }
    let other = row(key("listed-other", "i-1#guardduty#c"), 1, "");
    assert_eq!(table.write(&other).await.unwrap(), Write::Done);
    for (prefix, expected) in [
        ("", &sorts[..]),
        ("i-1#", &sorts[..3]),
        ("i-1#guardduty#", &sorts[..2]),
        ("i-2", &[]),
    ] {
        let (rows, _) = listed(table, "listed", prefix).await;
        let found: Vec<_> = rows.iter().map(|row| row.key.sort.as_str()).collect();
        assert_eq!(found, expected, "{prefix}");
    }
    assert_eq!(listed(table, "nothing", "").await.0, []);
}

/// Writes so many rows of that size, and holds their listing to be each row once over several
/// pages.
pub(crate) async fn many_rows_are_listed_over_pages(table: &impl Table, count: usize, size: usize) {
    let text = "x".repeat(size);
    let rows: Vec<_> = (0..count)
        .map(|number| row(key("many", &format!("{number:05}")), 1, &text))
        .collect();
    for rows in rows.chunks(16) {
        let written = join_all(rows.iter().map(|row| table.write(row))).await;
        assert!(
            written
                .into_iter()
                .all(|written| written == Ok(Write::Done))
        );
    }
    let (listed, pages) = listed(table, "many", "").await;
    assert!(pages > 1, "{pages}");
    assert!(listed.iter().map(|row| &row.key).is_sorted());
    let keys: BTreeSet<_> = listed.iter().map(|row| &row.key).collect();
    assert_eq!((listed.len(), keys.len()), (count, count));
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

#[test]
fn a_table_in_memory_holds_to_the_contract() {
    block_on(async {
        holds(&Memory::default()).await;
        many_rows_are_listed_over_pages(&Memory::default(), 2500, 10).await;
    });
}
