//! Findings and what became of them, as the ledger holds it.

use std::io::{self, Write};

use jiff::Timestamp;
use remediations::{
    outcome::Outcome,
    record::{Record, noun},
};
use rules::{
    instance::{AccountId, InstanceId, Region},
    ledger::Source,
    text::clean,
    time::minute,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    Options, counted,
    grid::{self, Column, Wide},
    style::{STRONG, paint},
};
use crate::ledger::BadRow;

const VERSION: &str = "1";

/// How far what is said of a finding stands under its first line.
const INDENT: usize = 2;

/// Writes a list for people: two lines a finding, then how many there are.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn list(records: &[Record], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let columns = [13, 13, 9, 8, 19].map(|width| Column::left(Wide::AtLeast(width), 2));
    let heads = ["STATE", "SEVERITY", "SOURCE", "FINDING", "INSTANCE"];
    let head = grid::lines(&columns, [heads.map(str::to_owned).to_vec()]);
    for line in head.iter().filter(|_| !records.is_empty()) {
        writeln!(out, "{}", paint(options.colour, STRONG, line))?;
    }
    for record in records {
        let finding = &record.finding;
        let cells = vec![
            record.state.word().to_owned(),
            finding.severity.to_string(),
            finding.source.to_string(),
            clean(&finding.id.short()),
            shown_instance(record),
        ];
        for line in grid::lines(&columns, [cells]) {
            writeln!(out, "{line}")?;
        }
        let since = finding
            .since
            .map(|since| format!(", since {}", minute(since)));
        let text = format!(
            "{}{}: {}",
            clean(&finding.kind),
            since.unwrap_or_default(),
            clean(&record.line())
        );
        indented(&text, INDENT, options, out)?;
    }
    let open = records.iter().filter(|record| record.state.is_open());
    let all = counted(records.len(), "finding");
    writeln!(out, "{all}, {} open", open.count())
}

/// A text under another, wrapped.
pub(super) fn indented(
    text: &str,
    indent: usize,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = options.width.map(|width| width.saturating_sub(indent));
    for line in grid::wrapped(text, width) {
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

fn shown_instance(record: &Record) -> String {
    let instance = record.instance.map(|instance| instance.to_string());
    instance.unwrap_or_else(|| "-".to_owned())
}

/// A list in data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    schema_version: &'static str,
    findings: Vec<Listed<'a>>,
    /// The rows that cannot be read, and why.
    unreadable: Vec<String>,
}

/// A finding on an instance, or a finding itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    account: AccountId,
    region: &'a Region,
    instance: Option<InstanceId>,
    source: Source,
    finding: String,
    kind: String,
    severity: String,
    state: &'static str,
    is_open: bool,
    since: Option<Timestamp>,
    updated_at: Timestamp,
    recorded_at: Timestamp,
    changed_at: Timestamp,
    line: String,
}

/// Writes a list as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn list_json(records: &[Record], unread: &[BadRow], out: &mut dyn Write) -> io::Result<()> {
    let listed = |record| {
        let Record {
            instance,
            finding,
            state,
            recorded_at,
            changed_at,
            ..
        }: &Record = record;
        Listed {
            account: record.home(),
            region: &record.region,
            instance: *instance,
            source: finding.source,
            finding: clean(finding.id.as_str()),
            kind: clean(&finding.kind),
            severity: finding.severity.to_string(),
            state: state.word(),
            is_open: state.is_open(),
            since: finding.since,
            updated_at: finding.version.updated_at,
            recorded_at: *recorded_at,
            changed_at: *changed_at,
            line: clean(&record.line()),
        }
    };
    let list = List {
        schema_version: VERSION,
        findings: records.iter().map(listed).collect(),
        unreadable: unread.iter().map(ToString::to_string).collect(),
    };
    json(&list, out)
}

/// Writes the records of a finding for people: what it is, where it stands, and its plan.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn show(records: &[Record], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (position, record) in records.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        one(record, options, out)?;
    }
    Ok(())
}

fn one(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let finding = &record.finding;
    let title = format!("{} finding {}", finding.source, clean(finding.id.as_str()));
    writeln!(out, "{}", paint(options.colour, STRONG, &title))?;
    let mut facts = vec![
        ("kind", clean(&finding.kind)),
        ("title", clean(&finding.title)),
        ("severity", finding.severity.to_string()),
        ("account", format!("{} {}", record.home(), record.region)),
        ("instance", shown_instance(record)),
        ("state", record.state.word().to_owned()),
        ("said", clean(&record.line())),
    ];
    facts.extend(finding.since.map(|since| ("since", minute(since))));
    facts.push(("version of", minute(finding.version.updated_at)));
    facts.push(("recorded", minute(record.recorded_at)));
    facts.push(("changed", minute(record.changed_at)));
    if finding.sample {
        facts.push(("sample", "yes".to_owned()));
    }
    facts.retain(|(_, value)| !value.is_empty());
    named(&facts, options, out)?;
    let Some(plan) = &record.plan else {
        return writeln!(out, "There is no plan.");
    };
    writeln!(out, "Plan of {}", clean(&plan.remediation))?;
    for line in &plan.trail {
        indented(&format!("because {}", clean(line)), INDENT, options, out)?;
    }
    for (number, (step, outcome)) in (1_usize..).zip(record.steps()) {
        let what = format!("{number}. {}: {}", clean(&noun(step)), in_words(outcome));
        indented(&what, INDENT, options, out)?;
        indented(&clean(&step.reason), INDENT + 3, options, out)?;
    }
    Ok(())
}

pub(super) fn named(
    facts: &[(&str, String)],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    const NAME: usize = "version of".len();
    let longest = facts.iter().map(|(name, _)| name.len()).max();
    let width = longest.unwrap_or_default().max(NAME);
    let columns = [
        Column::left(Wide::Exactly(width), 2),
        Column::left(Wide::rest(options.width, INDENT + width + 2), 0),
    ];
    let rows = facts
        .iter()
        .map(|(name, value)| vec![(*name).to_owned(), value.clone()]);
    for line in grid::lines(&columns, rows) {
        writeln!(out, "{:INDENT$}{line}", "")?;
    }
    Ok(())
}

/// What became of a step.
fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Planned => "planned, since acting is off".to_owned(),
        Outcome::Waiting(why) => format!("waiting: {}", clean(why)),
        Outcome::Hindered { why, tried_at } => {
            let tried = minute(*tried_at);
            format!("will be tried again, tried last {tried}: {}", clean(why))
        }
        Outcome::Requested { at, .. } => format!("requested {}", minute(*at)),
        Outcome::Done { at, result, .. } if result.is_empty() => format!("done {}", minute(*at)),
        Outcome::Done { at, result, .. } => format!("done {}: {}", minute(*at), clean(result)),
        Outcome::Skipped => "skipped".to_owned(),
        Outcome::Failed(why) => format!("failed: {}", clean(why)),
    }
}

/// The records of a finding in data, as the ledger holds them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    schema_version: &'static str,
    records: &'a [Record],
}

/// Writes the records of a finding as one JSON document, with foreign text made harmless.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn show_json(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    let shown = serde_json::to_value(Shown {
        schema_version: VERSION,
        records,
    })?;
    json(&harmless(shown), out)
}

/// The value with every text in it made safe to show.
pub(crate) fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(values) => values.into_iter().map(harmless).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, harmless(value)))
            .collect(),
        other => other,
    }
}

pub(super) fn json(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}
