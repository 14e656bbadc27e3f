//! What differs between the results of two runs: what got worse, what got better, and what can be
//! told no more.
//!
//! Results are compared by place and rule. What a rule says of an instance changes in one way at
//! most, so that nothing is counted twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rules::rule::Severity;
use serde::{Serialize, Serializer};

use crate::results::{Hidden, Index, Listed, Place, Results, severity};

mod change;
mod found;
mod kind;

pub use change::{Change, Gone, Said};
use found::Found;
use kind::Before;
pub use kind::Kind;

/// What differs between the results of two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The time that the former run graded at.
    pub before: Timestamp,
    /// The time that the latter run graded at.
    pub after: Timestamp,
    /// How many instances there were, are, came and went.
    pub instances: Instances,
    /// The rules that only the latter run graded by. What they say counts as said for the first
    /// time, so that it may be new without anything having changed.
    pub rules_added: Vec<String>,
    /// The rules that only the former run graded by. What they said is not compared.
    pub rules_removed: Vec<String>,
    /// The highest severity of what got worse (see [`Kind::is_worse`]).
    #[serde(serialize_with = "in_a_word")]
    pub worst: Option<Severity>,
    /// The changes of each kind, the most severe first; every kind is there.
    pub changes: BTreeMap<Kind, Listed<Change>>,
    /// The instances that are no more.
    pub gone: Listed<Gone>,
}

/// The number of instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Instances {
    /// How many the former run graded.
    pub before: usize,
    /// How many the latter run graded.
    pub after: usize,
    /// How many only the latter run graded.
    pub new: usize,
    /// How many only the former run graded.
    pub gone: usize,
}

impl Difference {
    /// What differs between the results of a run and those of a later one.
    #[must_use]
    pub fn between(before: &Results, after: &Results) -> Self {
        let (was, is) = (Index::of(before), Index::of(after));
        let mut found: BTreeMap<Kind, Found<'_>> = BTreeMap::new();
        let mut worst = None;
        let (hidden_before, hidden_after) = (before.details.hidden(), after.details.hidden());
        for row in is.rows() {
            let former = was.get(&row);
            let said = match &former {
                Some(former) => Before::Said(former),
                None if hidden_before.may_hold(&row) => Before::LeftOut,
                None => Before::Nothing,
            };
            let Some(kind) = Kind::of(said, &row) else {
                continue;
            };
            if kind.is_worse() {
                worst = worst.max(Some(severity(row.severity)));
            }
            found.entry(kind).or_default().add((former, Some(row)));
        }
        let rules_of = |results: &Results| -> BTreeSet<String> {
            results.rules().map(|(id, ..)| id.to_owned()).collect()
        };
        let (rules_before, rules_after) = (rules_of(before), rules_of(after));
        // Of what was not read nobody knows that it is no more.
        let unknown = unseen(before, after, &hidden_after);
        for row in was.rows() {
            let is_there = after.holds(&row) || unknown.contains(&row.place());
            let is_graded = is_there && rules_after.contains(row.rule);
            if is_graded && is.get(&row).is_none() {
                found
                    .entry(Kind::Silent)
                    .or_default()
                    .add((Some(row), None));
            }
        }
        let gone: Vec<&Place> = before
            .instances()
            .filter(|place| !after.has(place) && !unknown.contains(*place))
            .collect();
        let unknown = unseen(after, before, &hidden_before);
        let new = after
            .instances()
            .filter(|place| !before.has(place) && !unknown.contains(*place))
            .count();
        let of_kind = |kind| {
            let found = found.remove(&kind).unwrap_or_default();
            (kind, found.listed())
        };
        Self {
            before: before.as_of,
            after: after.as_of,
            instances: Instances {
                before: before.instances().len(),
                after: after.instances().len(),
                new,
                gone: gone.len(),
            },
            rules_added: rules_after.difference(&rules_before).cloned().collect(),
            rules_removed: rules_before.difference(&rules_after).cloned().collect(),
            worst,
            changes: Kind::ALL.into_iter().map(of_kind).collect(),
            gone: Listed::of(gone.into_iter().map(Gone::of)),
        }
    }

    /// How many changes of a kind there are.
    #[must_use]
    pub fn total(&self, kind: Kind) -> usize {
        self.changes.get(&kind).map_or(0, |listed| listed.total)
    }

    /// How many results can be told no more, or are told no more, and how many rules.
    #[must_use]
    pub fn lost(&self) -> usize {
        let rules = self.rules_removed.len();
        self.total(Kind::Undetermined) + self.total(Kind::Silent) + rules
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let changes = self.changes.values().map(|listed| listed.total);
        let Instances { new, gone, .. } = self.instances;
        changes.sum::<usize>() + new + gone == 0
            && self.rules_added.is_empty()
            && self.rules_removed.is_empty()
    }
}

/// The instances of one run that the other does not show, and may have seen: whatever rules say of them
/// may be hidden there.
fn unseen(shown: &Results, other: &Results, hidden: &Hidden) -> BTreeSet<Place> {
    if hidden.is_empty() {
        return BTreeSet::new();
    }
    let mut places: BTreeMap<Place, bool> = BTreeMap::new();
    for row in shown.rows().filter(|row| !other.holds(row)) {
        *places.entry(row.place()).or_insert(true) &= hidden.may_hold(&row);
    }
    let unseen = places.into_iter().filter(|(_, is_unseen)| *is_unseen);
    unseen.map(|(place, _)| place).collect()
}

fn in_a_word<S: Serializer>(severity: &Option<Severity>, serializer: S) -> Result<S::Ok, S::Error> {
    severity.map(Severity::word).serialize(serializer)
}

#[cfg(test)]
mod tests;
