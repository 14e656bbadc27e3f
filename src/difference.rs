//! What differs between the results of two runs: what got worse, what got better, and what can be
//! told no more.
//!
//! Results are compared by place and rule. What a rule says of an instance changes in one way at
//! most, so that nothing is counted twice.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::Timestamp;
use rules::rule::Severity;
use serde::{Serialize, Serializer};

use crate::{
    report::{Row, Word},
    results::{Index, Listed, MOST, Place, Results},
};

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
    /// The highest severity of what got worse: of what is [`Kind::New`] and of what is
    /// [`Kind::NoLongerExcepted`].
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

/// In which way a result changed, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It is non-compliant, and was not, or its instance is new; and no exception is made for it.
    New,
    /// It is non-compliant, and the exception that was made for it holds no longer.
    NoLongerExcepted,
    /// It cannot be told any more, or of a new instance.
    Undetermined,
    /// Nothing is said any more of an instance that is still there, and the rule is too.
    Silent,
    /// It could not be told, and is compliant or not applicable.
    DeterminedAgain,
    /// An exception is made for it, and was not.
    Excepted,
    /// It was non-compliant, with an exception or without one, and is compliant.
    Fixed,
    /// The rule had something to say of the instance, and has nothing to say now.
    OutOfScope,
    /// The rule had nothing to say of the instance, and it is compliant now.
    InScope,
    /// The verdict is the same, and its reason another: another code, or another text.
    Reason,
}

/// A result that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The account, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The instance.
    pub instance: String,
    /// The tag `Name` of the instance, otherwise the name of its computer. Foreign text, cleaned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rule.
    pub rule: String,
    /// How much a violation of the rule matters, in its word.
    pub severity: String,
    /// What was said before; `None` where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Said>,
    /// What is said now; `None` where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Said>,
}

/// What a run says of an instance by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// The result.
    pub verdict: Word,
    /// The code of the reason.
    pub code: String,
    /// The reason. Foreign text, cleaned.
    pub reason: String,
    /// The exception that is made for it, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// An instance that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    /// The account, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The instance.
    pub instance: String,
}

impl Kind {
    /// Every kind, the most urgent first.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::NoLongerExcepted,
        Self::Undetermined,
        Self::Silent,
        Self::DeterminedAgain,
        Self::Excepted,
        Self::Fixed,
        Self::OutOfScope,
        Self::InScope,
        Self::Reason,
    ];

    /// What it is called over a list.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::New => "newly non-compliant",
            Self::NoLongerExcepted => "no longer excepted",
            Self::Undetermined => "no longer determined",
            Self::Silent => "no longer reported",
            Self::DeterminedAgain => "determined again",
            Self::Excepted => "newly excepted",
            Self::Fixed => "fixed",
            Self::OutOfScope => "no longer applicable",
            Self::InScope => "newly applicable and compliant",
            Self::Reason => "changed reason",
        }
    }

    /// In which way a result changed; `None` where it did not. A compliant result of a new instance
    /// is no change.
    fn of(before: Option<&Row<'_>>, after: Option<&Row<'_>>) -> Option<Self> {
        use State::{Excepted, Told};
        use Word::{Compliant, NonCompliant, NotApplicable, Undetermined};
        let (Some(now), was) = (after.map(State::of), before.map(State::of)) else {
            return before.map(|_| Self::Silent);
        };
        let is_same = was == Some(now);
        match (was, now) {
            _ if is_same => Self::of_reason(before?, after?),
            (_, Excepted) => Some(Self::Excepted),
            (Some(Excepted), Told(NonCompliant)) => Some(Self::NoLongerExcepted),
            (_, Told(NonCompliant)) => Some(Self::New),
            (_, Told(Undetermined)) => Some(Self::Undetermined),
            (Some(Told(Undetermined)), _) => Some(Self::DeterminedAgain),
            (Some(Excepted | Told(NonCompliant)), Told(Compliant)) => Some(Self::Fixed),
            (Some(_), Told(NotApplicable)) => Some(Self::OutOfScope),
            (Some(_), Told(Compliant)) => Some(Self::InScope),
            (None, Told(NotApplicable | Compliant)) => None,
        }
    }

    fn of_reason(before: &Row<'_>, after: &Row<'_>) -> Option<Self> {
        let is_same = before.code == after.code && before.reason == after.reason;
        (!is_same).then_some(Self::Reason)
    }
}

/// How a result stands: what an exception is made for stands apart, whatever its word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Excepted,
    Told(Word),
}

