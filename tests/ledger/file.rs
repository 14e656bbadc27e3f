//! A table in a file.

use std::{fs, path::Path, thread};

use deepgrade::ledger::{FileTable, Row, Table, Write};
use serde_json::json;

use crate::contract::{block_on, holds, key, listed, row};

#[test]
fn a_table_in_a_file_holds_to_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let table = FileTable::new(&folder.path().join("ledger.jsonl"));
    block_on(holds(&table));
}

/// Rows that are written one by one cost a whole file each: these are put there at once.
#[test]
fn a_file_of_many_rows_is_listed_over_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let lines = (0..2500).map(
        |number| json!({"pk": "many", "sk": format!("{number:05}"), "revision": 1, "document": {}}),
    );
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(&path, lines).unwrap();
    let (rows, pages) = block_on(listed(&FileTable::new(&path), "many", ""));
    assert_eq!((rows.len(), pages), (2500, 3));
}

/// Writers in other processes are shut out by the operating system; threads with a table each
/// stand for them.
#[test]
fn no_write_to_a_file_is_lost_among_writers() {
    const WRITERS: u64 = 4;
    const TURNS: u64 = 10;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| block_on(count_up(&path, TURNS)));
        }
    });
    let counted = block_on(FileTable::new(&path).read(&key("count", "a")));
    assert_eq!(counted.unwrap().unwrap().revision, WRITERS * TURNS);
}

async fn count_up(path: &Path, turns: u64) {
    let table = FileTable::new(path);
    let mut done = 0;
    while done < turns {
        let before = table.read(&key("count", "a")).await.unwrap();
        let next = Row::after(before.as_ref(), key("count", "a"), &json!({})).unwrap();
        if table.write(&next).await.unwrap() == Write::Done {
            done += 1;
        }
    }
}

#[test]
fn bad_input_38_an_edited_line_does_not_keep_anybody_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let good = r#"{"pk":"p","sk":"b","revision":1,"document":{}}"#;
    let bad = r#"{"pk":"p","sk":"a","revision":"one","document":{}}"#;
    fs::write(&path, format!("{bad}\n\n{good}\n")).unwrap();
    let table = FileTable::existing(&path).unwrap();
    block_on(async {
        let page = table.rows("p", "", None).await.unwrap();
        let [Err(unread), Ok(read)] = &page.items[..] else {
            panic!("{page:?}");
        };
        assert_eq!(unread.key(), &key("p", "a"));
        let said = unread.to_string();
        assert!(
            said.contains("row p/a of the ledger: ") && said.contains("a whole number"),
            "{said}"
        );
        assert_eq!(read.key, key("p", "b"));
        // Nobody writes over it, and it is still there after others are written.
        let over = table.write(&row(key("p", "a"), 1, "")).await;
        assert!(over.unwrap_err().to_string().contains("row p/a"));
        let other = table.write(&row(key("p", "c"), 1, "")).await;
        assert_eq!(other, Ok(Write::Done));
    });
    assert!(fs::read_to_string(&path).unwrap().contains(bad));
}

#[test]
fn a_line_that_names_no_row_is_refused_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let good = r#"{"pk":"p","sk":"b","revision":1,"document":{}}"#;
    for (content, complaint) in [
        (
            format!("{good}\n{{\"pk\":1}}\n"),
            "line 2 is not a row of a ledger: ",
        ),
        (
            format!("{good}\n{good}\n"),
            "the row of line 2 is there twice",
        ),
        ("[]".to_owned(), "line 1 is not a row of a ledger: "),
    ] {
        fs::write(&path, content).unwrap();
        let error = block_on(FileTable::new(&path).rows("p", "", None)).unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("ledger.jsonl: ") && said.contains(complaint),
            "{said}"
        );
    }
    let missing = FileTable::existing(&folder.path().join("none")).unwrap_err();
    assert!(
        missing.to_string().ends_with("none: there is no such file"),
        "{missing}"
    );
}
