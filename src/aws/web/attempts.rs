//! Calls of EC2 that are made again. Its client makes one attempt, and for one that was throttled
//! the whole picture must not be taken anew.

use std::time::Duration;

use crate::{ports::Error, time::Time};

/// How often a call is made that meets an outage, or throttling.
const TRIES: u32 = 4;
const THROTTLED_TRIES: u32 = 8;

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Makes a call until it gives something, or cannot.
///
/// # Errors
/// What the last attempt met.
pub(super) async fn repeated<T, F>(time: &dyn Time, call: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut made = 0;
    loop {
        let error = match call().await {
            Ok(given) => return Ok(given),
            Err(error) => error,
        };
        made += 1;
        let tries = if error.is_throttling() {
            THROTTLED_TRIES
        } else {
            TRIES
        };
        if !error.is_retryable() || made >= tries {
            return Err(error);
        }
        // With full jitter, callers that were turned away together do not come back together.
        let longest = FIRST_WAIT.saturating_mul(1 << (made - 1)).min(LONGEST_WAIT);
        time.sleep(longest.mul_f64(fastrand::f64())).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::{
        ports::{Fault, Passing},
        time::ManualTime,
    };

    fn made(error: &Error) -> (u32, bool) {
        let time = ManualTime::at(jiff::Timestamp::UNIX_EPOCH);
        let made = Cell::new(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let given = runtime.block_on(repeated(&time, || {
            made.set(made.get() + 1);
            let given = if made.get() == 7 {
                Ok(())
            } else {
                Err(error.clone())
            };
            std::future::ready(given)
        }));
        (made.get(), given.is_ok())
    }

    #[test]
    fn throttling_is_waited_for_longer_than_an_outage_and_a_missing_right_not_at_all() {
        let throttled = Error::Retryable(Passing::Throttled, String::new());
        let outage = Error::Retryable(Passing::Unavailable, String::new());
        let denied = Error::Permanent(Fault::Deployment, String::new());
        assert_eq!(made(&throttled), (7, true));
        assert_eq!(made(&outage), (4, false));
        assert_eq!(made(&denied), (1, false));
    }
}
