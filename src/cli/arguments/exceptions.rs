//! The arguments about exceptions.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Selection, Source};

/// The exceptions that are made, and on which terms.
#[derive(Args, Debug)]
#[command(next_help_heading = "Exceptions")]
pub(in crate::cli) struct ExceptionSource {
    /// A file of exceptions (YAML); without this, the one that the settings name
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) exceptions: Option<PathBuf>,
    /// A tag that an instance's owner cannot set, beside those that the settings name: exceptions for
    /// any other tag are not honoured; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(in crate::cli) protected_tag: Vec<String>,
}

/// The commands of `exceptions`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Exceptions {
    /// Tell everything that is wrong with a file of exceptions, a line each; exit code 2 where
    /// something is
    Lint {
        /// The file of exceptions
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A tag that an instance's owner cannot set, beside those that the settings name; may be
        /// repeated
        #[arg(long, value_name = "KEY")]
        protected_tag: Vec<String>,
        /// A settings file (YAML), of which the section `exceptions` counts
        #[arg(
            long,
            value_name = "FILE",
            env = "DEEPGRADE_SETTINGS",
            hide_env_values = true
        )]
        settings: Option<PathBuf>,
        /// The form of the result
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: ExceptionForm,
    },
    /// List exceptions: what each is made for, when it expires, and how many results fall under it in
    /// the fleet that is given
    List {
        /// The file of exceptions
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A tag that an instance's owner cannot set, beside those that the settings name; may be
        /// repeated
        #[arg(long, value_name = "KEY")]
        protected_tag: Vec<String>,
        #[command(flatten)]
        source: Box<Source>,
        #[command(flatten)]
        selection: Selection,
        /// The form of the result
        #[arg(long, short, value_name = "FORM", default_value = "table")]
        output: ExceptionForm,
    },
}

/// The form of exceptions.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum ExceptionForm {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}
