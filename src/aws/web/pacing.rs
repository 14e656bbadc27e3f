//! Keeps calls below the rates at which AWS refuses them.

use std::{fmt, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::time::Time;

/// `GetWebACLForResource` and `ListResourcesForWebACL`, each: one call a second (AWS WAF developer
/// guide, "AWS WAF quotas").
pub(super) const WAF_ASSOCIATIONS: Duration = Duration::from_secs(1);
/// The other calls of AWS WAF that read: five a second (the same).
pub(super) const WAF: Duration = Duration::from_millis(200);
/// Route 53: five calls a second for the whole account (Route 53 developer guide, "Quotas"), of
/// which others need some.
pub(super) const ROUTE_53: Duration = Duration::from_millis(500);
/// Elastic Load Balancing names no rate. Ten calls a second leave room for others.
pub(super) const LOAD_BALANCING: Duration = Duration::from_millis(100);

/// A place in a row of calls.
pub(super) struct Pacing<'a> {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks<'a>, NoOpMiddleware<Duration>>,
    time: &'a dyn Time,
}

/// Our own time, as the limiter reads it.
#[derive(Clone)]
struct Ticks<'a>(&'a dyn Time);

impl Clock for Ticks<'_> {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl fmt::Debug for Pacing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pacing").finish_non_exhaustive()
    }
}

impl<'a> Pacing<'a> {
    /// One call in each `period`, the first at once.
    pub(super) fn new(period: Duration, time: &'a dyn Time) -> Self {
        let quota = Quota::with_period(period)
            .unwrap_or_else(|| Quota::per_second(std::num::NonZeroU32::MIN));
        let limiter = RateLimiter::direct_with_clock(quota, Ticks(time));
        Self { limiter, time }
    }

    /// Waits until the next call may be made.
    pub(super) async fn wait(&self) {
        while let Err(too_early) = self.limiter.check() {
            let wait = too_early.wait_time_from(self.time.elapsed());
            self.time.sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::ManualTime;

    #[test]
    fn calls_come_one_a_period() {
        let time = ManualTime::at(jiff::Timestamp::UNIX_EPOCH);
        let pacing = Pacing::new(WAF_ASSOCIATIONS, &time);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for _ in 0..40 {
            runtime.block_on(pacing.wait());
        }
        assert_eq!(time.elapsed(), Duration::from_secs(39));
    }
}
