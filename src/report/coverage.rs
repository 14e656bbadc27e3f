//! Virtual-patch coverage, by CVE or by instance.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;
use rules::{text::clean, time::minute};
use serde::Serialize;

use super::{
    Options, counted,
    csv::inert,
    grid::{self, Column, Wide},
    ledger::json,
    style::{STRONG, paint},
};
use crate::coverage::{Counts, Row, RuleExists};

const VERSION: &str = "1";

/// The heads of what is counted.
const COUNTED: [&str; 8] = [
    "affected",
    "covered",
    "no rule",
    "not assigned",
    "agent too old",
    "IPS not blocking",
    "not managed",
    "unknown",
];

fn numbers(counts: &Counts) -> [usize; 8] {
    [
        counts.affected,
        counts.covered,
        counts.no_rule,
        counts.not_assigned,
        counts.agent_too_old,
        counts.not_blocking,
        counts.unmanaged,
        counts.unknown,
    ]
}

fn percent(counts: &Counts) -> String {
    let percent = counts.percent();
    percent.map_or_else(|| "unknown".to_owned(), |percent| format!("{percent}%"))
}

/// Writes it for people: a row each, the whole, and why something is unknown.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn table(
    as_of: Timestamp,
    subject: &str,
    rows: &[Row],
    whole: &Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let has_rules = rows.iter().any(|row| row.rule_exists.is_some());
    let mut columns = vec![Column::left(Wide::AtLeast(subject.len()), 2)];
    let mut heads = vec![subject.to_owned()];
    if has_rules {
        columns.push(Column::left(Wide::AtLeast(4), 2));
        heads.push("rule exists".to_owned());
    }
    for head in COUNTED.into_iter().chain(["share"]) {
        columns.push(Column {
            width: Wide::AtLeast(head.len()),
            gap: 2,
            right: true,
        });
        heads.push(head.to_owned());
    }
    let mut cells = vec![heads];
    for row in rows {
        let mut line = vec![clean(&row.subject)];
        line.extend(row.rule_exists.map(|exists| exists.word().to_owned()));
        line.extend(numbers(&row.counts).map(|number| number.to_string()));
        line.push(percent(&row.counts));
        cells.push(line);
    }
    for (position, line) in grid::lines(&columns, cells).into_iter().enumerate() {
        let line = if position == 0 {
            paint(options.colour, STRONG, &line)
        } else {
            line
        };
        writeln!(out, "{line}")?;
    }
    let mut gaps: Vec<&String> = rows.iter().flat_map(|row| &row.gaps).collect();
    gaps.sort_unstable();
    gaps.dedup();
    for gap in gaps {
        writeln!(out, "unknown: {}", clean(gap))?;
    }
    let known = whole.affected.saturating_sub(whole.unknown);
    writeln!(
        out,
        "{} of {} covered ({}), {} unknown, as of {}",
        whole.covered,
        counted(known, "known exposure"),
        percent(whole),
        whole.unknown,
        minute(as_of)
    )
}

/// It in data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    as_of: Timestamp,
    by: &'a str,
    rows: Vec<DataRow>,
    all: Data,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataRow {
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_exists: Option<&'static str>,
    #[serde(flatten)]
    data: Data,
    gaps: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    affected: usize,
    covered: usize,
    no_rule: usize,
    not_assigned: usize,
    agent_too_old: usize,
    not_blocking: usize,
    not_managed: usize,
    unknown: usize,
    percent: Option<usize>,
}

impl From<&Counts> for Data {
    fn from(counts: &Counts) -> Self {
        Self {
            affected: counts.affected,
            covered: counts.covered,
            no_rule: counts.no_rule,
            not_assigned: counts.not_assigned,
            agent_too_old: counts.agent_too_old,
            not_blocking: counts.not_blocking,
            not_managed: counts.unmanaged,
            unknown: counts.unknown,
            percent: counts.percent(),
        }
    }
}

/// Writes it as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn data(
    as_of: Timestamp,
    subject: &str,
    rows: &[Row],
    whole: &Counts,
    out: &mut dyn Write,
) -> io::Result<()> {
    let row = |row: &Row| DataRow {
        subject: clean(&row.subject),
        rule_exists: row.rule_exists.map(RuleExists::word),
        data: Data::from(&row.counts),
        gaps: row.gaps.iter().map(|gap| clean(gap)).collect(),
    };
    let document = Document {
        schema_version: VERSION,
        as_of,
        by: subject,
        rows: rows.iter().map(row).collect(),
        all: Data::from(whole),
    };
    json(&document, out)
}

/// Writes it for spreadsheets (RFC 4180).
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn csv(subject: &str, rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let mut out = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    out.write_field(subject)?;
    out.write_field("rule exists")?;
    for head in COUNTED.into_iter().chain(["percent"]) {
        out.write_field(head)?;
    }
    out.write_record(None::<&[u8]>)?;
    for row in rows {
        out.write_field(&*inert(&clean(&row.subject)))?;
        out.write_field(row.rule_exists.map_or("", RuleExists::word))?;
        for number in numbers(&row.counts) {
            out.write_field(number.to_string())?;
        }
        let percent = row.counts.percent();
        out.write_field(percent.map_or_else(String::new, |percent| percent.to_string()))?;
        out.write_record(None::<&[u8]>)?;
    }
    out.flush()
}
