//! How a command ends.

use std::fmt::Display;

/// A command that ended without doing what it was asked, in one line.
#[derive(Debug)]
pub(super) struct Failure {
    /// Whose fault it is.
    pub(super) fault: Fault,
    /// What is wrong, where, and what to do.
    pub(super) message: String,
}

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something that worked before, or may work later: exit code 1.
    Runtime,
    /// Something in the arguments or in the files that they name: exit code 2.
    Usage,
    /// Nobody's: a fact is missing, so that it cannot be done as a whole: exit code 4.
    Incomplete,
    /// Nobody's: what was approved is not what would be done now: exit code 5.
    Refused,
}

impl Failure {
    /// A failure of the arguments, or of what they name.
    pub(super) fn usage(message: impl Display) -> Self {
        Self {
            fault: Fault::Usage,
            message: message.to_string(),
        }
    }

    /// A result that is not whole, where only a whole one is of use.
    pub(super) fn incomplete(message: impl Display) -> Self {
        Self {
            fault: Fault::Incomplete,
            message: message.to_string(),
        }
    }

    /// A refusal to do what was approved.
    pub(super) fn refused(message: impl Display) -> Self {
        Self {
            fault: Fault::Refused,
            message: message.to_string(),
        }
    }

    /// A failure while doing what was asked.
    pub(super) fn runtime(message: impl Display) -> Self {
        Self {
            fault: Fault::Runtime,
            message: message.to_string(),
        }
    }
}

/// The exit codes that the README lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, and nothing is failing.
    Done,
    /// An error while doing what was asked.
    Runtime,
    /// An error in the arguments.
    Usage,
    /// An instance is non-compliant at or above `--fail-on`.
    NonCompliant,
    /// Something could not be told or read, or not be done in time.
    Incomplete,
    /// What was approved is not what would be done now.
    Refused,
}

impl Exit {
    /// The number for the shell.
    #[must_use]
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Runtime => 1,
            Self::Usage => 2,
            Self::NonCompliant => 3,
            Self::Incomplete => 4,
            Self::Refused => 5,
        }
    }
}

impl From<Fault> for Exit {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Runtime => Self::Runtime,
            Fault::Usage => Self::Usage,
            Fault::Incomplete => Self::Incomplete,
            Fault::Refused => Self::Refused,
        }
    }
}
