//! The simulator's clock: the only place of this crate where time is read or passes.
//!
//! All stamps are milliseconds since the Unix epoch, as the Manager writes them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// One minute, in ms.
pub const MINUTE: i64 = 60_000;
/// One hour, in ms.
pub const HOUR: i64 = 60 * MINUTE;
/// One day, in ms.
pub const DAY: i64 = 24 * HOUR;

/// The present time of the machine, in ms since the Unix epoch.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the one home of the clock in this crate"
)]
pub fn real_now() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Waits on the machine's clock, whatever the logical clock does.
#[expect(
    clippy::disallowed_methods,
    reason = "the one home of the clock in this crate"
)]
pub(crate) async fn wait(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The time the Manager believes it is: stands still until advanced, or follows the machine's.
#[derive(Debug)]
pub(crate) struct Clock {
    base: AtomicI64,
    following: Option<Instant>,
}

impl Clock {
    /// A clock that shows `now` (ms) until it is advanced.
    pub(crate) fn standing(now: i64) -> Self {
        Self {
            base: AtomicI64::new(now),
            following: None,
        }
    }

    /// A clock that shows `now` (ms) and goes on with the machine's.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one home of the clock in this crate"
    )]
    pub(crate) fn running(now: i64) -> Self {
        Self {
            base: AtomicI64::new(now),
            following: Some(Instant::now()),
        }
    }

    pub(crate) fn now(&self) -> i64 {
        let passed = self
            .following
            .map_or(0, |start| start.elapsed().as_millis());
        self.base.load(Ordering::Relaxed) + i64::try_from(passed).unwrap_or(0)
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.base.fetch_add(ms, Ordering::Relaxed);
    }
}
