//! The arguments of `coverage`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Source;

/// The arguments of `coverage`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Coverage {
    /// Findings of Inspector: events, or what `aws inspector2 list-findings` prints; those of
    /// --ledger count too
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Findings")]
    pub(in crate::cli) findings: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    /// What a row is about
    #[arg(
        long,
        value_name = "SUBJECT",
        default_value = "cve",
        help_heading = "Result"
    )]
    pub(in crate::cli) by: By,
    /// Print nothing but the CVEs for which a rule exists that can block, one a line
    #[arg(long, conflicts_with_all = ["by", "output"], help_heading = "Result")]
    pub(in crate::cli) cve_only: bool,
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        help_heading = "Result"
    )]
    pub(in crate::cli) output: CoverageForm,
    /// Where to write the result; without this, standard output
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub(in crate::cli) output_file: Option<PathBuf>,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum By {
    /// A CVE.
    Cve,
    /// An instance.
    Instance,
}

/// The form of coverage.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum CoverageForm {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// For spreadsheets.
    Csv,
}
