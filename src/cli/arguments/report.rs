//! The arguments of `report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AggregatorReading, Ending, Selection, Source};
use crate::report::page::Audience;

/// The arguments of `report`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Report {
    /// What `deepgrade evaluate --output json` wrote, also gzipped; `-` is standard input. Without
    /// this, a fleet is graded as by `evaluate`
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    pub(in crate::cli) results: Option<PathBuf>,
    /// The name of an aggregator of AWS Config: what it shows of many accounts and Regions is
    /// collected, in the account and the one Region that are named
    #[arg(
        long,
        value_name = "NAME",
        requires = "region",
        conflicts_with = "results",
        help_heading = "Results"
    )]
    pub(in crate::cli) aggregator: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: AggregatorReading,
    /// A directory with earlier results (*.json and *.json.gz): they give the trend, what changed
    /// and what flaps, and the time to protect
    #[arg(long, value_name = "DIR", help_heading = "Results")]
    pub(in crate::cli) history: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
    /// Whom the page is for: auditors see what was looked at, what holds and on which evidence,
    /// engineers what to fix first
    #[arg(
        long,
        value_name = "AUDIENCE",
        default_value = "auditor",
        help_heading = "Result"
    )]
    pub(in crate::cli) audience: Audience,
    /// The form of the report
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "html",
        help_heading = "Result"
    )]
    pub(in crate::cli) output: ReportForm,
    #[command(flatten)]
    pub(in crate::cli) ending: Ending,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportForm {
    /// One page that needs nothing beside itself; with --output-file, all results are written as CSV
    /// beside it.
    Html,
    /// All results, for spreadsheets.
    Csv,
    /// For pipelines that show test results: a suite a rule, a case an instance.
    Junit,
    /// For AWS Security Hub: a request of BatchImportFindings a line.
    Asff,
}
