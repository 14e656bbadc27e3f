//! An exception: somebody answers for it that what a rule requires does not hold somewhere, for a
//! reason and until a day.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    instance::{AccountId, Instance, InstanceId},
    text::listed,
};

mod draft;

pub use draft::{Draft, RuleNames};

/// How many rules a text names before it counts the rest.
const NAMED: usize = 4;

/// An exception that may be used: whoever holds one need not check it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    id: Box<str>,
    scope: Scope,
    rules: Rules,
    reason: Box<str>,
    owner: Box<str>,
    ticket: Box<str>,
    created: Date,
    expires: Date,
}

/// What an exception is made for: whatever all of its parts fit. At least one is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    instance: Option<InstanceId>,
    account: Option<AccountId>,
    tag: Option<Tag>,
}

/// A tag with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: Box<str>,
    /// Its value.
    pub value: Box<str>,
}

/// The rules that an exception is made for. None of them is about the account: what watches over
/// Deepgrade itself cannot be excepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Every rule about instances.
    All,
    /// These, by id.
    These(Vec<&'static str>),
}

/// Why an exception is not made for a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// It is made for other rules.
    Rule,
    /// It is made for another instance.
    Instance,
    /// It is made for another account, or that of the instance is not known.
    Account,
    /// The instance does not carry the tag with the value.
    Tag,
    /// It is made for a tag that nobody protects, with which an instance's owner could exempt it.
    UnprotectedTag,
    /// The day on which it was made has not begun.
    NotYet,
    /// Its last day is over.
    Expired,
}

impl Miss {
    /// The clause that follows the exception's name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rule => "is made for other rules",
            Self::Instance => "is made for another instance",
            Self::Account => "is made for another account",
            Self::Tag => "is made for a tag that the instance does not have",
            Self::UnprotectedTag => {
                "is made for a tag that is not among the protected ones, and is not honoured"
            }
            Self::NotYet => "does not hold yet",
            Self::Expired => "has expired",
        }
    }
}

impl Scope {
    fn misses(&self, instance: &Instance) -> Option<Miss> {
        if self.instance.is_some_and(|id| id != instance.id) {
            Some(Miss::Instance)
        } else if self.account.is_some() && self.account != instance.account {
            Some(Miss::Account)
        } else if self
            .tag
            .as_ref()
            .is_some_and(|tag| instance.tags.get(&tag.key) != Some(&*tag.value))
        {
            Some(Miss::Tag)
        } else {
            None
        }
    }

    /// The one instance that it is about, where it is about one.
    #[must_use]
    pub fn instance(&self) -> Option<InstanceId> {
        self.instance
    }

    /// The tag by which instances are in it.
    #[must_use]
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }
}

/// As people read it: `instance i-0abc, tag exempt=legacy`. The tag is foreign text, cleaned.
impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instance = self.instance.map(|id| format!("instance {id}"));
        let account = self.account.map(|account| format!("account {account}"));
        let tag = self.tag.as_ref().map(|tag| format!("tag {tag}"));
        let parts: Vec<String> = [instance, account, tag].into_iter().flatten().collect();
        formatter.write_str(&parts.join(", "))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}={}", self.key, self.value);
        formatter.write_str(&crate::text::clean(&text))
    }
}

impl Rules {
    /// Whether a rule is one of them, by its id.
    #[must_use]
    pub fn contain(&self, rule: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => ids.contains(&rule),
        }
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("every rule"),
            Self::These(ids) => formatter.write_str(&listed(ids, NAMED)),
        }
    }
}

impl Exception {
    /// What it is called.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is made for.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The rules that it is made for.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Why it was made. Cleaned, and not empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Who answers for it. Cleaned, and not empty.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Where it was agreed. Cleaned, and not empty.
    #[must_use]
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// The day from whose beginning in UTC it holds.
    #[must_use]
    pub fn created(&self) -> Date {
        self.created
    }

    /// The day until whose end in UTC it holds.
    #[must_use]
    pub fn expires(&self) -> Date {
        self.expires
    }

    /// The last second that it holds.
    #[must_use]
    pub fn last_second(&self) -> Timestamp {
        let last = TimeZone::UTC.to_timestamp(self.expires.at(23, 59, 59, 0));
        last.unwrap_or(Timestamp::MAX)
    }

    /// Why it does not hold at a time; `None` where it does.
    pub(crate) fn misses_time(&self, now: Timestamp) -> Option<Miss> {
        let today = day(now);
        if today < self.created {
            Some(Miss::NotYet)
        } else if today > self.expires {
            Some(Miss::Expired)
        } else {
            None
        }
    }

    /// Why it is not made for what the rule with an id says of an instance, whatever the time; `None`
    /// where it is.
    pub(crate) fn misses_subject(&self, rule: &str, instance: &Instance) -> Option<Miss> {
        let missed = self.scope.misses(instance);
        missed.or_else(|| (!self.rules.contain(rule)).then_some(Miss::Rule))
    }
}

/// The day of a time in UTC.
pub(crate) fn day(time: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(time).date()
}
