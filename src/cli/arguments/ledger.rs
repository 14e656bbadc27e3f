//! The arguments of `ledger`.

use std::path::PathBuf;

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use rules::{instance::InstanceId, ledger::Source};

use super::AccountSource;

/// The commands of `ledger`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Ledger {
    /// List the findings: where each stands, and what became of it
    List {
        #[command(flatten)]
        source: LedgerSource,
        #[command(flatten)]
        filter: LedgerFilter,
        /// The form of the list
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: LedgerForm,
    },
    /// Show a finding: its plan, step by step, with what became of each and why
    Show {
        /// How the id of the finding begins; of an ARN, what stands after its last slash
        #[arg(value_name = "FINDING")]
        finding: String,
        #[command(flatten)]
        source: LedgerSource,
        /// The form of the result
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: LedgerForm,
    },
    /// List the web ACLs that were to be given rule groups, and what became of it
    WebAcls {
        #[command(flatten)]
        source: LedgerSource,
        /// The form of the list
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: LedgerForm,
    },
    /// Stop everything that acts on findings, at once: plans are still made and recorded
    Stop {
        #[command(flatten)]
        source: LedgerSource,
    },
    /// Let what was stopped act again, where the deployment allows it
    Resume {
        #[command(flatten)]
        source: LedgerSource,
    },
}

/// Where the ledger is.
#[derive(Args, Debug)]
#[command(next_help_heading = "Ledger")]
pub(in crate::cli) struct LedgerSource {
    /// A file that holds a ledger
    #[arg(long, value_name = "FILE", conflicts_with = "table")]
    pub(in crate::cli) ledger: Option<PathBuf>,
    /// The table of DynamoDB that holds the ledger, in the account and Region that are named
    #[arg(long, value_name = "NAME", requires = "region")]
    pub(in crate::cli) table: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) account: AccountSource,
}

/// Which findings are listed.
#[derive(Args, Debug)]
#[command(next_help_heading = "Findings")]
pub(in crate::cli) struct LedgerFilter {
    /// Those only of which something is still to be done, or those only of which nothing is
    #[arg(long, value_name = "STATE")]
    pub(in crate::cli) state: Option<Standing>,
    /// Those on this instance only
    #[arg(long, value_name = "ID", value_parser = instance)]
    pub(in crate::cli) instance: Option<InstanceId>,
    /// Those of this source only
    #[arg(long, value_name = "SOURCE", value_parser = sources())]
    pub(in crate::cli) source: Option<Source>,
}

/// Whether something is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Standing {
    /// Something is.
    Open,
    /// Nothing is.
    Closed,
}

/// The form of findings.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum LedgerForm {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

fn instance(text: &str) -> Result<InstanceId, String> {
    text.parse()
        .map_err(|_| "wanted is the id of an instance such as i-0123456789abcdef0".to_owned())
}

/// Takes the words of the sources.
fn sources() -> impl TypedValueParser<Value = Source> {
    PossibleValuesParser::new(Source::ALL.iter().map(|source| source.word()))
        .map(|word| Source::of_word(&word).unwrap_or(Source::GuardDuty))
}
