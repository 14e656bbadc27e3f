//! A reason: one coded line, short enough for an AWS Config annotation.

use std::fmt;

use crate::text;

/// The longest annotation that AWS Config takes, in characters
/// (AWS Config API reference, `PutEvaluations`, `Evaluation.Annotation`).
pub const ANNOTATION_LIMIT: usize = 256;

/// A stable code, and what it means. A code is never renumbered and never reused.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// For example `DS-MOD-002`.
    pub id: &'static str,
    /// What the code means, in one clause.
    pub meaning: &'static str,
    /// What to do about it, in a sentence or two; `None` where nothing is to be done.
    pub remedy: Option<&'static str>,
}

/// A code and what was seen: together one line of at most [`ANNOTATION_LIMIT`] characters.
///
/// The line holds absolute times of facts and never an age, so that an unchanged fleet gives
/// unchanged annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    code: &'static Code,
    text: String,
}

impl Reason {
    /// A reason whose text is cleaned of line breaks and cut where it would be too long.
    #[must_use]
    pub fn new(code: &'static Code, text: impl Into<String>) -> Self {
        let limit = ANNOTATION_LIMIT.saturating_sub(code.id.len() + 1);
        let mut text = text.into();
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            text = text::clean(&text);
        }
        if text.len() > limit {
            text = text::fitted(&text, limit);
        }
        Self { code, text }
    }

    /// The reason with a list behind its text, as `; recommended: a, b and 2 more`: as many of the
    /// names as there is room for, and nothing where there is none. The text itself is never cut
    /// for it.
    #[must_use]
    pub(crate) fn with_list(mut self, title: &str, names: &[&str]) -> Self {
        let used = self.to_string().chars().count();
        let list = (1..=names.len()).rev().find_map(|shown| {
            let more = match names.len() - shown {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let list = format!("; {title}: {}{more}", names.get(..shown)?.join(", "));
            (used + list.chars().count() <= ANNOTATION_LIMIT).then_some(list)
        });
        self.text.push_str(&list.unwrap_or_default());
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// What was seen, without the code.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The annotation: code and text.
impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.code.id, self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static CODE: Code = Code {
        id: "DS-TST-001",
        meaning: "a test",
        remedy: None,
    };

    proptest! {
        #[test]
        fn no_text_makes_an_annotation_longer_than_config_takes(text in any::<String>(), times in 1..40_usize) {
            let annotation = Reason::new(&CODE, text.repeat(times)).to_string();
            prop_assert!(annotation.chars().count() <= ANNOTATION_LIMIT);
            prop_assert!(!annotation.chars().any(char::is_control));
        }
    }
}
