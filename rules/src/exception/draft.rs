//! An exception as somebody wrote it, and what is wrong with it.

use std::fmt;

use jiff::{Span, civil::Date};
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

use super::{Exception, Rules, Scope, Tag};
use crate::{
    catalogue,
    text::{clean, counted, quoted},
};

/// The longest id, in bytes.
const LONGEST_ID: usize = 64;

/// The longest owner and ticket, in characters: a ticket stands before the reason in an annotation.
const LONGEST_NAME: usize = 64;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// An exception as somebody wrote it: nothing of it is checked yet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Draft {
    /// What it is called.
    pub id: Option<String>,
    /// The id of the instance that it is made for.
    #[serde(deserialize_with = "written")]
    pub instance: Option<String>,
    /// The account whose instances it is made for.
    #[serde(deserialize_with = "written")]
    pub account: Option<String>,
    /// The tag, as `key=value`, of the instances that it is made for.
    #[serde(deserialize_with = "written")]
    pub tag: Option<String>,
    /// The rules that it is made for.
    pub rules: Option<RuleNames>,
    /// Why it is made.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it was agreed.
    pub ticket: Option<String>,
    /// The day on which it was made.
    pub created: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<String>,
}

/// A member of the scope that is there: without its value it would make the scope wider.
fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| Some(text.unwrap_or_default()))
}

/// `all`, or names of rules.
#[derive(Clone, Debug)]
pub enum RuleNames {
    /// Every rule.
    All,
    /// These.
    These(Vec<String>),
}

impl<'de> Deserialize<'de> for RuleNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = RuleNames;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`all`, or a list of rules")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RuleNames, E> {
                match text {
                    "all" => Ok(RuleNames::All),
                    one => Err(E::custom(format!(
                        "rules is {}, and can be `all` or a list of rules",
                        quoted(one)
                    ))),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RuleNames, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element()? {
                    names.push(name);
                }
                Ok(RuleNames::These(names))
            }
        }

        deserializer.deserialize_any(Names)
    }
}

impl Draft {
    /// The exception, which may hold for so many days.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line each.
    pub(crate) fn check(self, most_days: u16) -> Result<Exception, Vec<String>> {
        let mut wrong = Vec::new();
        let id = taken(self.id.as_deref().map_or_else(missing_id, id), &mut wrong);
        let scope = taken(self.scope(), &mut wrong);
        let rules = taken(rules(self.rules.as_ref()), &mut wrong);
        let reason = taken(
            text("reason", self.reason.as_deref(), LONGEST_REASON),
            &mut wrong,
        );
        let owner = taken(
            text("owner", self.owner.as_deref(), LONGEST_NAME),
            &mut wrong,
        );
        let ticket = taken(
            text("ticket", self.ticket.as_deref(), LONGEST_NAME),
            &mut wrong,
        );
        let created = taken(self.created(), &mut wrong);
        let expires = taken(self.expires(created, most_days), &mut wrong);
        let whole = || {
            Some(Exception {
                id: id?,
                scope: scope?,
                rules: rules?,
                reason: reason?,
                owner: owner?,
                ticket: ticket?,
                created: created?,
                expires: expires?,
            })
        };
        whole().ok_or(wrong)
    }

    fn scope(&self) -> Result<Scope, String> {
        let scope = Scope {
            instance: parsed("instance", self.instance.as_deref())?,
            account: parsed("account", self.account.as_deref())?,
            tag: self.tag.as_deref().map(tag).transpose()?,
        };
        if scope.instance.is_none() && scope.account.is_none() && scope.tag.is_none() {
            return Err(
                "says nothing of what it is made for: write instance, account or tag".to_owned(),
            );
        }
        Ok(scope)
    }

    fn created(&self) -> Result<Date, String> {
        let written = self.created.as_deref().ok_or_else(|| {
            "has no created, from which the days are counted that it may hold: write the day on which it \
             was agreed, as in `created: 2026-11-24`"
                .to_owned()
        })?;
        date("created", written)
    }

