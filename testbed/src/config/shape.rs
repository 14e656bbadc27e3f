//! Reads the members of a request, as strictly as the service's model is.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::time;

/// A structure of a request, with the path that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'a> {
    members: &'a Map<String, Value>,
    path: String,
}

type Read<T> = Result<T, Refusal>;

impl<'a> Shape<'a> {
    /// The whole body.
    pub(crate) fn of(body: &'a Value) -> Read<Self> {
        Self::at(body, String::new())
    }

    fn at(value: &'a Value, path: String) -> Read<Self> {
        let members = value.as_object().ok_or_else(|| Refusal::type_of(&path))?;
        Ok(Self { members, path })
    }

    /// The path in an error: names in camel case, entries of lists counted from 1.
    fn path(&self, name: &str) -> String {
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let name: String = first.into_iter().chain(letters).collect();
        if self.path.is_empty() {
            name
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn member(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn typed<T>(&self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Read<Option<T>> {
        self.member(name)
            .map(|value| read(value).ok_or_else(|| Refusal::type_of(&self.path(name))))
            .transpose()
    }

    /// What a member that must be there holds.
    pub(crate) fn required<T>(&self, name: &str, found: Option<T>) -> Read<T> {
        found.ok_or_else(|| Refusal::constraint("null", &self.path(name), "not be null"))
    }

    /// A text of so many characters.
    pub(crate) fn text(&self, name: &str, size: RangeInclusive<usize>) -> Read<Option<&'a str>> {
        let text = self.typed(name, Value::as_str)?;
        if let Some(text) = text {
            sized(text, &self.path(name), size)?;
        }
        Ok(text)
    }

    /// A list of at most so many entries.
    pub(crate) fn list(&self, name: &str, most: usize) -> Read<Option<&'a [Value]>> {
        let list = self.typed(name, |value| value.as_array().map(Vec::as_slice))?;
        if list.is_some_and(|list| list.len() > most) {
            let value = format!("at '{name}'");
            return Err(Refusal::constraint(
                &value,
                &self.path(name),
                &format!("have length less than or equal to {most}"),
            ));
        }
        Ok(list)
    }

    /// A list of structures.
    pub(crate) fn shapes(&self, name: &str, most: usize) -> Read<Vec<Shape<'a>>> {
        let entries = self.list(name, most)?.unwrap_or_default().iter();
        let path = self.path(name);
        let entry = |(place, value)| Shape::at(value, format!("{path}.{}.member", place + 1));
        entries.enumerate().map(entry).collect()
    }

    /// A list of texts.
    pub(crate) fn texts(
        &self,
        name: &str,
        most: usize,
        size: RangeInclusive<usize>,
    ) -> Read<Vec<&'a str>> {
        let path = self.path(name);
        let entry = |(place, value): (usize, &'a Value)| {
            let path = format!("{path}.{}.member", place + 1);
            let text = value.as_str().ok_or_else(|| Refusal::type_of(&path))?;
            sized(text, &path, size.clone())?;
            Ok(text)
        };
        let entries = self.list(name, most)?.unwrap_or_default().iter();
        entries.enumerate().map(entry).collect()
    }

    /// One of these words.
    pub(crate) fn word(&self, name: &str, words: &[&str]) -> Read<Option<&'a str>> {
        let word = self.typed(name, Value::as_str)?;
        if let Some(word) = word {
            known(word, &self.path(name), words)?;
        }
        Ok(word)
    }

    /// A list of these words.
    pub(crate) fn words(&self, name: &str, most: usize, words: &[&str]) -> Read<Vec<&'a str>> {
        let found = self.texts(name, most, 0..=usize::MAX)?;
        for word in &found {
            known(word, &self.path(name), words)?;
        }
        Ok(found)
    }

    /// A whole number up to a bound.
    pub(crate) fn number(&self, name: &str, most: usize) -> Read<Option<usize>> {
        let Some(number) = self.typed(name, Value::as_i64)? else {
            return Ok(None);
        };
        let constraint = match usize::try_from(number) {
            Ok(number) if number <= most => return Ok(Some(number)),
            Ok(_) => format!("have value less than or equal to {most}"),
            Err(_) => "have value greater than or equal to 0".to_owned(),
        };
        let value = format!("'{number}'");
        Err(Refusal::constraint(&value, &self.path(name), &constraint))
    }

    pub(crate) fn flag(&self, name: &str) -> Read<Option<bool>> {
        self.typed(name, Value::as_bool)
    }

    /// A time, in ms since the epoch.
    pub(crate) fn time(&self, name: &str) -> Read<Option<i64>> {
        self.typed(name, time::ms)
    }

    pub(crate) fn shape(&self, name: &str) -> Read<Option<Shape<'a>>> {
        self.member(name)
            .map(|value| Shape::at(value, self.path(name)))
            .transpose()
    }
}

/// Lengths count characters: an annotation of 256 letters of any script is accepted.
fn sized(text: &str, path: &str, size: RangeInclusive<usize>) -> Read<()> {
    let length = text.chars().count();
    let constraint = if length < *size.start() {
        format!("have length greater than or equal to {}", size.start())
    } else if length > *size.end() {
        format!("have length less than or equal to {}", size.end())
    } else {
        return Ok(());
    };
    Err(Refusal::constraint(&format!("'{text}'"), path, &constraint))
}

fn known(word: &str, path: &str, words: &[&str]) -> Read<()> {
    if words.contains(&word) {
        return Ok(());
    }
    let constraint = format!("satisfy enum value set: [{}]", words.join(", "));
    Err(Refusal::constraint(&format!("'{word}'"), path, &constraint))
}
