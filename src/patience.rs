//! Calls that are made again: how often, and after how long.

use std::{fmt, time::Duration};

use crate::ports::Error;

mod deadline;

pub(crate) use deadline::Deadline;

/// How often a call is made that meets an outage. One that meets throttling is made until the time
/// is over: it is time that helps there.
pub(crate) const TRIES: u32 = 4;

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The last try met this.
    Error(Error),
    /// The time was over; what the last try met, if there was one.
    TimeOver(Option<Error>),
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(formatter),
            Self::TimeOver(None) => formatter.write_str("the time was over"),
            Self::TimeOver(Some(error)) => write!(formatter, "the time was over: {error}"),
        }
    }
}

/// Makes a call until it gives something, or cannot.
pub(crate) async fn patiently<T, F>(deadline: Deadline<'_>, call: impl Fn() -> F) -> Result<T, Stop>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut waits = Waits::default();
    let mut outages = 0;
    let mut last = None;
    loop {
        if deadline.is_over() {
            return Err(Stop::TimeOver(last));
        }
        let error = match deadline.limit(call()).await {
            None => return Err(Stop::TimeOver(last)),
            Some(Ok(given)) => return Ok(given),
            Some(Err(error)) => error,
        };
        if !error.is_throttling() {
            outages += 1;
        }
        if !error.is_retryable() || outages >= TRIES {
            return Err(Stop::Error(error));
        }
        if !deadline.pause(waits.next()).await {
            return Err(Stop::TimeOver(Some(error)));
        }
        last = Some(error);
    }
}

/// Waits that grow. With full jitter, callers that were turned away together do not come back
/// together.
#[derive(Debug, Default)]
pub(crate) struct Waits(u32);

impl Waits {
    pub(crate) fn next(&mut self) -> Duration {
        let longest = FIRST_WAIT.saturating_mul(1 << self.0.min(16));
        self.0 += 1;
        longest.min(LONGEST_WAIT).mul_f64(fastrand::f64())
    }

    pub(crate) fn reset(&mut self) {
        self.0 = 0;
    }
}
