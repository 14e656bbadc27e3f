//! The table for people: a group of rows for every rule, the most urgent first, then the counts.

use std::io::{self, Write};

use rules::{Grader, instance::Instance, inventory::Completeness, text::quoted, time::minute};

use super::{
    Options, counted,
    grid::{self, Column, Wide},
    number,
    row::{Row, Subject},
    style::{STRONG, paint},
    summary::{Counts, RuleSummary, Summary},
    tally::Tally,
    word::{Group, PerWord, Word},
};
use crate::evaluation::Fleet;

mod counts;

/// How many rows are laid out at a time, so that memory does not grow with their number.
const BATCH: usize = 512;

pub(super) fn write(
    fleet: &Fleet,
    graders: &[Grader],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<Summary> {
    let Tally {
        summary,
        shown,
        longest_label,
    } = Tally::of(fleet, graders, options.most_rows())?;
    let mut out = io::BufWriter::new(out);
    let mut table = TableWriter {
        fleet,
        options,
        layout: Layout::of(options.width, longest_label),
        out: &mut out,
    };
    table.sources()?;
    for ((grader, rule), shown) in graders.iter().zip(&summary.rules).zip(&shown) {
        table.heading(rule)?;
        table.group(grader, &rule.counts, shown)?;
        writeln!(table.out)?;
    }
    counts::write(&summary, options, table.out)?;
    out.flush()?;
    Ok(summary)
}

/// How the rows are laid out at some width.
enum Layout {
    /// The reason below the instance, where columns would be too narrow to read.
    Stacked([Column; 2]),
    /// Columns: sign, instance, name, reason.
    Columns([Column; 4]),
    /// The same columns, with a word beside the sign.
    WordyColumns([Column; 4]),
}

impl Layout {
    const INSTANCE: usize = "i-0123456789abcdef0".len();
    const SIGN: usize = 1;
    /// A sign, a blank and the longest word.
    const WORDY_SIGN: usize = Self::SIGN + 1 + "not applicable".len();
    const NARROW: usize = 72;
    const WIDE: usize = 120;
    /// The widest a name may be before it is wrapped.
    const NAME: usize = 32;

    /// `name` is the length of the longest name.
    fn of(width: Option<usize>, name: usize) -> Self {
        let name = name.min(Self::NAME);
        match width {
            Some(width) if width < Self::NARROW => Self::Stacked([
                Column::left(Wide::Exactly(Self::SIGN), 1),
                Column::left(Wide::rest(Some(width), Self::SIGN + 1), 0),
            ]),
            Some(width) if width < Self::WIDE => {
                let name = Wide::Exactly(name.min(width / 4));
                Self::Columns(Self::four(Self::SIGN, 1, name, Some(width)))
            }
            Some(_) => {
                Self::WordyColumns(Self::four(Self::WORDY_SIGN, 2, Wide::Exactly(name), width))
            }
            None => Self::WordyColumns(Self::four(Self::WORDY_SIGN, 2, Wide::AtLeast(name), None)),
        }
    }

    fn four(sign: usize, gap: usize, name: Wide, width: Option<usize>) -> [Column; 4] {
        let (Wide::Exactly(wide) | Wide::AtLeast(wide)) = name;
        let used = sign + gap + Self::INSTANCE + 2 + wide + 2;
        [
            Column::left(Wide::Exactly(sign), gap),
            Column::left(Wide::Exactly(Self::INSTANCE), 2),
            Column::left(name, 2),
            Column::left(Wide::rest(width, used), 0),
        ]
    }

    fn columns(&self) -> &[Column] {
        match self {
            Self::Stacked(columns) => columns,
            Self::Columns(columns) | Self::WordyColumns(columns) => columns,
        }
    }

    /// What stands first in a row.
    fn sign(&self, group: Group) -> String {
        match self {
            Self::WordyColumns(_) => format!("{} {}", group.mark(), group.in_words()),
            Self::Stacked(_) | Self::Columns(_) => group.mark().to_owned(),
        }
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        let sign = self.sign(row.group());
        let reason = format!("{} {}", row.code, row.reason);
        match self {
            Self::Stacked(_) => {
                let below = format!("{} {}\n{reason}", row.instance, row.label());
                vec![sign, below]
            }
            Self::Columns(_) | Self::WordyColumns(_) => vec![
                sign,
                row.instance.to_owned(),
                row.label().to_owned(),
                reason,
            ],
        }
    }
}

struct TableWriter<'a> {
    fleet: &'a Fleet,
    options: &'a Options,
    layout: Layout,
    out: &'a mut dyn Write,
}

