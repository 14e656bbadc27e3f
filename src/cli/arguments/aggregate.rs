//! The arguments of `aggregate`, and those by which an aggregator is read.

use std::path::PathBuf;

use clap::{Args, builder::RangedU64ValueParser};

use super::{AccountSource, Ending, pack::name};

/// The arguments of `aggregate`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Aggregate {
    /// The name of the aggregator, in the account and the one Region that are named
    #[arg(long, value_name = "NAME", requires = "region")]
    pub(in crate::cli) aggregator: String,
    #[command(flatten)]
    pub(in crate::cli) reading: AggregatorReading,
    #[command(flatten)]
    pub(in crate::cli) account: AccountSource,
    #[command(flatten)]
    pub(in crate::cli) ending: Ending,
}

/// How an aggregator is read.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Aggregator")]
pub(in crate::cli) struct AggregatorReading {
    /// What the names of Deepgrade's Config rules begin with, as `pack render` made them
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "ds-",
        value_parser = name,
        requires = "aggregator"
    )]
    pub(in crate::cli) prefix: String,
    /// A folder to keep in what was read, until all of it is: run again with the same folder, what was
    /// interrupted goes on
    #[arg(long, value_name = "DIR", requires = "aggregator")]
    pub(in crate::cli) resume: Option<PathBuf>,
    /// How many calls are made in a minute at most; each gives up to 100 results
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 600,
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=60_000),
        requires = "aggregator"
    )]
    pub(in crate::cli) calls_per_minute: u32,
}
