//! The four words for a result.

use anstyle::{AnsiColor, Style};
use rules::{Verdict, verdict::Compliance};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::summary::Counts;
use crate::evaluation::Evaluation;

/// The word for a result, the most urgent first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "Verdict")]
pub enum Word {
    /// What the rule requires does not hold.
    NonCompliant,
    /// A fact is missing, so that nothing can be said; AWS Config would be told nothing.
    Undetermined,
    /// The rule has nothing to say of the instance.
    NotApplicable,
    /// What the rule requires holds, on fresh and complete evidence.
    Compliant,
}

impl Word {
    /// Every word, the most urgent first.
    pub const ALL: [Self; 4] = [
        Self::NonCompliant,
        Self::Undetermined,
        Self::NotApplicable,
        Self::Compliant,
    ];

    /// The word for the result of an evaluation.
    #[must_use]
    pub fn of(evaluation: &Evaluation<'_>) -> Self {
        let verdict = evaluation.outcome.as_ref().ok();
        verdict.map_or(Self::Undetermined, |verdict| verdict.compliance().into())
    }

    /// The word in data, in AWS Config's spelling.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NonCompliant => Compliance::NonCompliant.word(),
            Self::Undetermined => "UNDETERMINED",
            Self::NotApplicable => Compliance::NotApplicable.word(),
            Self::Compliant => Compliance::Compliant.word(),
        }
    }

    /// The word in a sentence.
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::NonCompliant => "non-compliant",
            Self::Undetermined => "undetermined",
            Self::NotApplicable => "not applicable",
            Self::Compliant => "compliant",
        }
    }

    /// The sign that stands for the word where there is little room.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::NonCompliant => "✗",
            Self::Undetermined => "?",
            Self::NotApplicable => "–",
            Self::Compliant => "✓",
        }
    }

    pub(super) const fn style(self) -> Style {
        match self {
            Self::NonCompliant => AnsiColor::Red.on_default(),
            Self::Undetermined => AnsiColor::Yellow.on_default(),
            Self::NotApplicable => Style::new().dimmed(),
            Self::Compliant => AnsiColor::Green.on_default(),
        }
    }
}

impl From<Compliance> for Word {
    fn from(compliance: Compliance) -> Self {
        match compliance {
            Compliance::NonCompliant => Self::NonCompliant,
            Compliance::NotApplicable => Self::NotApplicable,
            Compliance::Compliant => Self::Compliant,
        }
    }
}

/// What a result is shown and counted as: its word, or apart from all words where an exception is
/// made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Its word.
    Of(Word),
    /// An exception is made for it.
    Excepted,
}

impl Group {
    /// Every group, the most urgent first.
    pub const ALL: [Self; 5] = [
        Self::Of(Word::NonCompliant),
        Self::Excepted,
        Self::Of(Word::Undetermined),
        Self::Of(Word::NotApplicable),
        Self::Of(Word::Compliant),
    ];

    /// The groups to show beside counts: that of exceptions only where there is something in it.
    pub(super) fn shown(counts: &Counts) -> impl Iterator<Item = Self> + Clone {
        let is_shown = counts.excepted > 0;
        Self::ALL
            .into_iter()
            .filter(move |group| is_shown || *group != Self::Excepted)
    }

    /// The group of an evaluation.
    #[must_use]
    pub fn of(evaluation: &Evaluation<'_>) -> Self {
        let verdict = evaluation.outcome.as_ref();
        verdict.map_or(Self::Of(Word::Undetermined), Self::from)
    }

    /// The group in a sentence.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Of(word) => word.in_words(),
            Self::Excepted => "excepted",
        }
    }

    /// The sign that stands for the group where there is little room.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::Of(word) => word.mark(),
            Self::Excepted => "~",
        }
    }

    pub(super) const fn style(self) -> Style {
        match self {
            Self::Of(word) => word.style(),
            Self::Excepted => AnsiColor::Cyan.on_default(),
        }
    }
}

impl From<&Verdict> for Group {
    fn from(verdict: &Verdict) -> Self {
        match verdict.exception() {
            Some(_) => Self::Excepted,
            None => Self::Of(verdict.compliance().into()),
        }
    }
}

/// Something for each of the four words, and for what exceptions are made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "Counts",
    description = "How many results there are of each word, and apart from these how many exceptions are made for."
)]
pub struct PerWord<T> {
    /// For `NON_COMPLIANT`.
    pub non_compliant: T,
    /// For what an exception is made for, which counts as none of the words.
    pub excepted: T,
    /// For `UNDETERMINED`.
    pub undetermined: T,
    /// For `NOT_APPLICABLE`.
    pub not_applicable: T,
    /// For `COMPLIANT`.
    pub compliant: T,
}

impl<T> PerWord<T> {
    /// What there is for a word.
    pub const fn get(&self, word: Word) -> &T {
        match word {
            Word::NonCompliant => &self.non_compliant,
            Word::Undetermined => &self.undetermined,
            Word::NotApplicable => &self.not_applicable,
            Word::Compliant => &self.compliant,
        }
    }

    /// What there is for a group.
    pub const fn of(&self, group: Group) -> &T {
        match group {
            Group::Of(word) => self.get(word),
            Group::Excepted => &self.excepted,
        }
    }

    pub(crate) const fn of_mut(&mut self, group: Group) -> &mut T {
        match group {
            Group::Of(word) => self.get_mut(word),
            Group::Excepted => &mut self.excepted,
        }
    }

    pub(crate) const fn get_mut(&mut self, word: Word) -> &mut T {
        match word {
            Word::NonCompliant => &mut self.non_compliant,
            Word::Undetermined => &mut self.undetermined,
            Word::NotApplicable => &mut self.not_applicable,
            Word::Compliant => &mut self.compliant,
        }
    }
}
