//! What an annotation says of findings.

use std::fmt::Write as _;

use super::{Entry, Standing};
use crate::text::{clean, fitted};

/// The longest word for the kind of a finding, in characters.
const KIND_LIMIT: usize = 80;

/// What stands between findings.
const BAR: &str = " | ";

/// Findings in one line of at most `room` characters, the newest last. Where there is no room for
/// all of them, those that are not open are left out first, then the older ones; the line begins
/// with how many were.
pub(crate) fn line(entries: &[&Entry], room: usize) -> String {
    let is_open = |position: &usize| {
        entries
            .get(*position)
            .is_some_and(|entry| entry.standing == Standing::Open)
    };
    let newest_first = || (0..entries.len()).rev();
    let open = newest_first().filter(is_open);
    let others = newest_first().filter(|position| !is_open(position));
    let all_open = open.clone().count();
    let mut shown: Vec<(usize, String)> = Vec::new();
    let mut line = String::new();
    for position in open.chain(others) {
        let Some(entry) = entries.get(position) else {
            continue;
        };
        let first = shown.is_empty();
        shown.push((position, of_entry(entry)));
        shown.sort_by_key(|(position, _)| *position);
        let shown_open = shown
            .iter()
            .filter(|(position, _)| is_open(position))
            .count();
        let more_open = all_open - shown_open;
        let more = entries.len() - all_open - (shown.len() - shown_open);
        let longer = joined(more_open, more, &shown);
        if longer.chars().count() > room {
            if first {
                line = fitted(&longer, room);
            }
            break;
        }
        line = longer;
    }
    line
}

/// The clauses, after how many are left out.
fn joined(more_open: usize, more: usize, shown: &[(usize, String)]) -> String {
    let mut line = match (more_open, more) {
        (0, 0) => String::new(),
        (0, more) => format!("{more} more closed"),
        (open, 0) => format!("{open} more open"),
        (open, more) => format!("{open} more open, {more} more closed"),
    };
    for (_, clause) in shown {
        if !line.is_empty() {
            line.push_str(BAR);
        }
        line.push_str(clause);
    }
    line
}

/// `GD 16afba5c sev 8 CryptoCurrency:EC2/BitcoinTool.B!DNS: malware scan done 2026-11-20T10:04Z`.
fn of_entry(entry: &Entry) -> String {
    let Entry {
        source,
        finding,
        severity,
        kind,
        outcome,
        ..
    } = entry;
    let mut clause = format!("{} {} {severity} ", source.short(), inert(finding));
    let kind = inert(kind);
    clause.extend(kind.chars().take(KIND_LIMIT));
    if kind.chars().count() > KIND_LIMIT {
        clause.push('…');
    }
    // Writing to a string does not fail.
    let _ = write!(clause, ": {}", inert(outcome));
    clause
}

/// Foreign text in which nothing looks like the beginning of another finding.
fn inert(text: &str) -> String {
    clean(text).replace('|', "/")
}
