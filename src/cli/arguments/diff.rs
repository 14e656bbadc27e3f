//! The arguments of `diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Ending;

/// The arguments of `diff`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Diff {
    /// The former results: what `evaluate --output json` wrote, also gzipped; `-` is standard input
    #[arg(value_name = "BEFORE")]
    pub(in crate::cli) before: PathBuf,
    /// The latter results
    #[arg(value_name = "AFTER")]
    pub(in crate::cli) after: PathBuf,
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        help_heading = "Result"
    )]
    pub(in crate::cli) output: DiffForm,
    /// How many changes of a kind a table shows; 0 shows the first 1,000
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 100,
        help_heading = "Result"
    )]
    pub(in crate::cli) rows: usize,
    #[command(flatten)]
    pub(in crate::cli) ending: Ending,
}

/// The form of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffForm {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// For a ticket.
    Markdown,
}
