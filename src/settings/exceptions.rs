//! What a deployer says of exceptions, outside the file that holds them.

use std::{collections::BTreeSet, ops::RangeInclusive, path::PathBuf};

use rules::{
    exceptions::{ExceptedAs, MOST_DAYS, Terms},
    text::quoted,
};
use serde::Deserialize;

use super::Value;

/// The days that an exception may hold at most: up to ten years.
const DAYS: RangeInclusive<u16> = 1..=3_653;
/// The longest key of a tag, in characters (Amazon EC2 user guide, "Tag restrictions").
const LONGEST_KEY: usize = 128;

/// The section `exceptions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Given")]
pub struct ExceptionSettings {
    /// The file of exceptions, for the command line.
    pub file: Option<PathBuf>,
    /// On which terms they are used.
    pub terms: Terms,
}

/// What is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Given {
    file: Option<PathBuf>,
    protected_tags: Vec<String>,
    excepted_as: Option<String>,
    max_lifetime_days: Option<Value>,
}

impl TryFrom<Given> for ExceptionSettings {
    type Error = String;

    fn try_from(given: Given) -> Result<Self, String> {
        let days = given.max_lifetime_days.map(|days| days.0);
        Ok(Self {
            file: given.file,
            terms: Terms {
                protected_tags: protected_tags("protectedTags", given.protected_tags)?,
                excepted_as: excepted_as("exceptedAs", given.excepted_as.as_deref())?,
                most_days: most_days("maxLifetimeDays", days.as_deref())?,
            },
        })
    }
}

/// The keys of tags that `name` lists.
///
/// # Errors
/// A line that begins with `name` when one of them is no key of a tag.
pub fn protected_tags(
    name: &str,
    keys: impl IntoIterator<Item = String>,
) -> Result<BTreeSet<String>, String> {
    let is_key = |key: &str| {
        let fits = (1..=LONGEST_KEY).contains(&key.chars().count());
        fits && key.trim() == key && !key.contains('=')
    };
    let checked = keys.into_iter().map(|key| {
        if is_key(&key) {
            return Ok(key);
        }
        let key = quoted(&key);
        Err(format!(
            "{name}: {key} is not the key of a tag: 1 to {LONGEST_KEY} characters, without a value"
        ))
    });
    checked.collect()
}

/// What an excepted result is, as `name` says; without that it stays non-compliant.
///
/// # Errors
/// A line that begins with `name` when it is no word for it.
pub fn excepted_as(name: &str, word: Option<&str>) -> Result<ExceptedAs, String> {
    let Some(word) = word else {
        return Ok(ExceptedAs::default());
    };
    ExceptedAs::of_word(word).ok_or_else(|| {
        let words = ExceptedAs::ALL.map(ExceptedAs::word).join(" or ");
        format!("{name} is {}, and can be {words}", quoted(word))
    })
}

/// For how many days an exception may hold, as `name` says.
///
/// # Errors
/// A line that begins with `name` when it is no such number.
pub fn most_days(name: &str, text: Option<&str>) -> Result<u16, String> {
    let Some(text) = text else {
        return Ok(MOST_DAYS);
    };
    let days = text.parse().ok().filter(|days| DAYS.contains(days));
    days.ok_or_else(|| {
        let (least, most) = (DAYS.start(), DAYS.end());
        format!(
            "{name} is {}, and can be a whole number from {least} to {most}",
            quoted(text)
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn read(text: &str) -> Result<Settings, String> {
        let text = format!("exceptions: {{{text}}}\n");
        Settings::parse("settings.yaml", text.into_bytes())
    }

    #[test]
    fn what_is_said_counts_and_the_rest_is_as_it_is_without() {
        let terms = read("protectedTags: [exempt]").unwrap().exceptions.terms;
        assert!(terms.protected_tags.contains("exempt"));
        assert_eq!(terms.excepted_as.word(), "non-compliant");
        assert_eq!(terms.most_days, 366);
        let said = read("exceptedAs: not-applicable, maxLifetimeDays: 90").unwrap();
        assert_eq!(said.exceptions.terms.excepted_as.word(), "not-applicable");
        assert_eq!(said.exceptions.terms.most_days, 90);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name_with_what_can() {
        for (text, said) in [
            ("maxLifetimeDays: 0", "a whole number from 1 to 3653"),
            (
                "maxLifetimeDays: for ever",
                "maxLifetimeDays is \"for ever\"",
            ),
            (
                "exceptedAs: compliant",
                "can be non-compliant or not-applicable",
            ),
            (
                "protectedTags: ['']",
                "protectedTags: \"\" is not the key of a tag",
            ),
            ("protectedTags: ['a=b']", "without a value"),
            ("protectedTag: [a]", "protectedTags"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
