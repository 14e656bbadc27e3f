//! What differs between the results of two runs.

use std::io::{self, Write};

use rules::{text::clean, time::minute};
use serde::Serialize;

use super::{
    Options, counted,
    grid::{self, Column, Wide},
    ledger::json,
    markdown::escaped,
    number,
    style::{STRONG, paint},
};
use crate::{
    difference::{Change, Difference, Kind, Said},
    results::Listed,
};

const VERSION: &str = "1";

/// How far what is said of a change stands under its kind.
const INDENT: usize = 2;

/// Writes it for people: what changed, by kind, and the whole in a sentence.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn table(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (kind, changes) in of_interest(difference) {
        let head = format!("{} ({})", heading(kind), number(changes.total));
        writeln!(out, "{}", paint(options.colour, STRONG, &head))?;
        let shown = changes.first.iter().take(options.most_rows());
        let columns = [
            Column::left(Wide::AtLeast(8), 2),
            Column::left(Wide::AtLeast(19), 2),
            Column::left(Wide::AtLeast(0), 2),
            Column::left(Wide::AtLeast(0), 0),
        ];
        let cells = shown.clone().map(|change| {
            vec![
                clean(&change.severity),
                clean(&change.instance),
                clean(&change.rule),
                clean(change.name.as_deref().unwrap_or_default()),
            ]
        });
        for (line, change) in grid::lines(&columns, cells).iter().zip(shown) {
            writeln!(out, "{:INDENT$}{line}", "")?;
            super::ledger::indented(&story(change), 2 * INDENT, options, out)?;
        }
        if let Some(left_out) = left_out(changes, options) {
            writeln!(out, "{:INDENT$}{left_out}", "")?;
        }
        writeln!(out)?;
    }
    if difference.gone.total > 0 {
        let head = format!("Instances gone ({})", number(difference.gone.total));
        writeln!(out, "{}", paint(options.colour, STRONG, &head))?;
        for gone in difference.gone.first.iter().take(options.most_rows()) {
            writeln!(out, "{:INDENT$}{}", "", clean(&gone.instance))?;
        }
        if let Some(left_out) = left_out(&difference.gone, options) {
            writeln!(out, "{:INDENT$}{left_out}", "")?;
        }
        writeln!(out)?;
    }
    for line in whole(difference) {
        super::ledger::indented(&line, 0, options, out)?;
    }
    Ok(())
}

/// Writes it for a ticket.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn markdown(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for line in whole(difference) {
        writeln!(out, "{}\n", escaped(&line))?;
    }
    writeln!(out, "| Change | Results |\n|---|--:|")?;
    for (kind, changes) in &difference.changes {
        writeln!(out, "| {} | {} |", heading(*kind), number(changes.total))?;
    }
    for (kind, changes) in of_interest(difference) {
        writeln!(out, "\n## {}\n", heading(kind))?;
        writeln!(out, "| Severity | Rule | Instance | Name | Before | Now |")?;
        writeln!(out, "|---|---|---|---|---|---|")?;
        for change in changes.first.iter().take(options.most_rows()) {
            let cells = [
                change.severity.clone(),
                change.rule.clone(),
                change.instance.clone(),
                change.name.clone().unwrap_or_default(),
                said(change.before.as_ref()),
                said(change.after.as_ref()),
            ];
            let cells = cells.map(|cell| escaped(&clean(&cell)));
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        if let Some(left_out) = left_out(changes, options) {
            writeln!(out, "\n{left_out}")?;
        }
    }
    if difference.gone.total > 0 {
        writeln!(out, "\n## Instances gone\n")?;
        for gone in difference.gone.first.iter().take(options.most_rows()) {
            writeln!(out, "- {}", escaped(&clean(&gone.instance)))?;
        }
        if let Some(left_out) = left_out(&difference.gone, options) {
            writeln!(out, "\n{left_out}")?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    #[serde(flatten)]
    difference: &'a Difference,
}

/// Writes it as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn data(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: VERSION,
        difference,
    };
    json(&document, out)
}

/// The kinds of which there is a change.
fn of_interest(difference: &Difference) -> impl Iterator<Item = (Kind, &Listed<Change>)> {
    let changes = difference.changes.iter();
    changes
        .filter(|(_, changes)| changes.total > 0)
        .map(|(kind, changes)| (*kind, changes))
}

fn heading(kind: Kind) -> String {
    let words = kind.in_words();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}

/// What was said, and what is.
fn story(change: &Change) -> String {
    let (before, after) = (said(change.before.as_ref()), said(change.after.as_ref()));
    clean(&format!("was: {before}; now: {after}"))
}

fn said(said: Option<&Said>) -> String {
    let Some(said) = said else {
        return "nothing".to_owned();
    };
    let mut words = format!("{} {} {}", said.verdict.in_words(), said.code, said.reason);
    if let Some(exception) = &said.exception {
        words += &format!(" (excepted by {exception})");
    }
    words
}

/// What to say where not every entry is shown.
fn left_out<T>(listed: &Listed<T>, options: &Options) -> Option<String> {
    let shown = listed.first.len().min(options.most_rows());
    (listed.total > shown).then(|| format!("showing {} of {}", number(shown), number(listed.total)))
}

/// The whole, in sentences.
fn whole(difference: &Difference) -> Vec<String> {
    let counts: Vec<String> = of_interest(difference)
        .map(|(kind, changes)| format!("{} {}", number(changes.total), kind.in_words()))
        .collect();
    let changed = if counts.is_empty() {
        "no result changed".to_owned()
    } else {
        counts.join(", ")
    };
    let instances = difference.instances;
    let mut lines = vec![format!(
        "From {} to {}: {changed}; {}, {} new, {} gone",
        minute(difference.before),
        minute(difference.after),
        counted(instances.after, "instance"),
        number(instances.new),
        number(instances.gone),
    )];
    for (rules, what) in [
        (
            &difference.rules_added,
            "the former run did not grade by, so that what they say is new",
        ),
        (
            &difference.rules_removed,
            "the latter run does not grade by, so that they are not compared",
        ),
    ] {
        if !rules.is_empty() {
            let rules: Vec<String> = rules.iter().map(|rule| clean(rule)).collect();
            lines.push(format!("Rules that {what}: {}", rules.join(", ")));
        }
    }
    lines
}