impl TableWriter<'_> {
    /// What the table rests on.
    fn sources(&mut self) -> io::Result<()> {
        self.prose(&format!("Graded as of {}", minute(self.fleet.as_of)))?;
        let fleet = self.fleet;
        for inventory in fleet.inventories.readable() {
            let computers = counted(inventory.computers().len(), "computer");
            let manager = quoted(inventory.manager());
            let taken = minute(inventory.taken_at());
            let complete = match inventory.completeness() {
                Completeness::Complete => "",
                Completeness::PageMayBeMissing => ", and a page may be missing",
            };
            self.prose(&format!(
                "Inventory of Manager {manager} of {taken}: {computers}{complete}"
            ))?;
        }
        if !fleet.inventories.all_readable() {
            self.prose("The inventory of a Manager could not be read")?;
        }
        for map in fleet.web_edges.maps() {
            let (account, region) = (map.account(), map.region());
            let taken = minute(map.taken_at());
            self.prose(&format!(
                "Web edges of account {account} in {region} of {taken}"
            ))?;
        }
        writeln!(self.out)
    }

    fn heading(&mut self, rule: &RuleSummary) -> io::Result<()> {
        let counts = &rule.counts;
        let failing = counts.non_compliant;
        let mut share = format!(
            "{} of {} non-compliant",
            number(failing),
            number(counts.total())
        );
        if counts.excepted > 0 {
            share.push_str(&format!(", {} excepted", number(counts.excepted)));
        }
        if counts.undetermined > 0 {
            share.push_str(&format!(", {} undetermined", number(counts.undetermined)));
        }
        let bar = bar(failing, counts.total());
        let colour = self.options.colour;
        let red = Word::NonCompliant.style();
        let pieces = [
            (paint(colour, STRONG, rule.rule), rule.rule.len()),
            (rule.severity.word().to_owned(), rule.severity.word().len()),
            (paint(colour, red, &bar), bar.chars().count()),
            (share.clone(), share.len()),
        ];
        flow(&pieces, self.options.width, self.out)
    }

    fn group(
        &mut self,
        grader: &Grader,
        counts: &Counts,
        shown: &PerWord<Vec<&Instance>>,
    ) -> io::Result<()> {
        let mut room = self.options.most_rows();
        for group in Group::ALL {
            let instances = shown.of(group);
            let instances = instances.get(..room).unwrap_or(instances);
            room -= instances.len();
            for batch in instances.chunks(BATCH) {
                self.rows(grader, group, batch)?;
            }
        }
        if let Some(left_out) = self.options.left_out(counts.total()) {
            self.prose(&left_out)?;
        }
        Ok(())
    }

    fn rows(&mut self, grader: &Grader, group: Group, instances: &[&Instance]) -> io::Result<()> {
        let rows = instances.iter().map(|instance| {
            let subject = Subject::new(instance);
            let evaluation = self.fleet.evaluate(grader, instance);
            self.layout.cells(&Row::new(&subject, &evaluation))
        });
        let sign = self.layout.sign(group);
        for line in grid::lines(self.layout.columns(), rows) {
            match line.strip_prefix(&sign) {
                Some(rest) => {
                    let sign = paint(self.options.colour, group.style(), &sign);
                    writeln!(self.out, "{sign}{rest}")?;
                }
                None => writeln!(self.out, "{line}")?,
            }
        }
        Ok(())
    }

    fn prose(&mut self, text: &str) -> io::Result<()> {
        for line in grid::wrapped(text, self.options.width) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}

/// Ten cells of which as many are full as the part is of the whole. Neither is rounded away: a
/// bar is empty only for none, and full only for all.
fn bar(part: usize, whole: usize) -> String {
    const CELLS: usize = 10;
    let rounded = (part * CELLS + whole / 2).checked_div(whole).unwrap_or(0);
    let full = match part {
        0 => 0,
        _ if part == whole => CELLS,
        _ => rounded.clamp(1, CELLS - 1),
    };
    "█".repeat(full) + &"░".repeat(CELLS - full)
}

/// Writes pieces beside each other as far as they fit; each comes with its width, since colours
/// take none.
fn flow(pieces: &[(String, usize)], width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let width = width.unwrap_or(usize::MAX);
    let mut used = 0;
    for (text, wide) in pieces {
        if used > 0 && used + 2 + wide > width {
            writeln!(out)?;
            used = 0;
        }
        let gap = if used > 0 { "  " } else { "" };
        write!(out, "{gap}{text}")?;
        used += gap.len() + wide;
    }
    writeln!(out)
}
