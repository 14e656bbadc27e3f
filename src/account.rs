//! An AWS account: how somebody reaches it, and what it held when it was read.

use jiff::Timestamp;
use rules::{
    instance::{AccountId, Instance, Region},
    web::WebMapDocument,
};

/// Where an account is read, and as whom.
#[derive(Clone, Debug)]
pub struct Access {
    /// The Regions, each once.
    pub regions: Vec<Region>,
    /// The profile of the AWS configuration files; without one, what the environment gives.
    pub profile: Option<String>,
    /// A role to take on first.
    pub role: Option<Role>,
}

/// A role of an account.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
}

/// What an account held in one Region.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// When reading began.
    pub taken_at: Timestamp,
    /// Its instances.
    pub instances: Vec<Instance>,
    /// What stands between the internet and the instances, where that was looked at.
    pub web: Option<WebMapDocument>,
}

/// Whether it is the ARN of a role, in any partition.
#[must_use]
pub fn is_role(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(
        parts.as_slice(),
        ["arn", partition, "iam", "", account, resource]
            if partition.starts_with("aws")
                && is_account(account)
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty())
    )
}

/// Whether a text can be the id of an account.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
