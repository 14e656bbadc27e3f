//! The parameters of a Config rule: an object of strings, written as a string.

use std::{collections::HashSet, fmt};

use rules::text::quoted;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

use super::BadEvent;
use crate::event::json;

const NAME: &str = "ruleParameters";

/// The parameters of a Config rule, each once.
#[derive(Default)]
pub(super) struct Parameters(pub(super) Vec<(String, String)>);

/// Reads the text of the parameters; Config leaves it out, or empty, where there are none.
pub(super) fn read(text: Option<&str>) -> Result<Parameters, BadEvent> {
    match text {
        None | Some("") => Ok(Parameters::default()),
        Some(text) => {
            let _: IgnoredAny = json::parse(NAME, text.as_bytes())?;
            let refuse = |error| BadEvent::new(format!("{NAME} must be an object: {error}"));
            serde_json::from_str(text).map_err(refuse)
        }
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Strings)
    }
}

struct Strings;

impl<'de> Visitor<'de> for Strings {
    type Value = Parameters;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Parameters, A::Error> {
        let mut names = HashSet::new();
        let mut parameters = Vec::new();
        while let Some((name, value)) = object.next_entry::<String, String>()? {
            if !names.insert(name.clone()) {
                let complaint = format!("{} occurs twice", quoted(&name));
                return Err(A::Error::custom(complaint));
            }
            parameters.push((name, value));
        }
        Ok(Parameters(parameters))
    }
}
