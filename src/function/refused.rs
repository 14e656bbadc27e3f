//! What Lambda is told of an invocation that did not do all that was asked. Lambda tries it again,
//! and hands it to the dead-letter queue in the end.

use lambda_runtime::Diagnostic;

use crate::{
    grade::{Failure, Problem},
    ports::Error,
};

/// Why an invocation ended in an error.
#[derive(Debug)]
pub(super) enum Refused {
    /// The event is not obeyed: another attempt will end the same way.
    Event(String),
    /// Something was not done that another attempt may do.
    Unfinished(String),
    /// Something was not done, and another attempt will not do it either: somebody has to act.
    Deployment(String),
}

impl Refused {
    /// What is said of it.
    pub(super) fn line(&self) -> &str {
        match self {
            Self::Event(line) | Self::Unfinished(line) | Self::Deployment(line) => line,
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Retryable(_, line) => Self::Unfinished(line),
            Error::Permanent(_, line) => Self::Deployment(line),
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let line = failure.to_string();
        match failure.problems() {
            [Problem::Refused(_)] => Self::Event(line),
            _ if failure.is_retryable() => Self::Unfinished(line),
            _ => Self::Deployment(line),
        }
    }
}

impl From<Refused> for Diagnostic {
    fn from(refused: Refused) -> Self {
        let (error_type, error_message) = match refused {
            Refused::Event(line) => ("Deepgrade.Refused", line),
            Refused::Unfinished(line) => ("Deepgrade.Unfinished", line),
            Refused::Deployment(line) => ("Deepgrade.Deployment", line),
        };
        Self {
            error_type: error_type.to_owned(),
            error_message,
        }
    }
}
