//! The outputs of a graded fleet: one file of this folder a format, and `explain` for one instance.
//!
//! Every writer streams: at 100,000 instances there are hundreds of thousands of evaluations, and
//! they are cheaper to repeat than to hold. Foreign text is cleaned before it is written anywhere,
//! and then escaped for the format.

use std::io::{self, Write};

use rules::Grader;

use crate::{evaluation::Fleet, results::Details};

mod asff;
mod coverage;
mod csv;
mod difference;
mod exceptions;
mod explain;
mod grid;
mod in_order;
mod json;
mod jsonl;
mod junit;
mod ledger;
mod markdown;
pub mod page;
mod plan;
mod replay;
mod row;
mod style;
mod summary;
mod table;
mod tally;
mod waf;
mod web_acls;
mod word;

pub use asff::asff;
pub use coverage::{csv as coverage_csv, data as coverage_json, table as coverage};
pub use csv::results as results_csv;
pub(crate) use csv::table as table_csv;
pub use difference::{
    data as difference_json, markdown as difference_markdown, table as difference,
};
pub use exceptions::{
    ExceptionList, checked as exceptions_checked, checked_json as exceptions_checked_json,
};
pub use explain::explain;
pub use json::schema;
pub use junit::junit;
pub(crate) use ledger::harmless;
pub use ledger::{
    list as ledger_list, list_json as ledger_list_json, show as ledger_show,
    show_json as ledger_show_json,
};
pub(crate) use markdown::escaped as markdown_text;
pub use plan::{data as plan_json, table as plan};
pub use replay::{json as replay_json, table as replay_table};
pub use row::Row;
pub(crate) use row::rows;
pub use summary::{Counts, RuleSummary, Summary};
pub use waf::{json as waf_json, table as waf_table};
pub use web_acls::{list as web_acls, list_json as web_acls_json};
pub use word::{Group, PerWord, Word};

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: grouped by rule, with a summary.
    Table,
    /// One JSON document, of the shape in `docs/result.schema.json`.
    Json,
    /// One JSON object a line, for large fleets.
    Jsonl,
    /// For spreadsheets (RFC 4180).
    Csv,
    /// For a pull request or a ticket.
    Markdown,
}

/// How an output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The width to wrap lines at, in columns of a terminal; `None` never wraps.
    pub width: Option<usize>,
    /// Whether colours may be used.
    pub colour: bool,
    /// How many rows of a rule the table and the Markdown show; 0 shows all.
    pub rows: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: None,
            colour: false,
            rows: 100,
        }
    }
}

impl Options {
    fn most_rows(&self) -> usize {
        if self.rows == 0 {
            usize::MAX
        } else {
            self.rows
        }
    }

    /// What to say where not every row of a rule is shown.
    fn left_out(&self, total: usize) -> Option<String> {
        (total > self.most_rows()).then(|| {
            format!(
                "showing {} of {}; `--rows 0` or `--output csv` gives all",
                number(self.rows),
                number(total)
            )
        })
    }
}

/// Grades the fleet and writes every result: instances in the fleet's order, and for each of them
/// the rules in the order of `graders`. Only the JSON document holds the details.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn write(
    format: Format,
    fleet: &Fleet,
    graders: &[Grader],
    details: &Details,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<Summary> {
    match format {
        Format::Table => table::write(fleet, graders, options, out),
        Format::Json => json::write(fleet, graders, details, out),
        Format::Jsonl => jsonl::write(fleet, graders, out),
        Format::Csv => csv::write(fleet, graders, out),
        Format::Markdown => markdown::write(fleet, graders, options, out),
    }
}

/// A number with its thousands apart: `4,012`.
fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of things: `1 rule`, `4 rules`.
fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", number(count))
}
