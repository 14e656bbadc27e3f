//! The arguments of `waf`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rules::{text::quoted, web::RuleGroup};

use super::Source;

/// The arguments of `waf`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Waf {
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    /// The managed rule group for web servers, rather than the one that is recognised
    #[arg(long, value_name = "VENDOR/NAME", value_parser = group, help_heading = "Rule groups")]
    pub(in crate::cli) web_server_group: Option<RuleGroup>,
    /// The managed rule group for web applications, rather than the one that is recognised
    #[arg(long, value_name = "VENDOR/NAME", value_parser = group, help_heading = "Rule groups")]
    pub(in crate::cli) web_application_group: Option<RuleGroup>,
    /// Add what is recommended to the web ACLs, in Count mode
    #[arg(long, help_heading = "Rule groups")]
    pub(in crate::cli) act: bool,
    /// The table of DynamoDB, in the account and Region that are read, that holds the ledger in which
    /// additions are written down, rather than the file of --ledger
    #[arg(
        long,
        value_name = "NAME",
        requires_all = ["act", "region"],
        conflicts_with = "ledger",
        help_heading = "Rule groups"
    )]
    pub(in crate::cli) table: Option<String>,
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        help_heading = "Result"
    )]
    pub(in crate::cli) output: WafFormat,
    /// Where to write the result; without this, standard output
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub(in crate::cli) output_file: Option<PathBuf>,
}

/// The form of what is recommended.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum WafFormat {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

fn group(text: &str) -> Result<RuleGroup, String> {
    match text.rsplit_once('/') {
        Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => Ok(RuleGroup {
            vendor: Some(vendor.into()),
            name: name.into(),
        }),
        _ => Err(format!(
            "{} is not of the form VENDOR/NAME, such as AWS/AWSManagedRulesPHPRuleSet",
            quoted(text)
        )),
    }
}
