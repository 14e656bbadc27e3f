//! A JSON object where one is expected, or whatever stands in its place.

use std::{fmt, marker::PhantomData};

use rules::{
    fact::{Fact, Readable},
    module::EngineMode,
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::raw::{Raw, cut};

/// A part of the answer that should be an object.
#[derive(Debug, Default)]
pub(super) enum Object<T> {
    /// Absent, or null.
    #[default]
    Missing,
    /// An object.
    Known(T),
    /// Something else, as it was reported.
    Other(Box<str>),
}

impl<T> Object<T> {
    /// A fact in the object. When there is no object, this is what is known of the fact.
    pub(super) fn fact<F: Readable>(&self, read: impl FnOnce(&T) -> Fact<F>) -> Fact<F> {
        match self {
            Self::Missing => Fact::Missing,
            Self::Known(object) => read(object),
            Self::Other(report) => Fact::Unrecognised(report.clone()),
        }
    }

    /// The object, where nothing depends on it.
    pub(super) fn if_any(&self) -> Option<&T> {
        match self {
            Self::Known(object) => Some(object),
            Self::Missing | Self::Other(_) => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object::Known)
    }

    fn visit_unit<E>(self) -> Result<Object<T>, E> {
        Ok(Object::Missing)
    }

    fn visit_str<E>(self, text: &str) -> Result<Object<T>, E> {
        Ok(Object::Other(cut(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Object<T>, E> {
        Ok(Object::Other(value.to_string().into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Object<T>, E> {
        Ok(Object::Other(number.to_string().into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Object<T>, E> {
        Ok(Object::Other(number.to_string().into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Object<T>, E> {
        Ok(Object::Other(number.to_string().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::Other("a list".into()))
    }
}

/// The settings of a computer or a policy (of 219) that matter. Each is an object with its value.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings<'a> {
    #[serde(borrow, rename = "firewallSettingNetworkEngineMode")]
    engine_mode: Object<Setting<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Setting<'a> {
    #[serde(borrow)]
    value: Raw<'a>,
}

/// The engine mode, whatever its capitals: display words of settings are not spelled uniformly.
pub(super) fn engine_mode(settings: &Object<Settings<'_>>) -> Fact<EngineMode> {
    settings.fact(|settings| {
        settings.engine_mode.fact(|setting| {
            let reported = setting.value.fact();
            let report = match &reported {
                Fact::Known(_) => return reported,
                // Inherited is a setting that is left out, not one without a value.
                Fact::Missing => return Fact::Unrecognised("a setting without a value".into()),
                Fact::Unrecognised(report) => report,
            };
            let mut modes = EngineMode::ALL.iter();
            let meant = modes.find(|mode| mode.word().eq_ignore_ascii_case(report));
            meant.map_or(reported, |mode| Fact::Known(*mode))
        })
    })
}
