//! The arguments of the command line.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;
use jiff::Timestamp;
use rules::rule::Severity;

use crate::{deep_security::Scheme, report::Format};

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
#[derive(Args, Debug)]
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
    /// Tell why each rule decided as it did about one instance, fact by fact
    Explain(Explain),
    /// List the rules, or show one
    #[command(subcommand)]
    Rules(Rules),
    /// Save the inventory of a Manager
    #[command(subcommand)]
    Inventory(Inventory),
    /// Check a Manager: reachability, TLS, key, rights, expiry, version
    Doctor(ManagerSource),
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

/// Where the fleet comes from.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is graded")]
pub(super) struct Source {
    /// Output of `aws ec2 describe-instances`, an AWS Config snapshot or a configuration history
    /// file, also gzipped; several for several pages, accounts or Regions; `-` is standard input
    #[arg(long, value_name = "FILE", num_args = 1.., value_delimiter = None)]
    pub(super) instances: Vec<PathBuf>,
    /// Responses of one Manager's computers search (POST /computers/search), one file a page
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "instances")]
    pub(super) computers: Vec<PathBuf>,
    /// Responses of a Manager's list of policies; without them names of policies are unknown
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "computers")]
    pub(super) policies: Vec<PathBuf>,
    /// The computers files hold every computer, although the last page has exactly 5,000
    #[arg(long, requires = "computers")]
    pub(super) complete: bool,
    /// Inventories that `deepgrade inventory fetch` saved
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "instances", conflicts_with = "computers")]
    pub(super) inventory: Vec<PathBuf>,
    /// Web edges: what stands between the internet and the instances, one file an account and
    /// Region; without them no rule about web fronts is graded by
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "instances")]
    pub(super) web: Vec<PathBuf>,
    /// The time of the data (RFC 3339); without this, the newest time in it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) as_of: Option<Timestamp>,
    #[command(flatten)]
    pub(super) manager: ManagerSource,
}

/// How to reach a Manager.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Manager")]
pub(super) struct ManagerSource {
    /// The base URL of a Manager, such as https://dsm.example.com:4119/api
    #[arg(
        long,
        value_name = "URL",
        env = "DEEPGRADE_MANAGER",
        hide_env_values = true
    )]
    pub(super) manager: Option<String>,
    /// How the key is presented
    #[arg(
        long,
        value_name = "SCHEME",
        default_value = "secret-key",
        value_parser = schemes(),
        env = "DEEPGRADE_AUTHENTICATION",
        hide_env_values = true
    )]
    pub(super) authentication: Scheme,
    /// The file that holds the API key
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_KEY_FILE",
        hide_env_values = true
    )]
    pub(super) key_file: Option<PathBuf>,
    /// The name of the environment variable that holds the API key (rather than a file)
    #[arg(long, value_name = "NAME")]
    pub(super) key_env: Option<String>,
    /// A PEM file with the private certificate authority of the Manager
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_CA_FILE",
        hide_env_values = true
    )]
    pub(super) ca_file: Option<PathBuf>,
    /// A settings file (YAML) with rules, their parameters, and Managers
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_SETTINGS",
        hide_env_values = true
    )]
    pub(super) settings: Option<PathBuf>,
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "wanted is a time such as 2026-11-24T12:00:00Z".to_owned())
}

/// Takes the words of the schemes.
fn schemes() -> impl TypedValueParser<Value = Scheme> {
    PossibleValuesParser::new(Scheme::ALL.iter().map(|scheme| scheme.word())).map(|word| {
        let named = Scheme::ALL.iter().find(|scheme| scheme.word() == word);
        named.copied().unwrap_or_default()
    })
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

/// What the result looks like, and what counts as failing.
#[derive(Args, Debug)]
#[command(next_help_heading = "Result")]
pub(super) struct Output {
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        env = "DEEPGRADE_OUTPUT",
        hide_env_values = true
    )]
    pub(super) output: Format,
    /// Where to write the result; without this, standard output
    #[arg(long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
    /// How many rows of a rule a table shows; 0 shows all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub(super) rows: usize,
    /// End with exit code 3 when an instance is non-compliant by a rule of this severity or above
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "none",
        env = "DEEPGRADE_FAIL_ON",
        hide_env_values = true
    )]
    pub(super) fail_on: FailOn,
}

/// From which severity on a non-compliant instance counts as failing.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailOn {
    /// Any.
    Low,
    /// Medium and above.
    Medium,
    /// High and above.
    High,
    /// Critical only.
    Critical,
    /// Never.
    None,
}

impl ManagerSource {
    /// The URL; an empty variable of the environment means none.
    pub(super) fn url(&self) -> Option<&str> {
        self.manager.as_deref().filter(|url| !url.is_empty())
    }
}

impl FailOn {
    /// The lowest severity that fails; `None` for never.
    #[must_use]
    pub(super) const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::None => None,
        }
    }
}
