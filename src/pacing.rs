//! Keeps calls below the rate at which somebody refuses them.

use std::{fmt, num::NonZeroU32, ops::Deref, time::Duration};

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

/// A place in a row of calls; `T` leads to the clock that it goes by.
pub(crate) struct Pacing<T: Deref<Target: Time> + Clone> {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks<T>, NoOpMiddleware<Duration>>,
    time: T,
}

/// Our own time, as the limiter reads it.
#[derive(Clone)]
struct Ticks<T>(T);

impl<T: Deref<Target: Time> + Clone> Clock for Ticks<T> {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl<T: Deref<Target: Time> + Clone> fmt::Debug for Pacing<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pacing").finish_non_exhaustive()
    }
}

impl<T: Deref<Target: Time> + Clone> Pacing<T> {
    /// So many calls in any minute.
    pub(crate) fn a_minute(calls: u32, time: T) -> Self {
        Self::new(quota(calls), time)
    }

    /// One call in each `period`, the first at once.
    #[cfg(any(feature = "aws", test))]
    pub(crate) fn every(period: Duration, time: T) -> Self {
        let quota = Quota::with_period(period);
        Self::new(
            quota.unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)),
            time,
        )
    }

    fn new(quota: Quota, time: T) -> Self {
        let limiter = RateLimiter::direct_with_clock(quota, Ticks(time.clone()));
        Self { limiter, time }
    }

    /// Waits until the next call may be made.
    pub(crate) async fn wait(&self) {
        while let Err(too_early) = self.limiter.check() {
            self.time
                .sleep(too_early.wait_time_from(self.time.elapsed()))
                .await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, sync::Arc};

    use super::*;
    use crate::time::ManualTime;

    #[test]
    fn no_minute_holds_more_calls_than_allowed() {
        let time = Arc::new(ManualTime::at(jiff::Timestamp::UNIX_EPOCH));
        let pacing = Pacing::a_minute(400, time.clone());
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
        let pacing = Pacing::a_minute(400, time.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for _ in 0..40 {
            runtime.block_on(pacing.wait());
        }
        assert!(time.sleeps().is_empty());
    }

    #[test]
    fn calls_come_one_a_period() {
        let time = ManualTime::at(jiff::Timestamp::UNIX_EPOCH);
        let pacing = Pacing::every(Duration::from_secs(1), &time);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for _ in 0..40 {
            runtime.block_on(pacing.wait());
        }
        assert_eq!(time.elapsed(), Duration::from_secs(39));
    }
}
