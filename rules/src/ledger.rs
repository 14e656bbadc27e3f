//! The ledger, as rules see it: what became of the findings on an instance, and when each source
//! was listed last.
//!
//! A [`Ledger`] is of one AWS account and Region; [`Ledgers`] are all of them. What is known of an
//! instance is evidence as [`Answers`] only: complete, and under a listing of the source that is
//! fresh.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{cve::Cve, gap::Gap, instance::InstanceId};

mod answers;
mod ledgers;
mod line;

pub use answers::{Answers, Listing};
pub use ledgers::Ledgers;
pub(crate) use line::line;

/// A service whose findings are answered, or an operator who asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Amazon GuardDuty.
    GuardDuty,
    /// Amazon Macie.
    Macie,
    /// Amazon Inspector.
    Inspector,
    /// An operator, by hand or through a remediation of AWS Config.
    Operator,
}

impl Source {
    /// Every service. An operator is none.
    pub const ALL: &'static [Self] = &[Self::GuardDuty, Self::Macie, Self::Inspector];

    /// The word for keys and data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GuardDuty => "guardduty",
            Self::Macie => "macie",
            Self::Inspector => "inspector",
            Self::Operator => "operator",
        }
    }

    /// The source with that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let mut sources = Self::ALL.iter().chain(&[Self::Operator]).copied();
        sources.find(|source| source.word() == word)
    }

    /// The service's name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GuardDuty => "GuardDuty",
            Self::Macie => "Macie",
            Self::Inspector => "Inspector",
            Self::Operator => "operator",
        }
    }

    /// Two letters, for an annotation.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::GuardDuty => "GD",
            Self::Macie => "MC",
            Self::Inspector => "IN",
            Self::Operator => "OP",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What the ledger of an account and Region holds. What cannot be read of it is a gap of what it
/// may be about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: BTreeMap<InstanceId, Vec<Entry>>,
    /// Why there may be other entries of a source: on that instance, or on any.
    gaps: BTreeMap<(Option<InstanceId>, Source), Gap>,
    watermarks: BTreeMap<Source, Result<Watermark, Gap>>,
}

/// One finding on one instance, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where the finding comes from.
    pub source: Source,
    /// The finding's id at its source. Foreign text.
    pub finding: Box<str>,
    /// How severe the source says it is, in a word or number of the source: `sev 8`, `HIGH`.
    pub severity: Box<str>,
    /// What kind of finding it is. Foreign text.
    pub kind: Box<str>,
    /// Whether something is still to be done.
    pub standing: Standing,
    /// What became of it, in one clause.
    pub outcome: Box<str>,
    /// The CVEs that it is about.
    pub cves: Vec<Cve>,
    /// Since when the source observes it, where the source says so.
    pub since: Option<Timestamp>,
    /// The version of the finding that the entry is about.
    pub updated_at: Timestamp,
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Something is still to be done.
    Open,
    /// It was answered; the source may still observe it.
    Answered,
    /// The source observes it no longer, or set it aside.
    Over,
}

/// When a source was listed last, so that no finding of it is missing in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watermark {
    /// Whether the source is switched on in the account and Region.
    pub enabled: bool,
    /// When the listing began.
    pub listed_at: Timestamp,
}

impl Ledger {
    /// A ledger with these entries and watermarks.
    pub fn new(
        entries: impl IntoIterator<Item = (InstanceId, Entry)>,
        watermarks: impl IntoIterator<Item = (Source, Watermark)>,
    ) -> Self {
        let mut by_instance: BTreeMap<InstanceId, Vec<Entry>> = BTreeMap::new();
        for (instance, entry) in entries {
            by_instance.entry(instance).or_default().push(entry);
        }
        for entries in by_instance.values_mut() {
            entries.sort_by(|left, right| {
                (left.updated_at, &left.finding).cmp(&(right.updated_at, &right.finding))
            });
        }
        let watermarks = watermarks.into_iter();
        Self {
            entries: by_instance,
            gaps: BTreeMap::new(),
            watermarks: watermarks
                .map(|(source, watermark)| (source, Ok(watermark)))
                .collect(),
        }
    }

    /// The ledger where there may be another finding of a source on the instance, or on any
    /// without one. The first reason for that counts.
    #[must_use]
    pub fn with_gap(mut self, instance: Option<InstanceId>, source: Source, gap: Gap) -> Self {
        self.gaps.entry((instance, source)).or_insert(gap);
        self
    }

    /// The ledger where it cannot be told when a source was listed last.
    #[must_use]
    pub fn with_unread_watermark(mut self, source: Source, gap: Gap) -> Self {
        self.watermarks.insert(source, Err(gap));
        self
    }

    /// The findings of a source on an instance, the newest last. There may be others where the
    /// source or the instance has a gap: [`Ledger::listing`] tells.
    pub fn entries(&self, instance: InstanceId, source: Source) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.get(&instance).into_iter().flatten();
        entries.filter(move |entry| entry.source == source)
    }

    /// When a source was listed last; `None` where it never was.
    ///
    /// # Errors
    /// The gap that stands in its place.
    pub fn watermark(&self, source: Source) -> Result<Option<Watermark>, Gap> {
        self.watermarks.get(&source).cloned().transpose()
    }

    /// Why there may be other findings of a source on an instance.
    fn gap(&self, instance: InstanceId, source: Source) -> Option<&Gap> {
        let of_instance = self.gaps.get(&(Some(instance), source));
        of_instance.or_else(|| self.gaps.get(&(None, source)))
    }
}
