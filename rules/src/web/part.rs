//! A part of a picture: what was read, or why it was not.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqAccessDeserializer},
    },
};

use crate::{
    fact::UNRECOGNISED,
    gap::{self, Gap},
    text::quoted,
};

/// A part of a picture. It is written as what was read (a list, a string or a number), or as an
/// object that says why it was not: `{"unread": "throttled", "retryable": true}`. There is no
/// default, so that a part which is left out is refused and never taken for an empty one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<T> {
    /// What was read.
    Read(T),
    /// Why it was not read.
    Unread(Unread),
}

/// Why a part was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// The source's words. Foreign text.
    pub unread: Box<str>,
    /// Whether the next attempt may read it.
    pub retryable: bool,
}

impl<T> Part<T> {
    /// What was read, or the gap in its place. `name` says which part, for the reader.
    ///
    /// # Errors
    /// The gap when it was not read.
    pub fn get(&self, name: impl fmt::Display) -> Result<&T, Gap> {
        let Unread { unread, retryable } = match self {
            Self::Read(part) => return Ok(part),
            Self::Unread(unread) => unread,
        };
        let text = format!("{name} could not be read: {}", quoted(unread));
        Err(if *retryable {
            Gap::retryable(&gap::WEB_PART_UNREAD, text)
        } else {
            Gap::standing(&gap::WEB_PART_UNREAD, text)
        })
    }

    /// What was read, where it was.
    pub(super) fn read(&self) -> Option<&T> {
        match self {
            Self::Read(part) => Some(part),
            Self::Unread(_) => None,
        }
    }
}

impl<T> Part<Vec<T>> {
    /// The elements of a list, or none of one that was not read: for indexes only, which keep
    /// beside them that it was not.
    pub(super) fn listed(&self) -> &[T] {
        self.read().map_or(&[], Vec::as_slice)
    }
}

impl<T: Serialize> Serialize for Part<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Read(part) => part.serialize(serializer),
            Self::Unread(unread) => unread.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor(PhantomData))
    }
}

/// What an object in place of a part says: why it was not read, or that it was read and not
/// understood, which a [`Fact`](crate::fact::Fact) writes down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagged {
    unread: Option<Box<str>>,
    retryable: Option<bool>,
    unrecognised: Option<Box<str>>,
}

struct PartVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PartVisitor<T> {
    type Value = Part<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("what was read, or an object that says in `unread` why it was not")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Part<T>, E> {
        T::deserialize(text.into_deserializer()).map(Part::Read)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Part<T>, E> {
        T::deserialize(number.into_deserializer()).map(Part::Read)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Part<T>, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(list)).map(Part::Read)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Part<T>, A::Error> {
        let tagged = Tagged::deserialize(MapAccessDeserializer::new(object))?;
        if let Some(unrecognised) = tagged.unrecognised {
            let entry = [(UNRECOGNISED, unrecognised.into_string())];
            return T::deserialize(MapDeserializer::new(entry.into_iter())).map(Part::Read);
        }
        Ok(Part::Unread(Unread {
            unread: tagged
                .unread
                .ok_or_else(|| A::Error::missing_field("unread"))?,
            retryable: tagged
                .retryable
                .ok_or_else(|| A::Error::missing_field("retryable"))?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_no_empty_list() {
        let read: Part<Vec<u16>> = serde_json::from_str("[]").unwrap();
        assert_eq!(read.get("the ports").unwrap(), &Vec::<u16>::new());
        let text = r#"{"unread":"throttled","retryable":true}"#;
        let unread: Part<Vec<u16>> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&unread).unwrap(), text);
        let gap = unread.get("the ports").unwrap_err();
        assert_eq!(
            gap.reason().text(),
            "the ports could not be read: \"throttled\""
        );
        for text in ["null", "{}", r#"{"unread":"throttled"}"#] {
            assert!(serde_json::from_str::<Part<Vec<u16>>>(text).is_err());
        }
    }
}
