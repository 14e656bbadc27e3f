//! The verdicts in memory: texts once, and a few numbers a verdict.

use std::borrow::Cow;

use indexmap::{Equivalent, IndexMap, IndexSet};
use jiff::Timestamp;
use rules::rule::Severity;

use super::{Details, InventorySource, WebSource};
use crate::report::{Counts, Row, Word};

mod index;

pub use index::Index;

/// What one run found.
#[derive(Debug)]
pub struct Results {
    /// The time that the fleet was graded at.
    pub as_of: Timestamp,
    /// What the verdicts rest on.
    pub inventories: Vec<InventorySource>,
    /// What verdicts about web fronts rest on.
    pub web_edges: Vec<WebSource>,
    /// What was looked at beside the verdicts.
    pub details: Details,
    /// What the document that they were read from says otherwise, in a clause.
    pub doubt: Option<String>,
    rules: IndexMap<Box<str>, Rule>,
    instances: IndexMap<Place, Instance>,
    texts: IndexSet<Box<str>>,
    verdicts: Vec<Verdict>,
}

/// An instance, where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its account, where known.
    pub account: Option<Box<str>>,
    /// Its Region, where known.
    pub region: Option<Box<str>>,
    /// Its id.
    pub instance: Box<str>,
}

/// What a row is about, by position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    /// In [`Results::instances`].
    pub(crate) instance: usize,
    /// In [`Results::rules`].
    pub(crate) rule: usize,
}

/// A place as a row names it. It has the fields of [`Place`] in their order, so that both hash alike.
#[derive(Hash)]
pub(crate) struct PlaceOf<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    instance: &'a str,
}

impl<'a> PlaceOf<'a> {
    pub(crate) fn row(row: &Row<'a>) -> Self {
        Self {
            account: row.account,
            region: row.region,
            instance: row.instance,
        }
    }
}

impl Equivalent<Place> for PlaceOf<'_> {
    fn equivalent(&self, place: &Place) -> bool {
        *place.instance == *self.instance
            && place.account.as_deref() == self.account
            && place.region.as_deref() == self.region
    }
}

/// A rule that instances were graded by.
#[derive(Debug)]
struct Rule {
    severity: Box<str>,
    counts: Counts,
}

/// What the rows of one instance have in common.
#[derive(Debug)]
struct Instance {
    name: Option<Text>,
    computer: Option<Text>,
    computer_id: Option<u64>,
    manager: Option<Text>,
}

/// The position of a text.
type Text = u32;

#[derive(Debug)]
struct Verdict {
    instance: u32,
    rule: u16,
    word: Word,
    retryable: Option<bool>,
    code: Text,
    reason: Text,
    exception: Option<Text>,
}

/// Why there are too many rows to be held.
const TOO_MANY: &str = "holds more results than can be held (4 billion)";

impl Results {
    /// Everything that every rule says, in the order that it came in.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.verdicts.iter().filter_map(|verdict| self.row(verdict))
    }

    /// The same, each with its position.
    pub(crate) fn placed_rows(&self) -> impl Iterator<Item = (Position, Row<'_>)> {
        self.verdicts.iter().filter_map(|verdict| {
            let position = Position {
                instance: verdict.instance as usize,
                rule: usize::from(verdict.rule),
            };
            Some((position, self.row(verdict)?))
        })
    }

    /// How many results there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.verdicts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
    }

    /// The instances, in the order that they came in.
    pub fn instances(&self) -> impl ExactSizeIterator<Item = &Place> {
        self.instances.keys()
    }

    /// Whether an instance is among them.
    #[must_use]
    pub fn has(&self, place: &Place) -> bool {
        self.instances.contains_key(place)
    }

    /// Whether the instance of a row is among them.
    #[must_use]
    pub fn holds(&self, row: &Row<'_>) -> bool {
        self.instances.contains_key(&PlaceOf::row(row))
    }

    /// The rules with their severities and counts, in the order that they came in.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = (&str, &str, &Counts)> {
        self.rules
            .iter()
            .map(|(id, rule)| (&**id, &*rule.severity, &rule.counts))
    }

    /// The counts of all rules together.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut all = Counts::default();
        for rule in self.rules.values() {
            all.add(&rule.counts);
        }
        all
    }

    /// The highest severity of the rules that some instance violates without an exception.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        let violated = self
            .rows()
            .filter(|row| row.verdict == Word::NonCompliant && row.exception.is_none());
        violated.map(|row| severity(row.severity)).max()
    }

    fn row(&self, verdict: &Verdict) -> Option<Row<'_>> {
        let (place, instance) = self.instances.get_index(verdict.instance as usize)?;
        let (id, rule) = self.rules.get_index(usize::from(verdict.rule))?;
        let text = |text: Text| Some(&**self.texts.get_index(text as usize)?);
        Some(Row {
            instance: &place.instance,
            account: place.account.as_deref(),
            region: place.region.as_deref(),
            name: instance.name.and_then(text),
            computer: instance.computer.and_then(text).map(Cow::Borrowed),
            computer_id: instance.computer_id,
            manager: instance.manager.and_then(text).map(Cow::Borrowed),
            rule: id,
            severity: &rule.severity,
            verdict: verdict.word,
            code: text(verdict.code)?,
            reason: text(verdict.reason)?,
            retryable: verdict.retryable,
            exception: verdict.exception.and_then(text),
        })
    }
}

