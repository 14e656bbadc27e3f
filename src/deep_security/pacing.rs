//! Keeps the calls below the Manager's rate limit, so that it never has to refuse one.

use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::time::Time;

const MINUTE: Duration = Duration::from_secs(60);

/// Calls in a row that need not wait: a tenth of a minute's calls. The rest of the minute's calls
/// is spread over the minute, so that no minute, wherever it begins, holds more than all of them.
fn quota(calls_a_minute: u32) -> Quota {
    let calls = NonZeroU32::new(calls_a_minute).unwrap_or(NonZeroU32::MIN);
    let burst = NonZeroU32::new(calls.get() / 10).unwrap_or(NonZeroU32::MIN);
    let spread = calls.get().saturating_sub(burst.get()).max(1);
    Quota::with_period(MINUTE / spread)
        .map_or(Quota::per_minute(calls), |quota| quota.allow_burst(burst))
}

/// A place in the row of calls.
pub(super) struct Pacing {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>,
    time: Arc<dyn Time>,
}

/// Our own time, as the limiter reads it.
#[derive(Clone)]
struct Ticks(Arc<dyn Time>);

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl fmt::Debug for Pacing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pacing").finish_non_exhaustive()
    }
}

impl Pacing {
    pub(super) fn new(calls_a_minute: u32, time: Arc<dyn Time>) -> Self {
        let limiter = RateLimiter::direct_with_clock(quota(calls_a_minute), Ticks(time.clone()));
        Self { limiter, time }
    }

    /// Waits until the next call may be made.
    pub(super) async fn wait(&self) {
        while let Err(too_early) = self.limiter.check() {
            self.time
                .sleep(too_early.wait_time_from(self.time.elapsed()))
                .await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::time::ManualTime;

    #[test]
    fn no_minute_holds_more_calls_than_allowed() {
        let time = Arc::new(ManualTime::at(jiff::Timestamp::UNIX_EPOCH));
        let pacing = Pacing::new(400, time.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut last_minute = VecDeque::new();
        for _ in 0..2_000 {
            runtime.block_on(pacing.wait());
            let now = time.elapsed();
            last_minute.push_back(now);
            while now - last_minute[0] >= MINUTE {
                last_minute.pop_front();
            }
            assert!(last_minute.len() <= 400);
        }
        // It is not slower than it has to be either: 2,000 calls take less than six minutes.
        assert!(
            time.elapsed() < Duration::from_secs(350),
            "{:?}",
            time.elapsed()
        );
    }

    #[test]
    fn the_first_calls_do_not_wait() {
        let time = Arc::new(ManualTime::at(jiff::Timestamp::UNIX_EPOCH));
        let pacing = Pacing::new(400, time.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for _ in 0..40 {
            runtime.block_on(pacing.wait());
        }
        assert!(time.sleeps().is_empty());
    }
}
