//! What is known of a request that an instance makes with its role: the values of condition keys
//! and policy variables (IAM user guide, "AWS global condition context keys" and "Variables and
//! tags", the table of principal key values). A key that is not here has no known value.

use std::borrow::Cow;

use rules::instance::AccountId;

use super::role::Role;

/// Who makes a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker<'a> {
    /// This role.
    Role(&'a Role),
    /// Some role of an account, whichever it is.
    Any {
        account: AccountId,
        /// The partition: `aws`, `aws-cn`, ….
        partition: &'a str,
    },
}

impl<'a> Asker<'a> {
    pub(super) fn account(self) -> AccountId {
        match self {
            Self::Role(role) => role.arn.account(),
            Self::Any { account, .. } => account,
        }
    }

    fn partition(self) -> &'a str {
        match self {
            Self::Role(role) => role.arn.partition(),
            Self::Any { partition, .. } => partition,
        }
    }

    /// The ARN, as far as it is known.
    pub(super) fn arn(self) -> Value<'a> {
        match self {
            Self::Role(role) => Value::Text(Cow::Borrowed(role.arn.as_str())),
            Self::Any { account, partition } => {
                Value::Beginning(format!("arn:{partition}:iam::{account}:role/"))
            }
        }
    }

    /// The ARN of its sessions on instances, as far as it is known. They are named after the
    /// instances.
    pub(super) fn session(self) -> String {
        let (partition, account) = (self.partition(), self.account());
        let sessions = format!("arn:{partition}:sts::{account}:assumed-role/");
        match self {
            Self::Role(role) => format!("{sessions}{}/i-", role.arn.name()),
            Self::Any { .. } => sessions,
        }
    }
}

/// A request that a role makes of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) asker: Asker<'a>,
    /// The account that the bucket belongs to, where that is known.
    pub(super) owner: Option<AccountId>,
    /// The id of the role's organization, where that is known.
    pub(super) organization: Option<&'a str>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// This.
    Text(Cow<'a, str>),
    /// Something that begins so, and goes on: it depends on the instance.
    Beginning(String),
    /// The request has no such key.
    Absent,
    /// Not known, nor whether there is one.
    Unknown,
}

impl Value<'_> {
    /// The text of a policy variable, and whether that is all of it.
    pub(super) fn text<'t>(&'t self, default: Option<&'t str>) -> (&'t str, bool) {
        match (self, default) {
            (Self::Text(text), _) => (text, true),
            (Self::Beginning(text), _) => (text, false),
            (Self::Absent, Some(default)) => (default, true),
            (Self::Absent | Self::Unknown, _) => ("", false),
        }
    }
}

impl Context<'_> {
    /// The value of a key, which is in lower case.
    pub(super) fn value(&self, key: &str) -> Value<'_> {
        let known = |text| Value::Text(Cow::Borrowed(text));
        let account = |account: AccountId| Value::Text(Cow::Owned(account.to_string()));
        let asker = self.asker;
        match key {
            "aws:principalarn" => asker.arn(),
            "aws:principalaccount" => account(asker.account()),
            "aws:principalorgid" => self.organization.map_or(Value::Unknown, known),
            "aws:principaltype" => known("AssumedRole"),
            "aws:principalisawsservice" => known("false"),
            "aws:securetransport" => known("true"),
            "aws:resourceaccount" | "s3:resourceaccount" => {
                self.owner.map_or(Value::Unknown, account)
            }
            // The name of the session is the id of the instance.
            "aws:userid" => match asker {
                Asker::Role(role) => Value::Beginning(format!("{}:i-", role.id)),
                Asker::Any { .. } => Value::Unknown,
            },
            "ec2:sourceinstancearn" => Value::Beginning(format!("arn:{}:ec2:", asker.partition())),
            "aws:username" | "aws:federatedprovider" | "aws:principalservicename" => Value::Absent,
            _ => Value::Unknown,
        }
    }
}
