//! A role and its policies, as one reading of an account gives them.

use std::{fmt, str::FromStr, sync::Arc};

use rules::{instance::AccountId, text::quoted};

use super::document::{Document, Unreadable};

/// What one reading of an account's IAM gives.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The account.
    pub account: AccountId,
    /// The id of its organization (`o-…`), where that is known.
    pub organization: Option<Box<str>>,
    /// The roles that instances can have: those in an instance profile.
    pub roles: Vec<Role>,
    /// Roles that could not be read.
    pub gaps: Vec<Unseen>,
}

/// What could not be seen, so that roles or instances may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What it is, and why, in one line.
    pub line: Box<str>,
    /// Whether it may be seen later without anybody doing anything.
    pub retryable: bool,
}

/// A role that instances can have.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its ARN.
    pub arn: RoleArn,
    /// Its unique id: `AROA…`. A role that is made anew under the same name has another.
    pub id: Box<str>,
    /// Its inline and attached policies.
    pub policies: Vec<Policy>,
    /// The policy that bounds what the others give.
    pub boundary: Option<Policy>,
    /// The ARNs of the instance profiles that it is in.
    pub instance_profiles: Vec<Box<str>>,
}

/// A policy of a role.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What kind of policy it is.
    pub kind: PolicyKind,
    /// Its name. Foreign text.
    pub name: Box<str>,
    /// What it says. Roles share the documents of managed policies.
    pub document: Result<Arc<Document>, Unreadable>,
}

/// What kind of policy a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// Part of the role.
    Inline,
    /// One of its own, attached to the role.
    Managed,
    /// Attached to the role as its permissions boundary.
    Boundary,
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Inline => "inline policy",
            Self::Managed => "managed policy",
            Self::Boundary => "permissions boundary",
        })
    }
}

/// The ARN of a role: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleArn {
    arn: Box<str>,
    account: AccountId,
}

impl RoleArn {
    /// The ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.arn
    }

    /// The account of the role.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The partition: `aws`, `aws-cn`, ….
    #[must_use]
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }

    /// The name, without its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for RoleArn {
    type Err = BadRoleArn;

    fn from_str(text: &str) -> Result<Self, BadRoleArn> {
        let refused = || BadRoleArn(quoted(text));
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next().ok_or_else(refused);
        let (arn, partition, service) = (part()?, part()?, part()?);
        let (region, account, role) = (part()?, part()?, part()?);
        let is_role = role.strip_prefix("role/").is_some_and(|path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            !name.is_empty() && !path.contains(|each: char| each.is_control())
        });
        if arn != "arn"
            || partition.is_empty()
            || service != "iam"
            || !region.is_empty()
            || !is_role
        {
            return Err(refused());
        }
        Ok(Self {
            arn: text.into(),
            account: account.parse().map_err(|_| refused())?,
        })
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arn)
    }
}

/// A text that is not the ARN of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRoleArn(String);

impl fmt::Display for BadRoleArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not the ARN of a role", self.0)
    }
}

impl std::error::Error for BadRoleArn {}
