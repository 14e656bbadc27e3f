//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
use clap_complete::Shell;
mod account;
mod aggregate;
mod coverage;
mod diff;
mod doctor;
mod evidence;
mod ledger;
mod output;
mod pack;
mod report;
mod respond;
mod source;
mod waf;

pub(super) use account::{AccountSource, Snapshot};
pub(super) use aggregate::{Aggregate, AggregatorReading};
pub(super) use coverage::{By, Coverage, CoverageForm};
pub(super) use diff::{Diff, DiffForm};
pub(super) use doctor::Doctor;
pub(super) use evidence::Evidence;
pub(super) use ledger::{Ledger, LedgerFilter, LedgerForm, LedgerSource, Standing};
pub(super) use output::{Ending, Output};
pub(super) use pack::{Pack, Render};
pub(super) use report::{Report, ReportForm};
pub(super) use respond::{Allowed, Asked, Respond, RespondForm, ScopeWord, Wanted};
pub(super) use source::{ManagerSource, Source};
pub(super) use waf::{Waf, WafFormat};

/// Grades EC2 instances on how Trend Micro Deep Security protects them.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Use no colours (the variables NO_COLOR and CLICOLOR_FORCE are honoured too)
    #[arg(
        long,
        global = true,
        env = "DEEPGRADE_NO_COLOR",
        value_parser = FalseyValueParser::new(),
        hide_env_values = true
    )]
    pub(super) no_color: bool,
    /// Show no progress bars
    #[arg(
        long,
        global = true,
        env = "DEEPGRADE_NO_PROGRESS",
        value_parser = FalseyValueParser::new(),
        hide_env_values = true
    )]
    pub(super) no_progress: bool,
    /// Say nothing but the result and errors
    #[arg(
        long,
        short,
        global = true,
        env = "DEEPGRADE_QUIET",
        value_parser = FalseyValueParser::new(),
        hide_env_values = true,
        conflicts_with = "verbose"
    )]
    pub(super) quiet: bool,
    /// Say what is being done, on standard error; twice says more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// The form of what is said on standard error
    #[arg(
        long,
        global = true,
        value_name = "FORM",
        default_value = "text",
        env = "DEEPGRADE_LOG_FORMAT",
        hide_env_values = true
    )]
    pub(super) log_format: LogFormat,
}

/// The form of messages on standard error.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Grade a fleet; without arguments, the example fleet
    Evaluate(Evaluate),
    /// Write a report for auditors or engineers, as a page that needs nothing beside itself
    Report(Box<Report>),
    /// Tell why each rule decided as it did about one instance, fact by fact
    Explain(Explain),
    /// Run a recorded event of AWS Config, and show what would be put
    Replay(Replay),
    /// Plan what answers a finding, and stop; or carry out a plan that was saved
    Respond(Box<Respond>),
    /// Show the whole story of three findings on this machine, with a simulated Manager
    Tour,
    /// Show which CVEs on which instances are shielded by IPS rules
    Coverage(Box<Coverage>),
    /// Tell what differs between the results of two runs: what is new, fixed, or can be told no more
    ///
    /// What is compared is what each rule says of each instance. What is non-compliant and was not, or
    /// is of a new instance, is new; so is what an exception holds for no longer, for --fail-on. The
    /// exit code is 4 where something can be told no more.
    Diff(Diff),
    /// Keep results with what they were made of, for whoever audits them, under a manifest of sums
    Evidence(Evidence),
    /// List the rules, or show one
    #[command(subcommand)]
    Rules(Rules),
    /// Save the inventory of a Manager
    #[command(subcommand)]
    Inventory(Inventory),
    /// Show findings and what became of them
    #[command(subcommand)]
    Ledger(Ledger),
    /// Save what an AWS account and the Managers hold now, for `evaluate`
    Snapshot(Snapshot),
    /// Save what an aggregator of AWS Config shows of many accounts and Regions
    Aggregate(Aggregate),
    /// List the managed rule groups of AWS WAF that fit what stands behind web ACLs; or add them
    Waf(Box<Waf>),
    /// Write the conformance pack in a variant, or look through one
    #[command(subcommand)]
    Pack(Pack),
    /// Check a Manager: reachability, TLS, key, rights, expiry, version; or what is deployed in AWS
    Doctor(Box<Doctor>),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The arguments of `evaluate`.
#[derive(Args, Debug)]
pub(super) struct Evaluate {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct Explain {
    /// The id of the instance
    pub(super) instance: String,
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) selection: Selection,
}

/// The arguments of `replay`.
#[derive(Args, Debug)]
pub(super) struct Replay {
    /// The event, as AWS Config sent it to the function; `-` is standard input
    #[arg(value_name = "EVENT")]
    pub(super) event: PathBuf,
    #[command(flatten)]
    pub(super) source: Source,
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        help_heading = "Result"
    )]
    pub(super) output: ReplayFormat,
    #[command(flatten)]
    pub(super) ending: Ending,
}

/// The form of what would be put.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ReplayFormat {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

/// The commands of `rules`.
#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// List the rules
    List {
        /// The form of the list
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: ListFormat,
    },
    /// Show a rule: what it checks, why, its parameters and its codes
    Show {
        /// The id of the rule
        rule: String,
    },
}

/// The form of a list of rules.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// A Markdown table.
    Markdown,
}

/// The commands of `inventory`.
#[derive(Debug, Subcommand)]
pub(super) enum Inventory {
    /// Read all computers, policies and IPS rules of a Manager, and save them
    Fetch {
        #[command(flatten)]
        manager: ManagerSource,
        /// Where to save it; without this, standard output
        #[arg(long, value_name = "FILE")]
        output_file: Option<PathBuf>,
    },
}

/// Which rules, with which parameters.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub(super) struct Selection {
    /// Grade by this rule only; may be repeated
    #[arg(long, value_name = "ID")]
    pub(super) rule: Vec<String>,
    /// Set a parameter of a rule; may be repeated
    #[arg(long, value_name = "ID.NAME=VALUE")]
    pub(super) param: Vec<String>,
}
