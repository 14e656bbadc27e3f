//! A policy document, read (IAM user guide, "Grammar of the IAM JSON policy language").

use std::fmt;

use rules::text::quoted;

use super::{
    condition::{self, Condition},
    json::{self, Json},
    pattern::{Pattern, Syntax},
    percent,
    principal::Principals,
};

/// The longest document that is read, in bytes. AWS takes at most 131,072 characters (IAM API
/// reference, `PutRolePolicy`).
const LIMIT: usize = 524_288;

/// A policy document.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) statements: Vec<Statement>,
}

/// A statement of a document.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// What the statement calls itself. Foreign text.
    pub(super) id: Option<Box<str>>,
    pub(super) allows: bool,
    /// Whom it is about; `None` where it does not say.
    pub(super) principals: Option<Selection<Principals>>,
    pub(super) actions: Selection<Vec<Pattern>>,
    pub(super) resources: Selection<Vec<Pattern>>,
    pub(super) conditions: Vec<Condition>,
    /// An element that this version does not know, and that may narrow the statement down.
    pub(super) unrecognised: Option<Box<str>>,
}

/// What an element selects.
#[derive(Clone, Debug)]
pub(super) enum Selection<T> {
    /// What it names: `Action`, `Resource`, `Principal`.
    Only(T),
    /// All else: `NotAction`, `NotResource`, `NotPrincipal`.
    AllBut(T),
}

/// Why a document could not be read, in a clause about "it".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(Box<str>);

impl Unreadable {
    /// A document that was not obtained, for this reason.
    #[must_use]
    pub fn new(reason: impl Into<Box<str>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Document {
    /// Reads a document, as Amazon S3 gives the policies of buckets.
    ///
    /// # Errors
    /// When it is not a policy document, in a clause about "it".
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        Self::read(text).map_err(Unreadable::new)
    }

    /// Reads a document as IAM gives those of roles: percent-encoded (IAM API reference,
    /// `PolicyDetail`). One that is not encoded is read as it is, since some tools decode it.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_encoded(text: &str) -> Result<Self, Unreadable> {
        if text.trim_start().starts_with('{') {
            return Self::parse(text);
        }
        if text.len() > LIMIT.saturating_mul(3) {
            return Err(too_long(text));
        }
        match percent::decoded(text) {
            Some(text) => Self::parse(&text),
            None => Err(Unreadable::new("it is not percent-encoded as IAM does it")),
        }
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.len() > LIMIT {
            return Err(too_long(text).to_string());
        }
        let Json::Object(members) = json::read(text)? else {
            return Err("it is not an object".to_owned());
        };
        let mut variables = false;
        let mut statements = None;
        for (name, value) in members {
            match name.as_str() {
                "Version" => variables = has_variables(&value)?,
                "Statement" => statements = Some(value),
                // `Id` and whatever else does not change what the statements say.
                _ => {}
            }
        }
        let statements = match statements {
            Some(Json::List(statements)) => statements,
            Some(statement @ Json::Object(_)) => vec![statement],
            Some(_) => return Err("its Statement is neither an object nor a list".to_owned()),
            None => return Err("it has no Statement".to_owned()),
        };
        let read = |(index, value)| {
            let complaint = |said| format!("its statement {} {said}", index + 1);
            statement(value, variables).map_err(complaint)
        };
        let statements: Result<_, _> = statements.into_iter().enumerate().map(read).collect();
        Ok(Self {
            statements: statements?,
        })
    }
}

fn too_long(text: &str) -> Unreadable {
    Unreadable::new(format!("it is too long ({} bytes)", text.len()))
}

/// Whether the version knows policy variables (IAM user guide, "IAM JSON policy elements:
/// Version").
fn has_variables(version: &Json) -> Result<bool, String> {
    match version {
        Json::Text(version) if version == "2012-10-17" => Ok(true),
        Json::Text(version) if version == "2008-10-17" => Ok(false),
        Json::Text(version) => Err(format!("its Version {} is none", quoted(version))),
        _ => Err("its Version is not a text".to_owned()),
    }
}

fn statement(value: Json, variables: bool) -> Result<Statement, String> {
    let Json::Object(members) = value else {
        return Err("is not an object".to_owned());
    };
    let actions = Syntax {
        wildcards: true,
        variables: false,
        folded: true,
    };
    let resources = Syntax {
        wildcards: true,
        variables,
        folded: false,
    };
    let mut allows = None;
    let mut selected = Selected::default();
    let (mut id, mut unrecognised, mut conditions) = (None, None, Vec::new());
    for (name, value) in members {
        match name.as_str() {
            "Sid" => {
                id = match value {
                    Json::Text(id) if !id.is_empty() => Some(id.into()),
                    _ => None,
                }
            }
            "Effect" => {
                allows = match value {
                    Json::Text(effect) if effect == "Allow" => Some(true),
                    Json::Text(effect) if effect == "Deny" => Some(false),
                    _ => return Err("has an Effect that is neither Allow nor Deny".to_owned()),
                }
            }
            "Principal" => set(
                &mut selected.principals,
                Principals::read(value)?,
                Selection::Only,
            )?,
            "NotPrincipal" => {
                set(
                    &mut selected.principals,
                    Principals::read(value)?,
                    Selection::AllBut,
                )?;
            }
            "Action" => set(
                &mut selected.actions,
                patterns(&name, value, actions)?,
                Selection::Only,
            )?,
            "NotAction" => {
                set(
                    &mut selected.actions,
                    patterns(&name, value, actions)?,
                    Selection::AllBut,
                )?;
            }
            "Resource" => {
                set(
                    &mut selected.resources,
                    patterns(&name, value, resources)?,
                    Selection::Only,
                )?;
            }
            "NotResource" => {
                set(
                    &mut selected.resources,
                    patterns(&name, value, resources)?,
                    Selection::AllBut,
                )?;
            }
            "Condition" => conditions = condition::read(value, variables)?,
            _ => unrecognised = Some(name.into()),
        }
    }
    Ok(Statement {
        id,
        allows: allows.ok_or("has no Effect")?,
        principals: selected.principals,
        actions: selected.actions.ok_or("has no Action")?,
        resources: selected.resources.ok_or("has no Resource")?,
        conditions,
        unrecognised,
    })
}

/// What a statement selects, as far as it is read.
#[derive(Default)]
struct Selected {
    principals: Option<Selection<Principals>>,
    actions: Option<Selection<Vec<Pattern>>>,
    resources: Option<Selection<Vec<Pattern>>>,
}

fn set<T>(
    place: &mut Option<Selection<T>>,
    value: T,
    selection: impl Fn(T) -> Selection<T>,
) -> Result<(), &'static str> {
    if place.is_some() {
        return Err("says both what it is about and what it is not about");
    }
    *place = Some(selection(value));
    Ok(())
}

fn patterns(element: &str, value: Json, syntax: Syntax) -> Result<Vec<Pattern>, String> {
    let texts = texts(value).ok_or_else(|| format!("has {element} that is no list of texts"))?;
    let patterns = texts.iter().map(|text| Pattern::new(text, syntax));
    Ok(patterns.collect())
}

/// A text, or a list of texts.
pub(super) fn texts(value: Json) -> Option<Vec<String>> {
    match value {
        Json::Text(text) => Some(vec![text]),
        Json::List(items) => {
            let text = |item| match item {
                Json::Text(text) => Some(text),
                _ => None,
            };
            items.into_iter().map(text).collect()
        }
        _ => None,
    }
}
