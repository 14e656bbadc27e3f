//! Comma-separated values (RFC 4180): the fields of a row, safe to open in a spreadsheet.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use csv::{Terminator, WriterBuilder};
use rules::Grader;

use super::{row::rows, summary::Summary};
use crate::evaluation::Fleet;

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
    let mut out = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    out.write_record(HEADER)?;
    let summary = rows(fleet, &fleet.instances, graders, |row| {
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
        out.write_record(None::<&[u8]>)
    })?;
    out.flush()?;
    Ok(summary)
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
