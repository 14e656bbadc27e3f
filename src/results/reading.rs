//! Reads the JSON document of results, row by row: a large fleet's is larger than what is held of it.

use std::{borrow::Cow, fmt, io::Read};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer as _,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
    },
};

use super::{
    Builder, Details, InventorySource, Results, VERSION, WebSource,
    contradiction::{self, Claim},
};
use crate::{
    json_error,
    report::{Counts, Row, Word, harmless},
};

/// Reads a document. What its version added to it later, or a later one adds, is passed over.
///
/// # Errors
/// What is wrong with it, without its name.
pub fn read(source: impl Read) -> Result<Results, String> {
    let mut json = serde_json::Deserializer::from_reader(source);
    let (mut results, claims) = json
        .deserialize_map(Document)
        .map_err(|error| json_error::in_words(&error))?;
    json.end().map_err(|error| json_error::in_words(&error))?;
    if let Some(contradiction) = contradiction::find(&results) {
        return Err(contradiction);
    }
    results.doubt = contradiction::miscounted(&results, &claims);
    Ok(results)
}

struct Document;

impl<'de> Visitor<'de> for Document {
    type Value = (Results, Vec<Claim>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the result of `deepgrade evaluate --output json`")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut builder = Builder::default();
        let (mut version, mut as_of, mut has_verdicts) = (None, None, false);
        let mut inventories: Vec<InventorySource> = Vec::new();
        let mut web_edges: Vec<WebSource> = Vec::new();
        let mut details = Details::default();
        let mut claims: Vec<Claim> = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match &*key {
                "schemaVersion" => version = Some(map.next_value::<String>()?),
                "asOf" => as_of = Some(map.next_value::<Timestamp>()?),
                "inventories" => inventories = cleaned(&mut map)?,
                "webEdges" => web_edges = cleaned(&mut map)?,
                "details" => details = cleaned(&mut map)?,
                "summary" => {
                    let summary: Summary = cleaned(&mut map)?;
                    for RuleSummary {
                        rule,
                        severity,
                        counts,
                    } in summary.rules
                    {
                        builder.add_rule(&rule, &severity);
                        claims.extend(counts.map(|counts| Claim { rule, counts }));
                    }
                }
                "verdicts" => {
                    map.next_value_seed(Verdicts(&mut builder))?;
                    has_verdicts = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match version.as_deref() {
            Some(VERSION) => {}
            Some(other) => {
                let other = rules::text::quoted(other);
                let line =
                    format!("is of schema version {other}, and this Deepgrade reads {VERSION}");
                return Err(M::Error::custom(line));
            }
            None => {
                return Err(M::Error::custom(
                    "is not a result of `deepgrade evaluate --output json`: it has no schemaVersion",
                ));
            }
        }
        let as_of = as_of.ok_or_else(|| M::Error::missing_field("asOf"))?;
        if !has_verdicts {
            return Err(M::Error::missing_field("verdicts"));
        }
        let results = builder.build(as_of, inventories, web_edges, details);
        Ok((results, claims))
    }
}

/// Reads a value of which every text is made harmless: the document may come from anywhere.
fn cleaned<'de, M: MapAccess<'de>, T: DeserializeOwned>(map: &mut M) -> Result<T, M::Error> {
    let value = harmless(map.next_value()?);
    serde_json::from_value(value).map_err(M::Error::custom)
}

/// What of the summary the verdicts do not say again.
#[derive(Deserialize)]
struct Summary {
    rules: Vec<RuleSummary>,
}

#[derive(Deserialize)]
struct RuleSummary {
    rule: String,
    severity: String,
    counts: Option<Counts>,
}

struct Verdicts<'a>(&'a mut Builder);

impl<'de> DeserializeSeed<'de> for Verdicts<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Verdicts<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of verdicts")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut rows: S) -> Result<(), S::Error> {
        // One row is read into the same memory after the other.
        let mut read = ReadRow::default();
        while rows.next_element_seed(Into(&mut read))?.is_some() {
            let word = read
                .verdict
                .ok_or_else(|| S::Error::missing_field("verdict"))?;
            if read.instance.is_empty() || read.rule.is_empty() {
                return Err(S::Error::custom("a verdict without `instance` or `rule`"));
            }
            let row = Row {
                instance: &read.instance,
                account: given(&read.account),
                region: given(&read.region),
                name: given(&read.name),
                computer: given(&read.computer).map(Cow::Borrowed),
                computer_id: read.computer_id,
                manager: given(&read.manager).map(Cow::Borrowed),
                rule: &read.rule,
                severity: &read.severity,
                verdict: word,
                code: &read.code,
                reason: &read.reason,
                retryable: read.retryable,
                exception: given(&read.exception),
            };
            self.0.add(&row).map_err(S::Error::custom)?;
        }
        Ok(())
    }
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Default)]
struct ReadRow {
    instance: String,
    account: String,
    region: String,
    name: String,
    computer: String,
    computer_id: Option<u64>,
    manager: String,
    rule: String,
    severity: String,
    verdict: Option<Word>,
    code: String,
    reason: String,
    retryable: Option<bool>,
    exception: String,
}

/// The names of what is read of a row.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Instance,
    Account,
    Region,
    Name,
    Computer,
    ComputerId,
    Manager,
    Rule,
    Severity,
    Verdict,
    Code,
    Reason,
    Retryable,
    Exception,
    #[serde(other)]
    Later,
}

/// Reads a row into memory that is there.
struct Into<'a>(&'a mut ReadRow);

impl<'de> DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Into<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a verdict")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let row = self.0;
        let texts = [
            &mut row.instance,
            &mut row.account,
            &mut row.region,
            &mut row.name,
            &mut row.computer,
            &mut row.manager,
            &mut row.rule,
            &mut row.severity,
            &mut row.code,
            &mut row.reason,
            &mut row.exception,
        ];
        for text in texts {
            text.clear();
        }
        (row.computer_id, row.verdict, row.retryable) = (None, None, None);
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Instance => map.next_value_seed(Text(&mut row.instance))?,
                Field::Account => map.next_value_seed(Text(&mut row.account))?,
                Field::Region => map.next_value_seed(Text(&mut row.region))?,
                Field::Name => map.next_value_seed(Text(&mut row.name))?,
                Field::Computer => map.next_value_seed(Text(&mut row.computer))?,
                Field::ComputerId => row.computer_id = map.next_value()?,
                Field::Manager => map.next_value_seed(Text(&mut row.manager))?,
                Field::Rule => map.next_value_seed(Text(&mut row.rule))?,
                Field::Severity => map.next_value_seed(Text(&mut row.severity))?,
                Field::Verdict => row.verdict = Some(map.next_value()?),
                Field::Code => map.next_value_seed(Text(&mut row.code))?,
                Field::Reason => map.next_value_seed(Text(&mut row.reason))?,
                Field::Retryable => row.retryable = map.next_value()?,
                Field::Exception => map.next_value_seed(Text(&mut row.exception))?,
                Field::Later => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a text, or nothing, into memory that is there.
struct Text<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        // The document may come from anywhere.
        if text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        {
            self.0.push_str(text);
        } else {
            self.0.push_str(&rules::text::clean(text));
        }
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}
