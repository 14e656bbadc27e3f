//! What can go wrong with a Manager, in one line for the person who has to put it right.

use std::{fmt, time::Duration};

use rules::text::{clean, quoted};

use super::{api_key::BadApiKey, call::Call};
use crate::ports::{self, Fault, Passing};

/// A call that did not succeed. It never holds the key.
#[derive(Clone, Debug)]
pub struct Error {
    manager: Box<str>,
    call: Option<Box<Call>>,
    problem: Problem,
    tries: u32,
    spent: Duration,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The API key cannot be sent.
    Key(BadApiKey),
    /// No client could be set up.
    SetUp(String),
    /// The name of the host is unknown.
    UnknownName,
    /// The name of the host leads to an address that no Manager has.
    RefusedAddress(String),
    /// Nothing accepts connections there.
    Unreachable(String),
    /// The certificate is not trusted.
    Certificate(String),
    /// The connection could not be encrypted.
    NotEncrypted(String),
    /// No connection within the time.
    ConnectTimeout(Duration),
    /// No answer, or no more of it, within the time.
    Silent(Duration),
    /// The time for everything is over.
    Deadline(Duration),
    /// The connection was cut.
    Cut,
    /// The answer is larger than is taken.
    TooLarge(usize),
    /// The Manager wants the call made elsewhere.
    Redirect(Option<String>),
    /// The Manager does not accept the key.
    KeyRejected(Option<String>),
    /// The key may not do this.
    Forbidden(Option<String>),
    /// There is nothing at the path.
    NotFound,
    /// Too many calls were made, with this key or by everybody.
    TooManyCalls(Option<Duration>),
    /// Another status: the code, what the Manager says, and when it wants to be asked again.
    Status(u16, Option<String>, Option<Duration>),
    /// The answer is not JSON; what it is instead.
    NotJson(String),
    /// The answer is not whole, or not well-formed.
    Damaged(String),
    /// The answer is JSON, and not what the call asks for.
    Unexpected(String),
    /// The answer does not say when it was given.
    NoDate,
    /// What the call is about does not exist in the Manager any more.
    Gone(&'static str),
    /// One of the rules does not exist in the Manager; what it says.
    UnknownRule(Option<String>),
    /// The Manager took the call, and does not show that it did what was asked for.
    NotDone(String),
    /// The call is not one that Deepgrade makes, and was not made.
    Improper(String),
    /// The call may have been done all the same; what is heard of it.
    Unheard(Box<Self>),
}

impl Problem {
    /// Whether the same call may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::UnknownName
            | Self::Unreachable(_)
            | Self::ConnectTimeout(_)
            | Self::Silent(_)
            | Self::Deadline(_)
            | Self::Cut
            | Self::TooManyCalls(_)
            | Self::Damaged(_)
            | Self::Unheard(_) => true,
            Self::Status(code, ..) => matches!(code, 408 | 500..),
            _ => false,
        }
    }

    /// Whether the Manager may have done what it was asked for, though it does not say so.
    pub(super) fn leaves_open_what_was_done(&self) -> bool {
        matches!(self, Self::Cut | Self::Status(500.., ..)) || self.may_be_under_way()
    }

    /// Whether the Manager may have done it and be done with it, or still be at it: so long did it
    /// take, or so much of its answer is there.
    pub(super) fn may_be_under_way(&self) -> bool {
        matches!(
            self,
            Self::Silent(_)
                | Self::TooLarge(_)
                | Self::NotJson(_)
                | Self::Damaged(_)
                | Self::Unexpected(_)
                | Self::Status(408 | 504, ..)
        )
    }

    /// Whether somebody can mend it, on the way to the Manager or in what its key may do, so that
    /// the same call succeeds.
    #[must_use]
    pub fn is_mendable(&self) -> bool {
        matches!(
            self,
            Self::Key(_)
                | Self::SetUp(_)
                | Self::RefusedAddress(_)
                | Self::Certificate(_)
                | Self::NotEncrypted(_)
                | Self::Redirect(_)
                | Self::KeyRejected(_)
                | Self::Forbidden(_)
                | Self::NotFound
                | Self::NotJson(_)
        )
    }

    /// Whether a smaller page may help.
    pub(super) fn asks_for_less(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Status(408 | 500.., ..))
    }
}

impl Error {
    pub(super) fn new(manager: &str, call: Option<&Call>, problem: Problem) -> Self {
        Self {
            manager: clean(manager).into(),
            call: call.cloned().map(Box::new),
            problem,
            tries: 1,
            spent: Duration::ZERO,
        }
    }

    pub(super) fn after(self, tries: u32, spent: Duration) -> Self {
        Self {
            tries,
            spent,
            ..self
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Whether the next attempt may succeed without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.problem.is_retryable()
    }

    /// Whether what the call is about does not exist in the Manager any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.problem, Problem::Gone(_))
    }
}

