//! The results of one rule.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::evaluation::{Compliance, Shown};

/// Type and id of a resource.
pub(crate) type Key = (String, String);

/// The last result of every resource.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// Those that NOT_APPLICABLE took away stay for their timestamps, and are never shown.
    kept: BTreeMap<Key, Shown>,
}

impl Store {
    /// Takes a result, unless a newer one is known.
    pub(crate) fn put(&mut self, shown: Shown, forgets_removed: bool) {
        let evaluation = &shown.evaluation;
        let key = (
            evaluation.resource_type.clone(),
            evaluation.resource_id.clone(),
        );
        let known = self.kept.get(&key).map(|known| known.evaluation.ordering);
        if known.is_some_and(|known| known > evaluation.ordering) {
            return;
        }
        if evaluation.compliance == Compliance::NotApplicable && forgets_removed {
            self.kept.remove(&key);
        } else {
            self.kept.insert(key, shown);
        }
    }

    /// What is shown after a resource, in the order of type and id.
    pub(crate) fn after(&self, last: Option<&Key>) -> impl Iterator<Item = (&Key, &Shown)> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.kept.range((from, Bound::Unbounded));
        range.filter(|(_, shown)| shown.evaluation.compliance != Compliance::NotApplicable)
    }

    /// What is shown of a resource.
    pub(crate) fn of(&self, resource_type: &str, resource_id: &str) -> Option<&Shown> {
        let key = (resource_type.to_owned(), resource_id.to_owned());
        let shown = self.kept.get(&key)?;
        (shown.evaluation.compliance != Compliance::NotApplicable).then_some(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use crate::config::{Compliance, Evaluation, Shown};

    fn put(store: &mut Store, compliance: Compliance, ordering: i64, forgets: bool) {
        let evaluation = Evaluation {
            resource_type: "AWS::EC2::Instance".to_owned(),
            resource_id: "i-1".to_owned(),
            compliance,
            annotation: None,
            ordering,
        };
        let shown = Shown {
            evaluation,
            recorded_at: 0,
            invoked_at: 0,
        };
        store.put(shown, forgets);
    }

    fn shown(store: &Store) -> Option<Compliance> {
        let shown = store.of("AWS::EC2::Instance", "i-1")?;
        Some(shown.evaluation.compliance)
    }

    #[test]
    fn an_older_result_comes_too_late_and_an_equal_one_does_not() {
        let mut store = Store::default();
        put(&mut store, Compliance::Compliant, 20, false);
        put(&mut store, Compliance::NonCompliant, 19, false);
        assert_eq!(shown(&store), Some(Compliance::Compliant));
        put(&mut store, Compliance::NonCompliant, 20, false);
        assert_eq!(shown(&store), Some(Compliance::NonCompliant));
    }

    #[test]
    fn a_result_that_was_taken_away_is_not_shown_and_comes_back_only_if_it_is_forgotten() {
        for (forgets, after) in [(false, None), (true, Some(Compliance::Compliant))] {
            let mut store = Store::default();
            put(&mut store, Compliance::Compliant, 10, forgets);
            put(&mut store, Compliance::NotApplicable, 20, forgets);
            assert_eq!(shown(&store), None);
            assert_eq!(store.after(None).count(), 0);
            put(&mut store, Compliance::Compliant, 15, forgets);
            assert_eq!(shown(&store), after);
        }
    }
}
