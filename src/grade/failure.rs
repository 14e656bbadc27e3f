//! Why a run did not do all that its event asked for.

use std::fmt;

use crate::{patience::Stop, posting::Resource};

/// How many names a line holds.
const NAMES: usize = 10;

/// Everything that kept a run from its end, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Vec<Problem>);

/// One thing that kept a run from its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The rule or a parameter of it is refused.
    Refused(String),
    /// Something could not be read.
    Unread(&'static str, Stop),
    /// So many instances cannot be judged yet; the first of them, and why.
    Undetermined(usize, String),
    /// Results that are not delivered, and why where it is known.
    Undelivered(Vec<Resource>, Option<Stop>),
}

impl Problem {
    pub(super) fn is_rule_gone(&self) -> bool {
        matches!(self, Self::Unread(_, Stop::Error(error)) if error.is_rule_gone())
    }

    fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Unread(_, Stop::Error(error))
            | Self::Undelivered(_, Some(Stop::Error(error))) => error.is_retryable(),
            Self::Unread(_, Stop::TimeOver(_))
            | Self::Undetermined(..)
            | Self::Undelivered(_, None | Some(Stop::TimeOver(_))) => true,
        }
    }
}

impl Failure {
    pub(super) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self(problems))
        }
    }

    /// What kept the run from its end.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }

    /// Whether another run for the same event may do more.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.iter().any(Problem::is_retryable)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str("; ")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(complaint) => formatter.write_str(complaint),
            Self::Unread(what, stop) => write!(formatter, "{what} cannot be read: {stop}"),
            Self::Undetermined(1, which) => write!(formatter, "cannot be judged yet: {which}"),
            Self::Undetermined(count, first) => {
                write!(
                    formatter,
                    "{count} instances cannot be judged yet, the first: {first}"
                )
            }
            Self::Undelivered(left, why) => {
                let names: Vec<&str> = left.iter().take(NAMES).map(Resource::id).collect();
                let more = left.len() - names.len();
                write!(
                    formatter,
                    "AWS Config did not get the result of {}",
                    names.join(", ")
                )?;
                if more > 0 {
                    write!(formatter, " and {more} others")?;
                }
                match why {
                    Some(stop) => write!(formatter, ": {stop}"),
                    None => write!(formatter, ": it did not take them"),
                }
            }
        }
    }
}