    /// The last day, which may be so many after the one on which it was made, where that is known.
    fn expires(&self, created: Option<Date>, most_days: u16) -> Result<Date, String> {
        let latest = created.map(|created| {
            let last = created.saturating_add(Span::new().days(most_days));
            (created, last)
        });
        let written = self.expires.as_deref().ok_or_else(|| match latest {
            Some((_, last)) => format!("has no expires: write its last day, {last} at the latest"),
            None => "has no expires: write its last day".to_owned(),
        })?;
        let expires = date("expires", written)?;
        match latest {
            Some((created, _)) if expires < created => Err(format!(
                "expires {expires}, before it was created ({created})"
            )),
            Some((created, last)) if expires > last => Err(format!(
                "expires {expires}, more than {} after it was created ({created}): {last} is the latest",
                counted(most_days.into(), "day")
            )),
            _ => Ok(expires),
        }
    }
}

/// What can be used, or another thing that is wrong.
fn taken<T>(checked: Result<T, String>, wrong: &mut Vec<String>) -> Option<T> {
    checked.map_err(|complaint| wrong.push(complaint)).ok()
}

fn missing_id() -> Result<Box<str>, String> {
    Err("has no id: write a short name, as in `id: legacy-web`".to_owned())
}

fn id(written: &str) -> Result<Box<str>, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if written.is_empty() || written.len() > LONGEST_ID || !written.bytes().all(plain) {
        return Err(format!(
            "has the id {}, and an id is 1 to {LONGEST_ID} letters, digits, dots, hyphens and underscores",
            quoted(written)
        ));
    }
    Ok(written.into())
}

fn text(name: &str, written: Option<&str>, most: usize) -> Result<Box<str>, String> {
    let written = written.ok_or_else(|| format!("has no {name}"))?;
    let cleaned = clean(written);
    if cleaned.is_empty() {
        return Err(format!("has an empty {name}"));
    }
    let length = cleaned.chars().count();
    if length > most {
        return Err(format!(
            "has {name} of {length} characters: write at most {most}"
        ));
    }
    Ok(cleaned.into())
}

fn parsed<T: std::str::FromStr<Err: fmt::Display>>(
    name: &str,
    written: Option<&str>,
) -> Result<Option<T>, String> {
    let parsed = written.map(str::parse).transpose();
    parsed.map_err(|bad| format!("has an {name} that is none: {bad}"))
}

fn tag(written: &str) -> Result<Tag, String> {
    match written.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok(Tag {
            key: key.into(),
            value: value.into(),
        }),
        _ => Err(format!(
            "has the tag {}, which is not of the form key=value",
            quoted(written)
        )),
    }
}

fn rules(names: Option<&RuleNames>) -> Result<Rules, String> {
    let names = match names {
        Some(RuleNames::All) => return Ok(Rules::All),
        Some(RuleNames::These(names)) if !names.is_empty() => names,
        _ => {
            return Err(
                "names no rules: write `rules: all`, or a list as in `rules: [modules-are-active]`"
                    .to_owned(),
            );
        }
    };
    let mut ids = Vec::new();
    for name in names {
        let rule = catalogue::named(name)
            .map_err(|unknown| format!("names a rule that is none: {unknown}"))?;
        if rule.of_instances().is_none() {
            let id = rule.id;
            return Err(format!(
                "names the rule {id}, which watches over Deepgrade itself and cannot be excepted"
            ));
        }
        if !ids.contains(&rule.id) {
            ids.push(rule.id);
        }
    }
    Ok(Rules::These(ids))
}

fn date(name: &str, written: &str) -> Result<Date, String> {
    // The parser would take a time of day behind it too.
    let is_a_day = written.len() == "2026-11-24".len();
    let date = is_a_day.then(|| written.parse().ok()).flatten();
    date.ok_or_else(|| {
        format!(
            "has {name} {}, which is no day of the calendar: write it as 2026-11-24",
            quoted(written)
        )
    })
}
