//! The counts at the end of the table, and the sentence that sums them up.

use std::io::{self, Write};

use super::{
    super::{
        Options,
        grid::{self, Column, Wide},
        number,
        style::{STRONG, paint},
        summary::Summary,
        word::Group,
    },
    flow,
};

/// From this width the counts fit in columns.
const COLUMNS: usize = 76;
/// From this width a column's sign fits beside its word.
const WIDE: usize = 100;

pub(super) fn write(summary: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match options.width {
        Some(width) if width < COLUMNS => stacked(summary, options, out)?,
        Some(width) if width < WIDE => in_columns(summary, options, "\n", out)?,
        _ => in_columns(summary, options, " ", out)?,
    }
    writeln!(out)?;
    for line in grid::wrapped(&summary.to_string(), options.width) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn in_columns(
    summary: &Summary,
    options: &Options,
    after_sign: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let groups = Group::shown(&summary.all);
    let title = |group: Group| format!("{}{after_sign}{}", group.mark(), group.in_words());
    let header = std::iter::once("rule".to_owned()).chain(groups.clone().map(title));
    let rows = summary.rules.iter().map(|rule| {
        let counts = groups.clone().map(|group| number(*rule.counts.of(group)));
        std::iter::once(rule.rule.to_owned()).chain(counts)
    });
    let numbers = Column {
        width: Wide::AtLeast(0),
        gap: 2,
        right: true,
    };
    let mut columns = vec![Column::left(Wide::AtLeast(0), 2)];
    columns.extend(groups.clone().map(|_| numbers));
    let rows = std::iter::once(header.collect()).chain(rows.map(Iterator::collect));
    let mut in_header = true;
    for mut line in grid::lines(&columns, rows) {
        in_header &= !summary.rules.iter().any(|rule| line.starts_with(rule.rule));
        if in_header {
            for group in groups.clone() {
                let sign = paint(options.colour, group.style(), group.mark());
                line = line.replacen(group.mark(), &sign, 1);
            }
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn stacked(summary: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for rule in &summary.rules {
        writeln!(out, "{}", paint(options.colour, STRONG, rule.rule))?;
        let pieces = Group::shown(&summary.all).map(|group| {
            let count = number(*rule.counts.of(group));
            let sign = paint(options.colour, group.style(), group.mark());
            let words = group.in_words();
            let width = 1 + 1 + count.len() + 1 + words.len();
            (format!("{sign} {count} {words}"), width)
        });
        let pieces: Vec<_> = pieces.collect();
        flow(&pieces, options.width, out)?;
    }
    Ok(())
}
