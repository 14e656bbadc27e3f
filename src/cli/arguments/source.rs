//! The arguments that say what is graded: files, Managers, and the time.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use jiff::Timestamp;

use super::account::AccountSource;
use crate::deep_security::Scheme;

/// Where the fleet comes from.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is graded")]
pub(in crate::cli) struct Source {
    /// Output of `aws ec2 describe-instances`, an AWS Config snapshot or a configuration history
    /// file, or what `deepgrade snapshot` saved, also gzipped; several for several pages, accounts or Regions; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        value_delimiter = None,
        conflicts_with = "region"
    )]
    pub(in crate::cli) instances: Vec<PathBuf>,
    /// Responses of one Manager's computers search (POST /computers/search), one file a page
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(in crate::cli) computers: Vec<PathBuf>,
    /// Responses of a Manager's list of policies; without them names of policies are unknown
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "computers")]
    pub(in crate::cli) policies: Vec<PathBuf>,
    /// The computers files hold every computer, although the last page has exactly 5,000
    #[arg(long, requires = "computers")]
    pub(in crate::cli) complete: bool,
    /// Inventories that `deepgrade inventory fetch` saved
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "computers")]
    pub(in crate::cli) inventory: Vec<PathBuf>,
    /// Web edges: what stands between the internet and the instances, one file an account and
    /// Region; without them no rule about web fronts is graded by
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "region")]
    pub(in crate::cli) web: Vec<PathBuf>,
    /// A ledger of findings and what became of them; without it no rule about findings is graded by
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ledger: Option<PathBuf>,
    /// The time of the data (RFC 3339); without this, the newest time in it
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "region")]
    pub(in crate::cli) as_of: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) account: AccountSource,
    #[command(flatten)]
    pub(in crate::cli) manager: ManagerSource,
}

/// How to reach a Manager.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Manager")]
pub(in crate::cli) struct ManagerSource {
    /// The base URL of a Manager, such as https://dsm.example.com:4119/api
    #[arg(
        long,
        value_name = "URL",
        env = "DEEPGRADE_MANAGER",
        hide_env_values = true
    )]
    pub(in crate::cli) manager: Option<String>,
    /// How the key is presented
    #[arg(
        long,
        value_name = "SCHEME",
        default_value = "secret-key",
        value_parser = schemes(),
        env = "DEEPGRADE_AUTHENTICATION",
        hide_env_values = true
    )]
    pub(in crate::cli) authentication: Scheme,
    /// The file that holds the API key
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_KEY_FILE",
        hide_env_values = true
    )]
    pub(in crate::cli) key_file: Option<PathBuf>,
    /// The name of the environment variable that holds the API key (rather than a file)
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) key_env: Option<String>,
    /// A PEM file with the private certificate authority of the Manager
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_CA_FILE",
        hide_env_values = true
    )]
    pub(in crate::cli) ca_file: Option<PathBuf>,
    /// A settings file (YAML) with rules, their parameters, and Managers
    #[arg(
        long,
        value_name = "FILE",
        env = "DEEPGRADE_SETTINGS",
        hide_env_values = true
    )]
    pub(in crate::cli) settings: Option<PathBuf>,
}

impl ManagerSource {
    /// The URL; an empty variable of the environment means none.
    pub(in crate::cli) fn url(&self) -> Option<&str> {
        self.manager.as_deref().filter(|url| !url.is_empty())
    }
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
