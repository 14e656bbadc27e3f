//! The arguments about rules that a deployer writes in Guard.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Source;

/// Rules in Guard to grade by.
#[derive(Args, Debug)]
pub(in crate::cli) struct GuardSource {
    /// Your own rules in Guard, by which `guard-policy-holds` grades; several for several files
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Rules")]
    pub(in crate::cli) guard_rules: Vec<PathBuf>,
}

/// The arguments of `facts`.
#[derive(Args, Debug)]
pub(in crate::cli) struct FactsOf {
    /// The id of the instance
    pub(in crate::cli) instance: String,
    #[command(flatten)]
    pub(in crate::cli) source: Source,
}

/// The commands of `guard`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Guard {
    /// Check rules as they are checked before use, and say what to write instead
    Lint {
        /// The files of rules
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Test rules on documents, by files as `cfn-guard test` takes them
    Test {
        /// The files of rules
        #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
        rules: Vec<PathBuf>,
        /// The tests: a list of `name`, `input` and `expectations`, in YAML or JSON; several for
        /// several files
        #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
        test_data: Vec<PathBuf>,
    },
}
