//! What comes in lists: computers, policies and IPS rules.

use std::{fmt, marker::PhantomData};

use rules::text::quoted;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::object::Object;

/// A domain type that is read from an element of a list.
pub(crate) trait Item: Sized {
    /// The element as the Manager writes it.
    type Wire<'a>: Deserialize<'a>;
    /// The name of the list.
    const LIST: &'static str;
    /// What one element is called in a message.
    const NOUN: &'static str;

    /// The id in the Manager.
    fn id(&self) -> u64;

    /// What the element means, or why it is not usable.
    fn read(wire: Self::Wire<'_>) -> Result<Self, &'static str>;
}

/// The list in an answer. `expected` says how many elements there may be.
pub(crate) fn list<T: Item>(json: &[u8], expected: usize) -> serde_json::Result<Vec<T>> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let list = deserializer.deserialize_map(Answer {
        expected,
        item: PhantomData,
    })?;
    deserializer.end()?;
    Ok(list)
}

/// The element that is an answer of its own.
pub(crate) fn object<T: Item>(json: &[u8]) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let element = element(&mut deserializer)?;
    deserializer.end()?;
    Ok(element)
}

/// An element of a longer list.
pub(crate) fn element<'de, T: Item, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    item(Object::deserialize(deserializer)?)
        .map_err(|complaint| D::Error::custom(format!("the {}: {complaint}", T::NOUN)))
}

fn item<T: Item>(wire: Object<T::Wire<'_>>) -> Result<T, &'static str> {
    match wire {
        Object::Known(wire) => T::read(wire),
        Object::Missing | Object::Other(_) => Err("it is not an object"),
    }
}

struct Answer<T> {
    expected: usize,
    item: PhantomData<T>,
}

impl<'de, T: Item> Visitor<'de> for Answer<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with the list {}", quoted(T::LIST))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut answer: A) -> Result<Vec<T>, A::Error> {
        let mut list = None;
        while let Some(name) = answer.next_key::<std::borrow::Cow<'_, str>>()? {
            if name == T::LIST {
                let elements = Elements {
                    expected: self.expected,
                    item: PhantomData,
                };
                list = Some(answer.next_value_seed(elements)?);
            } else {
                answer.next_value::<IgnoredAny>()?;
            }
        }
        list.ok_or_else(|| A::Error::custom(format!("it has no list {}", quoted(T::LIST))))
    }
}

struct Elements<T> {
    expected: usize,
    item: PhantomData<T>,
}

impl<'de, T: Item> DeserializeSeed<'de> for Elements<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Item> Visitor<'de> for Elements<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of {} objects", T::NOUN)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(wire) = elements.next_element::<Object<T::Wire<'de>>>()? {
            let place = list.len() + 1;
            if place > self.expected {
                return Err(A::Error::custom(format!(
                    "the list holds more than the {} elements asked for",
                    self.expected
                )));
            }
            list.push(item(wire).map_err(|complaint| {
                A::Error::custom(format!("{} {place} of the list: {complaint}", T::NOUN))
            })?);
        }
        Ok(list)
    }
}
