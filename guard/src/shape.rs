//! What a document looks like: which facts there are, and of which kind each is.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use crate::path::Path;

/// What a document, or a part of it, looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object with these members, any of which may be absent.
    Object(BTreeMap<String, Shape>),
    /// A list.
    List {
        /// What its elements look like.
        items: Box<Shape>,
        /// How many there are at most.
        most: u64,
    },
    /// A text: one of some words, or any where there are none.
    Text(Vec<String>),
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
}

/// A schema that is not made of what a [`Shape`] can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadShape(String);

impl fmt::Display for BadShape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the schema of the facts: {}", self.0)
    }
}

impl std::error::Error for BadShape {}

/// How deep a schema may go: one that refers to itself has no end.
const DEPTH: usize = 16;

impl Shape {
    /// The shape that a JSON Schema describes: objects, lists with `maxItems`, texts with or
    /// without `enum`, whole numbers, and booleans.
    ///
    /// # Errors
    /// When the schema says something else.
    pub fn of_schema(schema: &Value) -> Result<Self, BadShape> {
        Self::of(schema, schema, DEPTH)
    }

    fn of(schema: &Value, whole: &Value, depth: usize) -> Result<Self, BadShape> {
        let bad = |what: &str| Err(BadShape(what.to_owned()));
        let Some(depth) = depth.checked_sub(1) else {
            return bad("it has no end");
        };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#');
            let target = target.and_then(|pointer| whole.pointer(pointer));
            return match target {
                Some(target) => Self::of(target, whole, depth),
                None => bad("a reference leads nowhere"),
            };
        }
        if let Some(either) = schema.get("anyOf").and_then(Value::as_array) {
            // What may be absent.
            let known = |one: &&Value| one.get("type") != Some(&Value::from("null"));
            let mut known = either.iter().filter(known);
            return match (known.next(), known.next()) {
                (Some(one), None) => Self::of(one, whole, depth),
                _ => bad("a fact has several kinds"),
            };
        }
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                let mut kinds = kinds.iter().filter_map(Value::as_str);
                kinds.find(|kind| *kind != "null").unwrap_or_default()
            }
            _ => "",
        };
        match kind {
            "object" => {
                let members = schema.get("properties").and_then(Value::as_object);
                let members = members.into_iter().flatten();
                let members = members.map(|(name, member)| {
                    Self::of(member, whole, depth).map(|shape| (name.clone(), shape))
                });
                members.collect::<Result<_, _>>().map(Self::Object)
            }
            "array" => {
                let most = schema.get("maxItems").and_then(Value::as_u64);
                match (schema.get("items"), most) {
                    (Some(items), Some(most)) => Ok(Self::List {
                        items: Box::new(Self::of(items, whole, depth)?),
                        most,
                    }),
                    _ => bad("a list has no end"),
                }
            }
            "string" => {
                let words = schema.get("enum").and_then(Value::as_array);
                let words = words.into_iter().flatten().filter_map(Value::as_str);
                Ok(Self::Text(words.map(str::to_owned).collect()))
            }
            "integer" => Ok(Self::Number),
            "boolean" => Ok(Self::Flag),
            _ => bad("a fact has no kind"),
        }
    }

    /// Refuses the path of a fact that no document has.
    ///
    /// # Errors
    /// Which fact there is none of, with the nearest that there is.
    pub(crate) fn check_path(&self, path: &Path) -> Result<(), String> {
        let (mut shape, mut so_far) = (self, Path::default());
        for step in path.steps() {
            so_far = match step {
                Some(name) => so_far.member(&plain(name)),
                None => so_far.every(),
            };
            let (inside, near) = match (step, shape) {
                (Some(name), Self::Object(members)) => match members.get(name) {
                    Some(member) => (Some(member), String::new()),
                    None => (None, nearest(name, members.keys().map(String::as_str))),
                },
                (None, Self::List { items, .. }) => (Some(&**items), String::new()),
                _ => (None, String::new()),
            };
            shape = inside.ok_or_else(|| format!("there is no fact `{so_far}`{near}"))?;
        }
        Ok(())
    }

    /// Refuses a document that does not look like this.
    ///
    /// # Errors
    /// What is wrong, in a clause that begins with where.
    pub(crate) fn check(&self, document: &Value, path: &str) -> Result<(), String> {
        let inside = |name: &str| match path {
            "" => name.to_owned(),
            _ => format!("{path}.{name}"),
        };
        let wanted = match (self, document) {
            (Self::Object(members), Value::Object(given)) => {
                for (name, value) in given {
                    let member = members.get(name).ok_or_else(|| {
                        let names = members.keys().map(String::as_str);
                        let near = nearest(name, names);
                        format!("there is no fact `{}`{near}", inside(&plain(name)))
                    })?;
                    member.check(value, &inside(name))?;
                }
                return Ok(());
            }
            (Self::List { items, most }, Value::Array(given)) => {
                if given.len() as u64 > *most {
                    return Err(format!("{path} has more than {most} elements"));
                }
                let mut given = given.iter();
                return given.try_for_each(|item| items.check(item, &format!("{path}[*]")));
            }
            (Self::Text(words), Value::String(text)) => {
                if words.is_empty() || words.contains(text) {
                    return Ok(());
                }
                let near = nearest(text, words.iter().map(String::as_str));
                return Err(format!("{path} is never `{}`{near}", plain(text)));
            }
            (Self::Number, Value::Number(number)) if number.as_i64().is_some() => return Ok(()),
            (Self::Flag, Value::Bool(_)) => return Ok(()),
            (Self::Object(_), _) => "an object",
            (Self::List { .. }, _) => "a list",
            (Self::Text(_), _) => "a text",
            (Self::Number, _) => "a whole number of at most 63 bits",
            (Self::Flag, _) => "true or false",
        };
        let path = if path.is_empty() {
            "the document"
        } else {
            path
        };
        Err(format!("{path} is not {wanted}"))
    }
}

/// What texts may say together.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<String>,
    is_any: bool,
}

impl Words {
    pub(crate) fn add(&mut self, shape: &Shape) {
        match shape {
            Shape::Text(words) if !words.is_empty() => self.words.extend_from_slice(words),
            _ => self.is_any = true,
        }
    }

    /// Each word, changed; none where they may say anything.
    pub(crate) fn map(self, change: impl Fn(&str) -> String) -> Vec<String> {
        let words = if self.is_any { Vec::new() } else { self.words };
        words.iter().map(|word| change(word)).collect()
    }
}

/// A name that somebody wrote, so that a line can show it.
pub(crate) fn plain(name: &str) -> String {
    let shown = name.chars().take(64);
    let shown = shown.map(|character| match character {
        ' '..='~' if character != '`' => character,
        _ => '?',
    });
    shown.collect()
}

/// What to say of the candidate that resembles a word most, if one does.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    const RESEMBLANCE: f64 = 0.7;
    let word = word.to_lowercase();
    let candidates = candidates.into_iter().map(|candidate| {
        let resemblance = strsim::jaro_winkler(&word, &candidate.to_lowercase());
        (resemblance, candidate)
    });
    let near = candidates
        .filter(|(resemblance, _)| *resemblance >= RESEMBLANCE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right));
    near.map(|(_, near)| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}