impl From<Error> for ports::Error {
    fn from(error: Error) -> Self {
        let line = error.to_string();
        match error.problem() {
            Problem::TooManyCalls(_) => Self::Retryable(Passing::Throttled, line),
            Problem::Unheard(_) => Self::Retryable(Passing::Unheard, line),
            problem if problem.is_retryable() => Self::Retryable(Passing::Unavailable, line),
            problem if problem.is_mendable() => Self::Permanent(Fault::Deployment, line),
            Problem::Gone(_) => Self::Permanent(Fault::Gone, line),
            _ => Self::Permanent(Fault::Refused, line),
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Manager {}: ", self.manager)?;
        if let Some(call) = &self.call {
            write!(formatter, "{} {}: ", call.method, call.path)?;
        }
        self.problem.fmt(formatter)?;
        if let (Problem::Forbidden(_), Some(call)) = (&self.problem, &self.call) {
            write!(formatter, "; its role must be allowed to {}", call.right)?;
        }
        if let Some(message) = self.problem.message() {
            write!(formatter, "; it says {}", quoted(message))?;
        }
        if self.tries > 1 {
            let seconds = self.spent.as_secs_f64();
            write!(formatter, " (after {} tries in {seconds:.1} s)", self.tries)?;
        }
        Ok(())
    }
}

impl Problem {
    /// What the Manager itself says. Foreign text.
    fn message(&self) -> Option<&str> {
        match self {
            Self::KeyRejected(message)
            | Self::Forbidden(message)
            | Self::Status(_, message, _)
            | Self::UnknownRule(message) => message.as_deref(),
            Self::Unheard(heard) => heard.message(),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(bad) => bad.fmt(formatter),
            Self::SetUp(what) => formatter.write_str(what),
            Self::Unheard(heard) => {
                write!(formatter, "{heard}, and whether it has it is not known")
            }
            Self::UnknownName => {
                formatter.write_str("the name of the host is unknown; check the Manager URL and DNS")
            }
            Self::RefusedAddress(what) => write!(formatter, "address refused: {what}"),
            Self::Unreachable(what) => write!(
                formatter,
                "cannot be reached ({what}); check host, port and firewall"
            ),
            Self::Certificate(what) => write!(formatter, "the certificate {what}"),
            Self::NotEncrypted(what) => write!(
                formatter,
                "no encrypted connection ({what}); check that the port speaks https"
            ),
            Self::ConnectTimeout(time) => write!(
                formatter,
                "no connection within {}; check host, port and firewall",
                plain(*time)
            ),
            Self::Silent(time) => write!(formatter, "silent for {}", plain(*time)),
            Self::Deadline(time) => {
                write!(formatter, "it took longer than {}", plain(*time))
            }
            Self::Cut => formatter.write_str("the connection was cut before the answer was complete"),
            Self::TooLarge(bytes) => write!(
                formatter,
                "the answer is larger than {} MiB",
                bytes >> 20
            ),
            Self::Redirect(Some(target)) => write!(
                formatter,
                "redirect to {} refused; if that is the Manager, make it the Manager URL",
                quoted(target)
            ),
            Self::Redirect(None) => formatter.write_str("redirect refused"),
            Self::KeyRejected(_) => formatter.write_str(
                "the API key was rejected (401); check the key, its expiry and its scheme",
            ),
            Self::Forbidden(_) => formatter.write_str("the key is known but lacks a right (403)"),
            Self::NotFound => formatter.write_str(
                "nothing is at this path (404); check that the Manager URL is the base of its API",
            ),
            Self::TooManyCalls(_) => formatter.write_str(
                "refuses calls, since there are too many (429); give Deepgrade a key of its own, or \
                 raise the Manager's rate limit",
            ),
            Self::Status(code, ..) => write!(formatter, "answers with status {code}"),
            Self::NotJson(what) => write!(
                formatter,
                "answers with {what}, and JSON is wanted; check that the Manager URL is the base of \
                 its API"
            ),
            Self::Damaged(what) => write!(formatter, "the answer is damaged: {what}"),
            Self::Unexpected(what) => write!(formatter, "the answer is not understood: {what}"),
            Self::NoDate => formatter.write_str(
                "the answer has no usable Date header, and an inventory is dated by it",
            ),
            Self::Gone(what) => {
                write!(formatter, "the {what} does not exist in the Manager any more (404)")
            }
            Self::UnknownRule(_) => formatter.write_str(
                "one of the rules does not exist in the Manager any more (404); plan again from a \
                 fresh inventory",
            ),
            Self::NotDone(what) => {
                write!(formatter, "the Manager took the call and did not do it: {what}")
            }
            Self::Improper(what) => formatter.write_str(what),
        }
    }
}

/// A duration as a person writes it.
fn plain(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{} s", duration.as_secs())
    }
}