impl State {
    fn of(row: &Row<'_>) -> Self {
        match row.exception {
            Some(_) => Self::Excepted,
            None => Self::Told(row.verdict),
        }
    }
}

impl Difference {
    /// What differs between the results of a run and those of a later one.
    #[must_use]
    pub fn between(before: &Results, after: &Results) -> Self {
        let (was, is) = (Index::of(before), Index::of(after));
        let mut found: BTreeMap<Kind, Found<'_>> = BTreeMap::new();
        let mut worst = None;
        for row in is.rows() {
            let former = was.get(&row);
            let Some(kind) = Kind::of(former.as_ref(), Some(&row)) else {
                continue;
            };
            if matches!(kind, Kind::New | Kind::NoLongerExcepted) {
                worst = worst.max(Some(severity(row.severity)));
            }
            found.entry(kind).or_default().add((former, Some(row)));
        }
        let rules_of = |results: &Results| -> BTreeSet<String> {
            results.rules().map(|(id, ..)| id.to_owned()).collect()
        };
        let (rules_before, rules_after) = (rules_of(before), rules_of(after));
        for row in was.rows() {
            let is_graded = after.holds(&row) && rules_after.contains(row.rule);
            if is_graded && is.get(&row).is_none() {
                found
                    .entry(Kind::Silent)
                    .or_default()
                    .add((Some(row), None));
            }
        }
        let gone: Vec<&Place> = before
            .instances()
            .filter(|place| !after.has(place))
            .collect();
        let new = after.instances().filter(|place| !before.has(place)).count();
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

    /// How many results can be told no more, or are told no more.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.total(Kind::Undetermined) + self.total(Kind::Silent)
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

/// What was said, and what is.
type Pair<'a> = (Option<Row<'a>>, Option<Row<'a>>);

/// The changes of a kind: how many there are, and those that may be among the first.
#[derive(Default)]
struct Found<'a> {
    total: usize,
    first: Vec<Pair<'a>>,
}

impl<'a> Found<'a> {
    fn add(&mut self, pair: Pair<'a>) {
        self.total += 1;
        self.first.push(pair);
        if self.first.len() == 2 * MOST {
            self.keep_first();
        }
    }

    fn keep_first(&mut self) {
        self.first
            .sort_by(|left, right| urgency(left).cmp(&urgency(right)));
        self.first.truncate(MOST);
    }

    fn listed(mut self) -> Listed<Change> {
        self.keep_first();
        Listed {
            total: self.total,
            first: self.first.iter().filter_map(Change::of).collect(),
        }
    }
}

/// What stands before what in a list: the most severe first, then by place.
fn urgency<'a>((before, after): &'a Pair<'_>) -> Option<(Reverse<Severity>, Word, [&'a str; 4])> {
    let row = after.as_ref().or(before.as_ref())?;
    let account = row.account.unwrap_or_default();
    let region = row.region.unwrap_or_default();
    Some((
        Reverse(severity(row.severity)),
        row.verdict,
        [account, region, row.instance, row.rule],
    ))
}

/// The severity of a word. One that is not known may be the worst.
fn severity(word: &str) -> Severity {
    let mut known = Severity::ALL.iter().copied();
    known
        .find(|severity| severity.word() == word)
        .unwrap_or(Severity::Critical)
}

impl Change {
    fn of((before, after): &Pair<'_>) -> Option<Self> {
        let row = after.as_ref().or(before.as_ref())?;
        Some(Self {
            account: row.account.map(str::to_owned),
            region: row.region.map(str::to_owned),
            instance: row.instance.to_owned(),
            name: Some(row.label().to_owned()).filter(|name| !name.is_empty()),
            rule: row.rule.to_owned(),
            severity: row.severity.to_owned(),
            before: before.as_ref().map(Said::of),
            after: after.as_ref().map(Said::of),
        })
    }
}

impl Said {
    fn of(row: &Row<'_>) -> Self {
        Self {
            verdict: row.verdict,
            code: row.code.to_owned(),
            reason: row.reason.to_owned(),
            exception: row.exception.map(str::to_owned),
        }
    }
}

impl Gone {
    fn of(place: &Place) -> Self {
        Self {
            account: place.account.as_deref().map(str::to_owned),
            region: place.region.as_deref().map(str::to_owned),
            instance: place.instance.to_string(),
        }
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde wants")]
fn in_a_word<S: Serializer>(severity: &Option<Severity>, serializer: S) -> Result<S::Ok, S::Error> {
    severity.map(Severity::word).serialize(serializer)
}

#[cfg(test)]
mod tests;
