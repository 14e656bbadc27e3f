//! What is recommended for one web ACL.

use std::fmt;

use rules::{
    Gap,
    instance::InstanceId,
    text::{listed, quoted},
    web::RuleGroup,
};

use super::{CAPACITY, SURCHARGE};

/// What is recommended for one web ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its ARN.
    pub arn: Box<str>,
    /// The capacity that it uses, in web ACL capacity units, where that is known.
    pub capacity: Option<u32>,
    /// The rule groups that fit, those that it has included.
    pub rows: Vec<Row>,
    /// What else has to be known about it, line by line.
    pub notes: Vec<Box<str>>,
}

/// A rule group that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The rule group.
    pub group: RuleGroup,
    /// The title of its product; empty where it has none. Foreign text.
    pub title: Box<str>,
    /// The capacity that it uses, in web ACL capacity units, where that is known.
    pub capacity: Option<u32>,
    /// Whether the web ACL has it.
    pub presence: Presence,
    /// What led to it; never empty.
    pub why: Vec<Why>,
}

/// Whether a web ACL has a rule group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has not: the rule group is recommended.
    Missing,
    /// It has.
    Present,
    /// That could not be told.
    Unknown(Gap),
}

/// What led to a rule group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    /// The policy's Manager.
    pub manager: Box<str>,
    /// The policy. Foreign text.
    pub policy: Box<str>,
    /// The application types of its rules that speak for it. Foreign text.
    pub application_types: Vec<Box<str>>,
    /// The instances behind the web ACL that the policy protects.
    pub instances: Vec<InstanceId>,
}

impl Advice {
    /// The rule groups that are recommended.
    pub fn missing(&self) -> impl Iterator<Item = &Row> {
        let rows = self.rows.iter();
        rows.filter(|row| row.presence == Presence::Missing)
    }

    /// The capacity that it would use with all that is recommended, where that is known.
    #[must_use]
    pub fn capacity_after(&self) -> Option<u32> {
        let mut missing = self.missing();
        missing.try_fold(self.capacity?, |sum, row| sum.checked_add(row.capacity?))
    }

    /// What that capacity means, where it means something.
    #[must_use]
    pub fn about_capacity(&self) -> Option<String> {
        self.missing().next()?;
        let after = self.capacity_after()?;
        if after > CAPACITY {
            Some(format!(
                "with all of them it would use {after} WCU, and a web ACL may use {CAPACITY}"
            ))
        } else if after > SURCHARGE {
            Some(format!(
                "with all of them it uses {after} WCU: above {SURCHARGE}, AWS charges more for \
                 each request"
            ))
        } else {
            None
        }
    }
}

impl Row {
    /// Why it fits, in one line.
    #[must_use]
    pub fn reason(&self) -> String {
        let whys: Vec<String> = self.why.iter().map(ToString::to_string).collect();
        whys.join("; ")
    }
}

/// As `i-0123… and 2 more (policy "Web": "Web Server Common")`.
impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        formatter.write_str(&listed(&self.instances, SHOWN))?;
        let types = self.application_types.iter().map(|name| quoted(name));
        write!(
            formatter,
            " (policy {}: {})",
            quoted(&self.policy),
            types.collect::<Vec<_>>().join(", ")
        )
    }
}
