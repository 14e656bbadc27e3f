//! Counts calls over the trailing 60 s, per key, per tenant and per node.

use std::collections::{BTreeMap, VecDeque};

use crate::clock::MINUTE;
use crate::options::Limits;

/// The calls that were let in, by their time in ms.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    by_key: BTreeMap<String, VecDeque<i64>>,
    all: VecDeque<i64>,
}

impl Limiter {
    /// Lets a call in and counts it, or refuses it; a refused call is not counted.
    pub(crate) fn admit(&mut self, key: &str, limits: Limits, now: i64) -> bool {
        let own = self.by_key.entry(key.to_owned()).or_default();
        for calls in [&mut *own, &mut self.all] {
            while calls.front().is_some_and(|call| *call <= now - MINUTE) {
                calls.pop_front();
            }
        }
        let below = |count: usize, limit: Option<usize>| limit.is_none_or(|limit| count < limit);
        let fits = below(own.len(), limits.key)
            && below(self.all.len(), limits.tenant)
            && below(self.all.len(), limits.node);
        if fits {
            own.push_back(now);
            self.all.push_back(now);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;
    use crate::options::Limits;

    #[test]
    fn the_window_slides_and_refused_calls_do_not_count() {
        let limits = Limits {
            key: Some(2),
            ..Limits::none()
        };
        let mut limiter = Limiter::default();
        assert!(limiter.admit("a", limits, 0));
        assert!(limiter.admit("a", limits, 30_000));
        for now in [30_001, 45_000, 59_999] {
            assert!(!limiter.admit("a", limits, now));
        }
        assert!(
            limiter.admit("b", limits, 59_999),
            "another key has a count of its own"
        );
        assert!(limiter.admit("a", limits, 60_000));
        assert!(!limiter.admit("a", limits, 89_999));
        assert!(limiter.admit("a", limits, 90_000));
    }

    #[test]
    fn the_tenant_counts_all_keys() {
        let limits = Limits {
            tenant: Some(2),
            ..Limits::none()
        };
        let mut limiter = Limiter::default();
        assert!(limiter.admit("a", limits, 0));
        assert!(limiter.admit("b", limits, 0));
        assert!(!limiter.admit("c", limits, 0));
    }
}
