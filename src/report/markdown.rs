//! Markdown for a pull request or a ticket: the counts, then a table for every rule.

use std::io::{self, Write};

use rules::Grader;

use super::{
    Options, number,
    row::{Row, Subject},
    summary::Summary,
    tally::Tally,
    word::Word,
};
use crate::evaluation::Fleet;

pub(super) fn write(
    fleet: &Fleet,
    graders: &[Grader],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<Summary> {
    let Tally { summary, shown, .. } = Tally::of(fleet, graders, options.most_rows())?;
    let mut out = io::BufWriter::new(out);
    counts(&summary, &mut out)?;
    for ((grader, rule), shown) in graders.iter().zip(&summary.rules).zip(&shown) {
        writeln!(out, "\n## {}\n", rule.rule)?;
        writeln!(out, "| Verdict | Instance | Name | Code | Reason |")?;
        writeln!(out, "|---|---|---|---|---|")?;
        let urgent_first = Word::ALL.iter().flat_map(|word| shown.get(*word));
        for instance in urgent_first.take(options.most_rows()) {
            let subject = Subject::new(instance);
            let evaluation = fleet.evaluate(grader, instance);
            row(&Row::new(&subject, &evaluation), &mut out)?;
        }
        if let Some(left_out) = options.left_out(rule.counts.total()) {
            writeln!(out, "\n{left_out}")?;
        }
    }
    out.flush()?;
    Ok(summary)
}

fn counts(summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{summary}\n")?;
    write!(out, "| Rule | Severity |")?;
    for word in Word::ALL {
        write!(out, " {} {} |", word.mark(), word.in_words())?;
    }
    writeln!(out, "\n|---|---|--:|--:|--:|--:|")?;
    for rule in &summary.rules {
        write!(out, "| {} | {} |", rule.rule, rule.severity)?;
        for word in Word::ALL {
            write!(out, " {} |", number(*rule.counts.get(word)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn row(row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
    let verdict = row.verdict;
    writeln!(
        out,
        "| {} {} | {} | {} | {} | {} |",
        verdict.mark(),
        verdict.in_words(),
        row.instance,
        escaped(row.label()),
        row.code,
        escaped(row.reason)
    )
}

/// The text without any meaning in Markdown or in HTML. An address is not made a link either: a
/// name must not lead a reader anywhere.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (position, character) in text.char_indices() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' | '@' => {
                escaped.extend(['\\', character]);
            }
            ':' if text
                .get(position..)
                .is_some_and(|rest| rest.starts_with("://")) =>
            {
                escaped.push_str("\\:");
            }
            '.' if escaped.ends_with(['w', 'W']) => escaped.push_str("\\."),
            _ => escaped.push(character),
        }
    }
    escaped
}
