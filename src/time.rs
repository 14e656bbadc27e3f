//! The clock, and the passing of time. Nothing else in Deepgrade reads a clock or sleeps, so that
//! ages, back-off and deadlines are tested without waiting.

use std::{
    fmt,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use jiff::{SignedDuration, Timestamp};

/// What waits until a time has passed.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A source of time.
pub trait Time: fmt::Debug + Send + Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// How long this source has been running. Unlike [`Time::now`] it never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// The time of the machine.
#[derive(Debug)]
pub struct RealTime {
    started: Instant,
}

impl RealTime {
    /// A source that starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Time for RealTime {
    #[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        // A clock before 1970 is not set: every age against it is then absurd, and is refused.
        let nanoseconds = since_1970.map_or(0, |duration| duration.as_nanos());
        i128::try_from(nanoseconds)
            .ok()
            .and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A time that passes only when it is told to, or when somebody sleeps: that of a test, or of an
/// event that is replayed.
#[derive(Debug)]
pub struct ManualTime {
    start: Timestamp,
    passed: Mutex<Passed>,
}

#[derive(Debug, Default)]
struct Passed {
    elapsed: Duration,
    /// How far the time of day was set off.
    off: SignedDuration,
    sleeps: Vec<Duration>,
}

impl ManualTime {
    /// A time that stands still at `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self {
            start,
            passed: Mutex::default(),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        self.passed().elapsed += duration;
    }

    /// Sets the time of day off, as somebody does who corrects a clock. No time passes by that.
    pub fn set_off(&self, by: SignedDuration) {
        let mut passed = self.passed();
        passed.off = passed.off.saturating_add(by);
    }

    /// How long was slept, sleep by sleep.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.passed().sleeps.clone()
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time for ManualTime {
    fn now(&self) -> Timestamp {
        let passed = self.passed();
        let on_time = self.start.checked_add(passed.elapsed);
        let shown = on_time.and_then(|time| time.checked_add(passed.off));
        shown.unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.passed().elapsed
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        let mut passed = self.passed();
        passed.elapsed += duration;
        passed.sleeps.push(duration);
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_machine_is_after_this_was_written() {
        let time = RealTime::start();
        assert!(time.now() > "2026-01-01T00:00:00Z".parse().unwrap());
        assert!(time.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_sleep_moves_the_manual_time_and_is_remembered() {
        let time = ManualTime::at("2026-08-01T12:00:00Z".parse().unwrap());
        drop(time.sleep(Duration::from_secs(90)));
        time.advance(Duration::from_secs(30));
        assert_eq!(time.now().to_string(), "2026-08-01T12:02:00Z");
        assert_eq!(time.elapsed(), Duration::from_secs(120));
        assert_eq!(time.sleeps(), [Duration::from_secs(90)]);
        time.set_off(SignedDuration::from_hours(-1));
        assert_eq!(time.now().to_string(), "2026-08-01T11:02:00Z");
        assert_eq!(time.elapsed(), Duration::from_secs(120));
    }
}
