//! Results, looked up by place and rule.

use super::{PlaceOf, Results, Verdict};
use crate::report::{Row, Word};

/// Results by place and rule: one row each. Of several the most urgent counts.
#[derive(Debug)]
pub struct Index<'a> {
    results: &'a Results,
    /// By instance, rule and urgency.
    verdicts: Vec<&'a Verdict>,
}

impl<'a> Index<'a> {
    /// An index of results.
    #[must_use]
    pub fn of(results: &'a Results) -> Self {
        let mut verdicts: Vec<&Verdict> = results.verdicts.iter().collect();
        verdicts.sort_unstable_by_key(|verdict| {
            // What is excepted is less urgent than what is not known.
            let is_later = verdict.exception.is_some() || verdict.word > Word::Undetermined;
            (verdict.instance, verdict.rule, is_later, verdict.word)
        });
        verdicts.dedup_by_key(|verdict| (verdict.instance, verdict.rule));
        Self { results, verdicts }
    }

    /// The rows, instance by instance.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        let verdicts = self.verdicts.iter();
        verdicts.filter_map(|verdict| self.results.row(verdict))
    }

    /// The row of the place and rule of a row.
    #[must_use]
    pub fn get(&self, row: &Row<'_>) -> Option<Row<'a>> {
        let instance = self.results.instances.get_index_of(&PlaceOf::row(row))?;
        let rule = self.results.rules.get_index_of(row.rule)?;
        let key = (u32::try_from(instance).ok()?, u16::try_from(rule).ok()?);
        let found = self
            .verdicts
            .binary_search_by_key(&key, |verdict| (verdict.instance, verdict.rule));
        let verdict = self.verdicts.get(found.ok()?)?;
        self.results.row(verdict)
    }
}
