//! Calls of EC2 that are made again. Its client makes one attempt, and for one that was throttled
//! the whole picture must not be taken anew.

use crate::{
    patience::{TRIES, Waits},
    ports::Error,
    time::Time,
};

/// How often a call is made that meets throttling.
const THROTTLED_TRIES: u32 = 8;

/// Makes a call until it gives something, or cannot.
///
/// # Errors
/// What the last attempt met.
pub(super) async fn repeated<T, F>(time: &dyn Time, call: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let (mut made, mut waits) = (0, Waits::default());
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
        time.sleep(waits.next()).await;
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