/// Results in the making.
#[derive(Debug, Default)]
pub struct Builder {
    rules: IndexMap<Box<str>, Rule>,
    instances: IndexMap<Place, Instance>,
    texts: IndexSet<Box<str>>,
    verdicts: Vec<Verdict>,
}

impl Builder {
    /// Adds what one rule says of one instance.
    ///
    /// # Errors
    /// When there are too many rows, after its place.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), &'static str> {
        let instance = self.instance(row)?;
        let rule = match self.rules.get_index_of(row.rule) {
            Some(rule) => rule,
            None => {
                let rule = Rule {
                    severity: row.severity.into(),
                    counts: Counts::default(),
                };
                self.rules.insert_full(row.rule.into(), rule).0
            }
        };
        if let Some((_, rule)) = self.rules.get_index_mut(rule) {
            *rule.counts.of_mut(row.group()) += 1;
        }
        let verdict = Verdict {
            instance,
            rule: u16::try_from(rule).map_err(|_| TOO_MANY)?,
            word: row.verdict,
            retryable: row.retryable,
            code: self.text(row.code)?,
            reason: self.text(row.reason)?,
            exception: self.optional(row.exception)?,
        };
        self.verdicts.push(verdict);
        Ok(())
    }

    /// Adds a rule that no instance was graded by, or that one may be.
    pub fn add_rule(&mut self, id: &str, severity: &str) {
        let counts = Counts::default();
        let severity = severity.into();
        self.rules
            .entry(id.into())
            .or_insert(Rule { severity, counts });
    }

    fn instance(&mut self, row: &Row<'_>) -> Result<u32, &'static str> {
        let is_of = |place: &Place| PlaceOf::row(row).equivalent(place);
        // The rows of an instance mostly come together.
        let last = self.instances.len().checked_sub(1);
        let position = match self.instances.last() {
            Some((place, _)) if is_of(place) => last.unwrap_or_default(),
            _ => {
                let place = row.place();
                let known = Instance {
                    name: self.optional(row.name)?,
                    computer: self.optional(row.computer.as_deref())?,
                    computer_id: row.computer_id,
                    manager: self.optional(row.manager.as_deref())?,
                };
                let entry = self.instances.entry(place);
                let position = entry.index();
                entry.or_insert(known);
                position
            }
        };
        u32::try_from(position).map_err(|_| TOO_MANY)
    }

    fn optional(&mut self, text: Option<&str>) -> Result<Option<Text>, &'static str> {
        text.map(|text| self.text(text)).transpose()
    }

    fn text(&mut self, text: &str) -> Result<Text, &'static str> {
        let position = match self.texts.get_index_of(text) {
            Some(position) => position,
            None => self.texts.insert_full(text.into()).0,
        };
        u32::try_from(position).map_err(|_| TOO_MANY)
    }

    /// The results of a run at a time, with what they rest on.
    #[must_use]
    pub fn build(
        self,
        as_of: Timestamp,
        inventories: Vec<InventorySource>,
        web_edges: Vec<WebSource>,
        details: Details,
    ) -> Results {
        Results {
            as_of,
            inventories,
            web_edges,
            details,
            doubt: None,
            rules: self.rules,
            instances: self.instances,
            texts: self.texts,
            verdicts: self.verdicts,
        }
    }
}

/// The severity of a word. One that is not known may be the worst.
pub(crate) fn severity(word: &str) -> Severity {
    let mut known = Severity::ALL.iter().copied();
    known
        .find(|severity| severity.word() == word)
        .unwrap_or(Severity::Critical)
}
