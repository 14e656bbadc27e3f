//! Comma-separated values (RFC 4180): the fields of a row, safe to open in a spreadsheet.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use csv::{Terminator, Writer, WriterBuilder};
use rules::Grader;

use super::{
    row::{Row, rows},
    summary::Summary,
};
use crate::{evaluation::Fleet, results::Results};

const HEADER: [&str; 14] = [
    "instance",
    "account",
    "region",
    "name",
    "computer",
    "computerId",
    "manager",
    "rule",
    "severity",
    "verdict",
    "code",
    "reason",
    "retryable",
    "exception",
];

pub(super) fn write(fleet: &Fleet, graders: &[Grader], out: &mut dyn Write) -> io::Result<Summary> {
    let mut out = writer(out);
    out.write_record(HEADER)?;
    let summary = rows(fleet, &fleet.instances, graders, |row| {
        record(row, &mut out)
    })?;
    out.flush()?;
    Ok(summary)
}

/// Writes results for spreadsheets (RFC 4180), a row each.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn results(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut out = writer(out);
    out.write_record(HEADER)?;
    for row in results.rows() {
        record(&row, &mut out)?;
    }
    out.flush()
}

/// Writes a table for spreadsheets (RFC 4180).
///
/// # Errors
/// What `out` says when it cannot be written to.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = writer(out);
    out.write_record(header)?;
    for row in rows {
        for cell in &row {
            out.write_field(&*inert(cell))?;
        }
        out.write_record(None::<&[u8]>)?;
    }
    out.flush()
}

fn writer<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out)
}

fn record<W: Write>(row: &Row<'_>, out: &mut Writer<W>) -> io::Result<()> {
    let computer_id = row.computer_id.map(|id| id.to_string());
    let cells: [&str; HEADER.len()] = [
        row.instance,
        row.account.unwrap_or_default(),
        row.region.unwrap_or_default(),
        row.name.unwrap_or_default(),
        row.computer.as_deref().unwrap_or_default(),
        computer_id.as_deref().unwrap_or_default(),
        row.manager.as_deref().unwrap_or_default(),
        row.rule,
        row.severity,
        row.verdict.word(),
        row.code,
        row.reason,
        match row.retryable {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        },
        row.exception.unwrap_or_default(),
    ];
    for cell in cells {
        out.write_field(&*inert(cell))?;
    }
    Ok(out.write_record(None::<&[u8]>)?)
}

/// The cell with an apostrophe before it where a spreadsheet would take it for a formula. The wide
/// forms count too: spreadsheets for Chinese and Japanese accept them.
pub(super) fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}
