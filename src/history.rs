//! What the results of several runs tell together: how compliance moves, what flaps, and how long
//! instances wait for protection.
//!
//! Of a run nothing is kept but its counts, and of an instance a few bytes a rule: a year of runs of
//! a large fleet fits into a small machine. The runs must be of one scope: what one of them did not
//! grade looks gone, and new in the next.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    difference::Difference,
    report::{Counts, Row, Word},
    results::{Hidden, Index, Listed, MOST, Place, PlaceOf, Results},
};

mod directory;

pub use directory::{Reading, files, hold_the_same, read};

/// From how many changes between compliant and non-compliant on a result is flapping.
pub const FLAPPING: usize = 3;

/// What has to be said of every time to protect.
pub const PRECISION: &str = "Time to protect runs from the first result that shows an instance to \
     the first in which it is compliant, so it is as exact as the runs are frequent. Left out are \
     instances of which it is not known since when they exist, or since when the rule asks: those of \
     the first run, those that the run before may not have seen, and those that are older than the \
     rule. Those that still wait count as protected later than all others, so that there may be no \
     time within which so many were.";

/// What the results of several runs tell together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The runs, the oldest first.
    pub runs: Vec<Run>,
    /// How long instances waited to become compliant, by rule.
    pub time_to_protect: Vec<TimeToProtect>,
    /// The results that change between compliant and non-compliant again and again, those that
    /// change most first.
    pub flapping: Listed<Flapping>,
    /// What differs between the last run and the one before; `None` where there are not two, or
    /// where the last cannot be read.
    pub latest: Option<Difference>,
    /// How many files of earlier results could not be read: what they hold is missing.
    pub unread: usize,
}

/// The counts of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The time that it graded at.
    pub as_of: Timestamp,
    /// How many instances it graded.
    pub instances: usize,
    /// Its counts by rule, in the order of the run.
    pub rules: Vec<RuleRun>,
    /// How many parts are missing in it, so that its counts are not of everything.
    pub missing: usize,
}

/// The counts of one rule in one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleRun {
    /// The id of the rule.
    pub rule: String,
    /// How many results there are of each word, and how many exceptions are made for. What fails
    /// closed could not be told.
    pub counts: Counts,
}

/// How long instances waited to become compliant with one rule. See [`PRECISION`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeToProtect {
    /// The id of the rule.
    pub rule: String,
    /// How many instances became compliant of those that are timed.
    pub protected: usize,
    /// How many of those that are timed, and are still there, never were: they are
    /// non-compliant without an exception, or it cannot be told.
    pub waiting: usize,
    /// The time within which half of both became compliant, in seconds; `None` where fewer did.
    pub p50_seconds: Option<i64>,
    /// The time within which 95 of a hundred of both did, in seconds.
    pub p95_seconds: Option<i64>,
}

/// A result that changes between compliant and non-compliant again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flapping {
    /// The account, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The instance.
    pub instance: String,
    /// The id of the rule.
    pub rule: String,
    /// How often it changed. What could not be told in between, and what the rule had nothing to
    /// say of, is no change.
    pub changes: usize,
    /// When it changed last.
    pub changed_at: Timestamp,
}

impl RuleRun {
    fn all(results: &Results) -> Vec<Self> {
        let mut rules: Vec<Self> = results
            .rules()
            .map(|(rule, ..)| Self {
                rule: rule.to_owned(),
                counts: Counts::default(),
            })
            .collect();
        for (position, row) in results.placed_rows() {
            if let Some(rule) = rules.get_mut(position.rule) {
                *rule.counts.of_mut(row.known_group()) += 1;
            }
        }
        rules
    }

    /// How many of a hundred results are compliant of those that could be decided; `None` where none
    /// could. An exception makes nothing compliant.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        let decided = self.counts.compliant + self.counts.non_compliant + self.counts.excepted;
        let percent = || 100.0 * self.counts.compliant as f64 / decided as f64;
        (decided > 0).then(percent)
    }
}

/// A history in the making.
#[derive(Debug, Default)]
pub struct Builder {
    runs: Vec<Run>,
    /// The rules, and the first run that graded by each.
    rules: IndexMap<Box<str>, u32>,
    seen: IndexMap<Place, Seen>,
    /// What the last run may have and does not show.
    hidden: Hidden,
}

/// What is remembered of an instance.
#[derive(Debug)]
struct Seen {
    /// The run that showed it first.
    first: u32,
    /// Whether it came then: the run before would have shown it.
    is_new: bool,
    /// The run that showed it last.
    last: u32,
    /// What is remembered by rule.
    rules: Vec<State>,
}

/// What is remembered of an instance and rule.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Whether it was neither protected nor excepted when it was seen last.
    waits: bool,
    /// What was said last of compliant and non-compliant.
    decided: Option<Word>,
    /// How often that changed.
    changes: u16,
    /// The run in which it changed last.
    changed_in: u32,
    /// The first run in which it was compliant.
    compliant_in: Option<u32>,
}

