//! The four words for a result.

use anstyle::{AnsiColor, Style};
use rules::verdict::Compliance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// Something for each of the four words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(
    rename = "Counts",
    description = "How many results there are of each word."
)]
pub struct PerWord<T> {
    /// For `NON_COMPLIANT`.
    pub non_compliant: T,
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

    pub(crate) const fn get_mut(&mut self, word: Word) -> &mut T {
        match word {
            Word::NonCompliant => &mut self.non_compliant,
            Word::Undetermined => &mut self.undetermined,
            Word::NotApplicable => &mut self.not_applicable,
            Word::Compliant => &mut self.compliant,
        }
    }
}
