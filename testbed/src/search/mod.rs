//! `POST /…/search`: criteria over numbered records, and paging.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;
use serde_json::Value;

use crate::api::refusal::Refusal;

mod criterion;
mod fields;
mod wildcard;

use criterion::Criterion;
pub(crate) use fields::{
    APPLICATION_TYPES, COMPUTERS, Fields, INTEGRITY_RULES, IPS_RULES, LOG_RULES, POLICIES, TASKS,
};

/// Something that is searched.
pub(crate) trait Record {
    /// A property by its slash path; `None` where it is not set.
    fn field(&self, path: &str) -> Option<Value>;
}

impl Record for Value {
    fn field(&self, path: &str) -> Option<Value> {
        path.split('/')
            .try_fold(self, |value, step| value.get(step))
            .cloned()
    }
}

/// How many items one answer may hold, and what happens to a request for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageCeiling {
    /// Largest number of items; 5,000 unless changed.
    pub items: usize,
    /// A request for more: refused with 400, or answered with `items`.
    pub refuses_more: bool,
}

impl Default for PageCeiling {
    fn default() -> Self {
        Self {
            items: 5000,
            refuses_more: true,
        }
    }
}

/// The body of a search.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Search {
    max_items: Option<i64>,
    search_criteria: Option<Criteria>,
    #[serde(rename = "sortByObjectID")]
    sort_by_object_id: Option<bool>,
}

/// An official sample passes a single criterion where an array belongs.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Criteria {
    Many(Vec<Criterion>),
    One(Box<Criterion>),
}

impl Search {
    /// Reads a body; none at all means everything.
    ///
    /// # Errors
    /// 400 where a word or a type is not the Manager's.
    pub(crate) fn parse(body: Option<&Value>) -> Result<Self, Refusal> {
        let Some(body) = body else {
            return Ok(Self::default());
        };
        Self::deserialize(body)
            .map_err(|error| Refusal::bad_request(format!("Invalid search filter: {error}.")))
    }

    fn criteria(&self) -> &[Criterion] {
        match &self.search_criteria {
            Some(Criteria::Many(many)) => many,
            Some(Criteria::One(one)) => std::slice::from_ref(one),
            None => &[],
        }
    }

    fn limit(&self, ceiling: PageCeiling) -> Result<usize, Refusal> {
        let Some(asked) = self.max_items else {
            return Ok(ceiling.items);
        };
        match usize::try_from(asked) {
            Ok(asked) if asked <= ceiling.items => Ok(asked),
            Ok(_) if !ceiling.refuses_more => Ok(ceiling.items),
            _ => Err(Refusal::bad_request(format!(
                "Invalid value for maxItems: {asked}."
            ))),
        }
    }

    /// The records that meet every criterion, at most a page of them.
    ///
    /// Without `sortByObjectID` the order is stable, but not that of the numbers: a client that
    /// pages by number and forgets to ask for the order must not get away with it.
    ///
    /// # Errors
    /// 400 for a field that cannot be searched so, and for a page that is too large.
    pub(crate) fn run<'a, R: Record>(
        &self,
        records: &'a BTreeMap<i32, R>,
        fields: Fields,
        ceiling: PageCeiling,
    ) -> Result<Vec<&'a R>, Refusal> {
        let limit = self.limit(ceiling)?;
        for criterion in self.criteria() {
            criterion.check(fields)?;
        }
        let range = self.id_range();
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let meets = |(id, record): &(&i32, &R)| {
            self.criteria()
                .iter()
                .all(|criterion| criterion.meets(**id, *record))
        };
        let found = records.range(range).filter(meets).map(|(_, record)| record);
        Ok(if self.sort_by_object_id == Some(true) {
            found.take(limit).collect()
        } else {
            found.rev().take(limit).collect()
        })
    }

    /// The numbers that can meet the ID tests, so that a page costs a page and not the fleet.
    fn id_range(&self) -> RangeInclusive<i32> {
        let (low, high) = self
            .criteria()
            .iter()
            .filter_map(Criterion::id_bounds)
            .fold(
                (i64::from(i32::MIN), i64::from(i32::MAX)),
                |(low, high), (from, to)| (low.max(from), high.min(to)),
            );
        match (i32::try_from(low), i32::try_from(high)) {
            (Ok(low), Ok(high)) => low..=high,
            #[expect(clippy::reversed_empty_ranges, reason = "the range that holds nothing")]
            _ => 1..=0,
        }
    }
}

#[cfg(test)]
mod tests;
