//! What is known of a request that an instance makes with its role: the values of condition keys
//! and policy variables (IAM user guide, "AWS global condition context keys" and "Variables and
//! tags", the table of principal key values). A key that is not here has no known value.

use std::borrow::Cow;

use rules::instance::AccountId;

use super::role::Role;

/// A request that a role makes of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) role: &'a Role,
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
        let arn = &self.role.arn;
        match key {
            "aws:principalarn" => known(arn.as_str()),
            "aws:principalaccount" => account(arn.account()),
            "aws:principalorgid" => self.organization.map_or(Value::Unknown, known),
            "aws:principaltype" => known("AssumedRole"),
            "aws:principalisawsservice" => known("false"),
            "aws:securetransport" => known("true"),
            "aws:resourceaccount" | "s3:resourceaccount" => {
                self.owner.map_or(Value::Unknown, account)
            }
            // The name of the session is the id of the instance.
            "aws:userid" => Value::Beginning(format!("{}:i-", self.role.id)),
            "ec2:sourceinstancearn" => Value::Beginning(format!("arn:{}:ec2:", arn.partition())),
            "aws:username" | "aws:federatedprovider" | "aws:principalservicename" => Value::Absent,
            _ => Value::Unknown,
        }
    }
}
