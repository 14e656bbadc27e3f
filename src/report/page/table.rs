//! The table of results that a small script filters and sorts.

use std::collections::{BTreeSet, HashSet};

use askama::Template;

use super::{super::number, Subject, embedded::EmbeddedRow, standing::Standing, survey::Survey};

/// The table.
#[derive(Debug, Template)]
#[template(path = "table.html", config = "src/report/page/askama.toml")]
pub(super) struct Table<'a> {
    rows: Vec<TableRow<'a>>,
    shown: String,
    total: String,
    csv: Option<&'a str>,
    are_many: bool,
    standings: Vec<Standing>,
    rules: BTreeSet<&'a str>,
    accounts: BTreeSet<&'a str>,
}

#[derive(Debug)]
struct TableRow<'a> {
    of: &'a EmbeddedRow<'a>,
    /// The id of the instance where it stands first, so that links lead there.
    anchor: Option<&'a str>,
    /// What the severity sorts by.
    rank: usize,
}

impl<'a> Table<'a> {
    pub(super) fn of(subject: &Subject<'a>, survey: &'a Survey<'a>) -> Self {
        let embedded = &survey.embedded;
        let mut seen = HashSet::new();
        let rows = embedded.rows.iter().map(|row| TableRow {
            of: row,
            anchor: seen.insert(row.row.instance).then_some(row.row.instance),
            rank: rank(row.row.severity),
        });
        Self {
            rows: rows.collect(),
            shown: number(embedded.rows.len()),
            total: number(embedded.total),
            csv: subject.csv,
            are_many: embedded.are_many(),
            standings: Standing::ALL
                .into_iter()
                .filter(|standing| embedded.rows.iter().any(|row| row.standing == *standing))
                .collect(),
            rules: embedded.rows.iter().map(|row| row.row.rule).collect(),
            accounts: embedded.rows.iter().map(EmbeddedRow::account).collect(),
        }
    }
}

/// The place of a severity, the worst first.
fn rank(severity: &str) -> usize {
    use rules::rule::Severity;
    let known = Severity::ALL.iter().rev();
    known
        .clone()
        .position(|known| known.word() == severity)
        .unwrap_or(Severity::ALL.len())
}