impl State {
    fn add(&mut self, row: &Row<'_>, run: u32) {
        let known = row.known();
        self.waits =
            row.exception.is_none() && matches!(known, Word::NonCompliant | Word::Undetermined);
        let word = match (row.exception, known) {
            // Without the exception it would be.
            (Some(_), _) => Word::NonCompliant,
            (None, Word::Compliant | Word::NonCompliant) => known,
            (None, Word::Undetermined | Word::NotApplicable) => return,
        };
        if self.decided.is_some_and(|decided| decided != word) {
            self.changes = self.changes.saturating_add(1);
            self.changed_in = run;
        }
        self.decided = Some(word);
        if word == Word::Compliant {
            self.compliant_in.get_or_insert(run);
        }
    }
}

impl Builder {
    /// Adds the results of the next run. False for a run that is not later than the last one: it is
    /// not counted.
    pub fn add(&mut self, results: &Results) -> bool {
        let last = self.runs.last().map(|run| run.as_of);
        if last.is_some_and(|last| results.as_of <= last) {
            return false;
        }
        let number = u32::try_from(self.runs.len()).unwrap_or(u32::MAX);
        for place in results.instances() {
            let seen = self.seen.entry(place.clone()).or_insert(Seen {
                first: number,
                last: number,
                is_new: number > 0,
                rules: Vec::new(),
            });
            seen.last = number;
        }
        for (rule, ..) in results.rules() {
            self.rules.entry(rule.into()).or_insert(number);
        }
        for row in Index::of(results).rows() {
            let rule = self.rules.get_index_of(row.rule);
            let seen = self.seen.get_mut(&PlaceOf::row(&row));
            let (Some(rule), Some(seen)) = (rule, seen) else {
                continue;
            };
            seen.is_new &= seen.first != number || !self.hidden.may_hold(&row);
            if seen.rules.len() <= rule {
                seen.rules.resize(rule + 1, State::default());
            }
            if let Some(state) = seen.rules.get_mut(rule) {
                state.add(&row, number);
            }
        }
        self.runs.push(Run {
            as_of: results.as_of,
            instances: results.instances().len(),
            rules: RuleRun::all(results),
            missing: results.details.losses().count(),
        });
        self.hidden = results.details.hidden();
        true
    }

    /// The history, with what differs between the last two runs.
    #[must_use]
    pub fn build(self, latest: Option<Difference>) -> History {
        let rules = self.rules.iter().enumerate();
        History {
            time_to_protect: rules
                .map(|(position, (rule, since))| self.time_to_protect(position, rule, *since))
                .collect(),
            flapping: self.flapping(),
            runs: self.runs,
            latest,
            unread: 0,
        }
    }

    fn as_of(&self, run: u32) -> Option<Timestamp> {
        self.runs.get(run as usize).map(|run| run.as_of)
    }

    fn time_to_protect(&self, position: usize, rule: &str, since: u32) -> TimeToProtect {
        let last = u32::try_from(self.runs.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let mut times = Vec::new();
        let mut waiting = 0;
        let is_timed = |seen: &&Seen| seen.is_new && seen.first >= since;
        for seen in self.seen.values().filter(is_timed) {
            let Some(state) = seen.rules.get(position) else {
                continue;
            };
            let protected = state.compliant_in.and_then(|run| self.as_of(run));
            match (protected, self.as_of(seen.first)) {
                (Some(protected), Some(first)) => {
                    times.push(protected.duration_since(first).as_secs());
                }
                _ if seen.last == last => {
                    waiting += usize::from(state.waits);
                }
                _ => {}
            }
        }
        times.sort_unstable();
        TimeToProtect {
            rule: rule.to_owned(),
            protected: times.len(),
            waiting,
            p50_seconds: percentile(&times, times.len() + waiting, 50),
            p95_seconds: percentile(&times, times.len() + waiting, 95),
        }
    }

    fn flapping(&self) -> Listed<Flapping> {
        let states = self.seen.iter().flat_map(|(place, seen)| {
            let rules = self.rules.keys().zip(&seen.rules);
            rules.map(move |(rule, state)| (place, &**rule, state))
        });
        let mut flapping: Vec<_> = states
            .filter(|(.., state)| usize::from(state.changes) >= FLAPPING)
            .collect();
        flapping.sort_by(|(place, rule, state), (other, other_rule, other_state)| {
            let most_first = other_state.changes.cmp(&state.changes);
            most_first.then_with(|| (*place, *rule).cmp(&(*other, *other_rule)))
        });
        let shown = |(place, rule, state): (&Place, &str, &State)| {
            Some(Flapping {
                account: place.account.as_deref().map(str::to_owned),
                region: place.region.as_deref().map(str::to_owned),
                instance: place.instance.to_string(),
                rule: rule.to_string(),
                changes: usize::from(state.changes),
                changed_at: self.as_of(state.changed_in)?,
            })
        };
        Listed {
            total: flapping.len(),
            first: flapping.into_iter().take(MOST).filter_map(shown).collect(),
        }
    }
}

/// The smallest of sorted values that so many of a hundred are not above (the nearest rank), where those
/// up to `all` are above all of them; `None` where it is none of these values.
fn percentile(sorted: &[i64], all: usize, percent: usize) -> Option<i64> {
    let rank = (all * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests;
