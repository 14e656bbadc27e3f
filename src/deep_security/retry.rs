//! Decides whether a call is tried again, and when.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{error::Problem, limits::Limits};

/// How many tries beyond the first are in hand at the start.
const BUDGET: f64 = 20.0;

/// What a call that succeeds adds: of ten calls one may be tried again, for ever.
const EARNED: f64 = 0.1;

/// What all calls together may spend on trying again. When a Manager is down, the first calls
/// find out and the rest does not add to its load.
#[derive(Debug)]
pub(super) struct Budget(Mutex<f64>);

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(BUDGET))
    }
}

impl Budget {
    /// Takes one try out of the budget, if there is one.
    fn spend(&self) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *tries >= 1.0;
        if enough {
            *tries -= 1.0;
        }
        enough
    }

    /// Notes a call that succeeded.
    pub(super) fn earn(&self) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *tries = (*tries + EARNED).min(BUDGET);
    }
}

/// The tries of one call.
#[derive(Debug)]
pub(super) struct Tries<'a> {
    limits: &'a Limits,
    budget: &'a Budget,
    started: Duration,
    throttled_since: Option<Duration>,
    made: u32,
}

impl<'a> Tries<'a> {
    pub(super) fn new(limits: &'a Limits, budget: &'a Budget, now: Duration) -> Self {
        Self {
            limits,
            budget,
            started: now,
            throttled_since: None,
            made: 0,
        }
    }

    /// How many tries there were.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// How long they took.
    pub(super) fn spent(&self, now: Duration) -> Duration {
        now.saturating_sub(self.started)
    }

    /// How long to wait before the next try, or `None` for giving up. `fraction` is random, from
    /// 0 to 1: with full jitter the clients of a Manager that comes back do not come at once.
    pub(super) fn after(
        &mut self,
        problem: &Problem,
        now: Duration,
        fraction: f64,
    ) -> Option<Duration> {
        self.made += 1;
        let goes_on = match problem {
            // The limit is on a trailing minute, so that it is time that counts, not tries.
            Problem::TooManyCalls(_) => {
                let since = *self.throttled_since.get_or_insert(now);
                now.saturating_sub(since) < self.limits.throttled
            }
            Problem::Damaged(_) => self.made < self.limits.tries_of_bad_answers,
            Problem::Deadline(_) => false,
            other => other.is_retryable() && self.made < self.limits.tries,
        };
        if !goes_on || !self.budget.spend() {
            return None;
        }
        Some(match problem {
            Problem::TooManyCalls(Some(asked)) | Problem::Status(_, _, Some(asked))
                if !asked.is_zero() =>
            {
                (*asked).min(self.limits.longest_retry_after)
            }
            _ => self.longest_wait().mul_f64(fraction.clamp(0.0, 1.0)),
        })
    }

    /// The wait before the next try at most: doubled from try to try, up to the longest.
    fn longest_wait(&self) -> Duration {
        let doublings = self.made.saturating_sub(1).min(16);
        let wait = self.limits.first_wait.saturating_mul(1 << doublings);
        wait.min(self.limits.longest_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: Problem = Problem::Status(503, None, None);

    /// The waits of a call that meets a problem for ever, with the same fraction each time.
    fn waits(problem: &Problem, fraction: f64) -> Vec<Duration> {
        let (limits, budget) = (Limits::default(), Budget::default());
        let mut now = Duration::ZERO;
        let mut tries = Tries::new(&limits, &budget, now);
        std::iter::from_fn(|| {
            let wait = tries.after(problem, now, fraction)?;
            now += wait;
            Some(wait)
        })
        .collect()
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let seconds: Vec<f64> = waits(&DOWN, 1.0)
            .iter()
            .map(Duration::as_secs_f64)
            .collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0]);
        assert_eq!(waits(&DOWN, 0.0), [Duration::ZERO; 7]);
    }

    #[test]
    fn too_many_calls_are_waited_for_about_a_minute() {
        let total: Duration = waits(&Problem::TooManyCalls(None), 0.5).iter().sum();
        assert!((60..90).contains(&total.as_secs()), "{total:?}");
    }

    #[test]
    fn the_manager_may_ask_for_a_minute_and_no_more() {
        let asked = |seconds| Problem::TooManyCalls(Some(Duration::from_secs(seconds)));
        assert_eq!(waits(&asked(7), 0.0)[0], Duration::from_secs(7));
        assert_eq!(waits(&asked(3_600), 0.0)[0], Duration::from_secs(60));
        assert!(waits(&asked(3_600), 0.0).len() <= 2);
        let down = Problem::Status(503, None, Some(Duration::from_secs(3)));
        assert_eq!(waits(&down, 0.0)[0], Duration::from_secs(3));
    }

    #[test]
    fn what_cannot_change_is_not_tried_again() {
        for problem in [
            Problem::KeyRejected(None),
            Problem::Forbidden(None),
            Problem::NotFound,
            Problem::Redirect(None),
            Problem::Certificate("has expired".to_owned()),
            Problem::Status(400, None, None),
            Problem::NotJson("text/html".to_owned()),
            Problem::Unexpected("no list".to_owned()),
            Problem::TooLarge(1),
        ] {
            assert!(waits(&problem, 0.0).is_empty(), "{problem:?}");
        }
        assert_eq!(waits(&Problem::Damaged("half".to_owned()), 0.0).len(), 2);
    }

    #[test]
    fn a_budget_ends_and_grows_by_a_tenth_of_what_succeeds() {
        let budget = Budget::default();
        let spent = std::iter::repeat_with(|| budget.spend())
            .take_while(|spent| *spent)
            .count();
        assert_eq!(spent, 20);
        for _ in 0..11 {
            budget.earn();
        }
        assert!(budget.spend());
        assert!(!budget.spend());
    }
}
