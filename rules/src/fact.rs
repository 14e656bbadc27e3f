//! A fact as its source reported it: known, reported in words that we do not know, or missing.

use std::{borrow::Cow, fmt, marker::PhantomData};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap as _,
};

use crate::{
    gap::{self, Gap},
    text::quoted,
};

/// A fact as its source reported it. What was not understood stays with the fact and never
/// becomes a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fact<T> {
    /// Reported and understood.
    Known(T),
    /// Reported as something that this version does not know; the report itself.
    Unrecognised(Box<str>),
    /// Not reported.
    #[default]
    Missing,
}

/// The member under which a report that was not understood is written down.
pub(crate) const UNRECOGNISED: &str = "unrecognised";

/// What a source may report as a string or a number.
pub trait Readable: Sized {
    /// Reads a string.
    fn read_text(text: &str) -> Fact<Self>;
    /// Reads a whole number.
    fn read_number(number: i64) -> Fact<Self> {
        Fact::Unrecognised(number.to_string().into())
    }
    /// The form that [`Readable::read_text`] reads back.
    fn written(&self) -> Cow<'static, str>;
}

impl<T: Clone> Fact<T> {
    /// The fact, or the gap that stands in its place. `name` says which fact, for the reader.
    ///
    /// # Errors
    /// A standing gap when the fact is missing or was not understood.
    pub fn get(&self, name: impl fmt::Display) -> Result<T, Gap> {
        self.get_if_reported(&name)?
            .ok_or_else(|| Gap::standing(&gap::NOT_REPORTED, format!("{name} is not reported")))
    }

    /// The fact where the source leaves out what is unset: `None` means unset.
    ///
    /// # Errors
    /// A standing gap when the fact was not understood.
    pub fn get_if_reported(&self, name: impl fmt::Display) -> Result<Option<T>, Gap> {
        match self {
            Self::Known(value) => Ok(Some(value.clone())),
            Self::Missing => Ok(None),
            Self::Unrecognised(report) => Err(Gap::standing(
                &gap::UNRECOGNISED,
                format!(
                    "{name} is reported as {}, which Deepgrade does not know",
                    quoted(report)
                ),
            )),
        }
    }

    /// Whether the source reported nothing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<T: Readable> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => serializer.serialize_str(&value.written()),
            Self::Unrecognised(report) => {
                // Apart from a text, so that it is not understood by accident when it is read.
                let mut tagged = serializer.serialize_map(Some(1))?;
                tagged.serialize_entry(UNRECOGNISED, report)?;
                tagged.end()
            }
            Self::Missing => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Readable> Deserialize<'de> for Fact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactVisitor(PhantomData))
    }
}

struct FactVisitor<T>(PhantomData<T>);

impl<'de, T: Readable> Visitor<'de> for FactVisitor<T> {
    type Value = Fact<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Fact<T>, E> {
        Ok(T::read_text(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Fact<T>, E> {
        Ok(T::read_number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Fact<T>, E> {
        Ok(i64::try_from(number).map_or_else(
            |_| Fact::Unrecognised(number.to_string().into()),
            T::read_number,
        ))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Fact<T>, E> {
        Ok(Fact::Unrecognised(number.to_string().into()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Fact<T>, E> {
        Ok(T::read_text(if value { "true" } else { "false" }))
    }

    fn visit_unit<E>(self) -> Result<Fact<T>, E> {
        Ok(Fact::Missing)
    }

    fn visit_none<E>(self) -> Result<Fact<T>, E> {
        Ok(Fact::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fact<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Fact::Unrecognised("a list".into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Fact<T>, A::Error> {
        let mut report: Box<str> = "an object".into();
        while let Some(name) = object.next_key::<Cow<'_, str>>()? {
            if name == UNRECOGNISED {
                report = object.next_value::<Cow<'_, str>>()?.into();
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Fact::Unrecognised(report))
    }
}

/// The first second of the year 2100: a later time is an error of its source.
const LATEST: i64 = 4_102_444_800_000;

/// A time: milliseconds since 1970 as the Manager writes it (also as a numeric string), or
/// RFC 3339 as AWS does. Zero and less mean unset.
impl Readable for Timestamp {
    fn read_text(text: &str) -> Fact<Self> {
        if let Ok(milliseconds) = text.parse::<i64>() {
            return Self::read_number(milliseconds);
        }
        match text.parse::<Self>() {
            Ok(time) if time.as_millisecond() < LATEST => Fact::Known(time),
            _ if text.is_empty() => Fact::Missing,
            _ => Fact::Unrecognised(text.into()),
        }
    }

    fn read_number(milliseconds: i64) -> Fact<Self> {
        if milliseconds <= 0 {
            return Fact::Missing;
        }
        match Self::from_millisecond(milliseconds) {
            Ok(time) if milliseconds < LATEST => Fact::Known(time),
            _ => Fact::Unrecognised(milliseconds.to_string().into()),
        }
    }

    fn written(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

/// Declares an enum whose values are the words that a source uses, and reads them exactly:
/// a longer text that contains a word is not that word.
macro_rules! words {
    ($(#[$of_enum:meta])* $name:ident { $($(#[$of_value:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$of_enum])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$of_value])* #[serde(rename = $word)] $value),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The source's own word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl $crate::fact::Readable for $name {
            fn read_text(text: &str) -> $crate::fact::Fact<Self> {
                match text {
                    $($word => $crate::fact::Fact::Known(Self::$value),)+
                    _ => $crate::fact::Fact::Unrecognised(text.into()),
                }
            }

            fn written(&self) -> std::borrow::Cow<'static, str> {
                self.word().into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;
