//! Faults that a test puts on AWS Config.

use super::refusal::Refusal;
use crate::fault;

/// One thing that goes wrong. Patterns of [`crate::Injection`] are names of operations.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// `ThrottlingException`.
    Throttled,
    /// `InvalidResultTokenException`, whatever the token.
    InvalidToken,
    /// Any other error.
    Refused(Refusal),
    /// PutEvaluations gives these resources back as failed and keeps the rest; none named means
    /// all.
    FailedEvaluations(Vec<String>),
    /// What goes wrong with HTTP: [`fault::Fault::Reset`], `Cut`, `Delay`, `Silent`, `Slow`,
    /// `Truncated`, `MalformedJson`, `Endless`, `Status`, `Redirect` or `SignInPage`; a fault that
    /// concerns what a Manager says does nothing here.
    Http(fault::Fault),
}

impl Fault {
    /// The refusal that takes the place of an answer.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Throttled => Some(Refusal::throttled()),
            Self::InvalidToken => Some(Refusal::token()),
            Self::Refused(refusal) => Some(refusal.clone()),
            Self::FailedEvaluations(_) | Self::Http(_) => None,
        }
    }

    pub(crate) fn http(&self) -> Option<&fault::Fault> {
        match self {
            Self::Http(fault) => Some(fault),
            _ => None,
        }
    }
}
