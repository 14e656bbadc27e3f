//! The arguments that say what the result looks like, where it goes, and what counts as failing.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rules::rule::Severity;

use crate::{cli::failure::Exit, report::Format};

/// What the result looks like.
#[derive(Args, Debug)]
#[command(next_help_heading = "Result")]
pub(in crate::cli) struct Output {
    /// The form of the result
    #[arg(
        long,
        short,
        value_name = "FORM",
        default_value = "table",
        env = "DEEPGRADE_OUTPUT",
        hide_env_values = true
    )]
    pub(in crate::cli) output: Format,
    /// How many rows of a rule a table shows; 0 shows all
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub(in crate::cli) rows: usize,
    #[command(flatten)]
    pub(in crate::cli) ending: Ending,
}

/// Where the result goes, and what counts as failing.
#[derive(Args, Debug)]
#[command(next_help_heading = "Result")]
pub(in crate::cli) struct Ending {
    /// Where to write the result; without this, standard output
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output_file: Option<PathBuf>,
    /// End with exit code 3 when an instance is non-compliant by a rule of this severity or above; a
    /// result that an exception is made for does not count
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "none",
        env = "DEEPGRADE_FAIL_ON",
        hide_env_values = true
    )]
    pub(in crate::cli) fail_on: FailOn,
}

impl Ending {
    /// What a result means for whoever started the command, by the number of what could not be
    /// judged and the worst that failed. What could not be judged outranks what failed: the
    /// failures that are shown may not be all.
    #[must_use]
    pub(in crate::cli) fn exit(&self, undetermined: usize, worst: Option<Severity>) -> Exit {
        let fails = |threshold| worst.is_some_and(|worst| worst >= threshold);
        if undetermined > 0 {
            Exit::Incomplete
        } else if self.fail_on.threshold().is_some_and(fails) {
            Exit::NonCompliant
        } else {
            Exit::Done
        }
    }
}

/// From which severity on a non-compliant instance counts as failing.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum FailOn {
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

impl FailOn {
    /// The lowest severity that fails; `None` for never.
    const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::None => None,
        }
    }
}
