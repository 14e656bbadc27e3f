//! How results stand: by their word, and those that an exception is made for apart.

use std::fmt;

use askama::{Template, filters::HtmlSafe};

use super::super::{Row, Word};

/// How a result stands, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Template)]
#[template(
    ext = "html",
    source = r#"<span class="badge {{ self.class() }}"><span aria-hidden="true">{{ self.sign() }}</span> {{ self.words() }}</span>"#
)]
pub(super) enum Standing {
    /// What the rule requires does not hold, and no exception is made for it.
    Failing,
    /// Nothing can be said.
    Undetermined,
    /// What the rule requires does not hold, and an exception is made for it.
    Excepted,
    /// What the rule requires holds.
    Compliant,
    /// The rule has nothing to say.
    NotApplicable,
}

impl HtmlSafe for Standing {}

impl Standing {
    /// Every standing, the most urgent first.
    pub(super) const ALL: [Self; 5] = [
        Self::Failing,
        Self::Undetermined,
        Self::Excepted,
        Self::Compliant,
        Self::NotApplicable,
    ];

    /// An exception changes how a violation stands, and never what is compliant or unknown.
    pub(super) fn of(row: &Row<'_>) -> Self {
        match row.known() {
            Word::Compliant => Self::Compliant,
            Word::Undetermined => Self::Undetermined,
            Word::NonCompliant | Word::NotApplicable if row.exception.is_some() => Self::Excepted,
            Word::NonCompliant => Self::Failing,
            Word::NotApplicable => Self::NotApplicable,
        }
    }

    /// The sign that says the same without colour.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Failing => Word::NonCompliant.mark(),
            Self::Undetermined => Word::Undetermined.mark(),
            Self::Excepted => "◆",
            Self::Compliant => Word::Compliant.mark(),
            Self::NotApplicable => Word::NotApplicable.mark(),
        }
    }

    /// The word in a sentence.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Failing => Word::NonCompliant.in_words(),
            Self::Undetermined => Word::Undetermined.in_words(),
            Self::Excepted => "excepted",
            Self::Compliant => Word::Compliant.in_words(),
            Self::NotApplicable => Word::NotApplicable.in_words(),
        }
    }

    /// The name of its colour in the style sheet.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Undetermined => "undetermined",
            Self::Excepted => "excepted",
            Self::Compliant => "compliant",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// How many results stand in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) failing: usize,
    pub(super) undetermined: usize,
    pub(super) excepted: usize,
    pub(super) compliant: usize,
    pub(super) not_applicable: usize,
}

impl Tally {
    pub(super) fn add(&mut self, standing: Standing) {
        let count = match standing {
            Standing::Failing => &mut self.failing,
            Standing::Undetermined => &mut self.undetermined,
            Standing::Excepted => &mut self.excepted,
            Standing::Compliant => &mut self.compliant,
            Standing::NotApplicable => &mut self.not_applicable,
        };
        *count += 1;
    }

    pub(super) const fn get(&self, standing: Standing) -> usize {
        match standing {
            Standing::Failing => self.failing,
            Standing::Undetermined => self.undetermined,
            Standing::Excepted => self.excepted,
            Standing::Compliant => self.compliant,
            Standing::NotApplicable => self.not_applicable,
        }
    }

    pub(super) fn total(&self) -> usize {
        Standing::ALL
            .iter()
            .map(|standing| self.get(*standing))
            .sum()
    }

    /// What a reader has to look at: everything that is neither compliant nor without meaning.
    pub(super) const fn urgent(&self) -> usize {
        self.failing + self.undetermined + self.excepted
    }

    /// How much of what could be decided is compliant. An exception makes nothing compliant.
    pub(super) const fn share(&self) -> Share {
        Share {
            part: self.compliant,
            of: self.compliant + self.failing + self.excepted,
        }
    }
}

/// A part of a whole, in percent. It is rounded down, so that 100% means all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) part: usize,
    pub(super) of: usize,
}

impl Share {
    /// In tenths of a percent; `None` of nothing.
    pub(super) fn permille(self) -> Option<usize> {
        (self.part * 1_000).checked_div(self.of)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.permille() {
            None => formatter.write_str("–"),
            Some(0) if self.part > 0 => formatter.write_str("< 0.1%"),
            Some(permille) => write!(formatter, "{}.{}%", permille / 10, permille % 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_is_a_hundred_percent_and_only_none_is_nothing() {
        let share = |part, of| Share { part, of }.to_string();
        assert_eq!(share(99_999, 100_000), "99.9%");
        assert_eq!(share(7, 7), "100.0%");
        assert_eq!(share(1, 100_000), "< 0.1%");
        assert_eq!(share(0, 3), "0.0%");
        assert_eq!(share(0, 0), "–");
    }
}
