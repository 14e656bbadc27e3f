//! The roles of an account that instances can have, and their policies (IAM API reference,
//! `GetAccountAuthorizationDetails`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_iam::{
    Client,
    types::{EntityType, ManagedPolicyDetail, RoleDetail},
};
use remediations::access::{
    Authorization, Document, Policy, PolicyKind, Role, RoleArn, Unreadable, Unseen,
};
use rules::instance::AccountId;

use crate::{
    aws::{pages::pages, refusal::refusal},
    ports::{Error, Fault, Page},
};

/// The action, as a policy of IAM names it.
const ACTION: &str = "iam:GetAccountAuthorizationDetails";
/// The most that a page holds.
const FULL_PAGE: i32 = 1_000;

/// What a page holds.
enum Item {
    Role(RoleDetail),
    Policy(ManagedPolicyDetail),
}

/// Reads the roles of the account that are in an instance profile. A policy that cannot be read is
/// said to be unreadable in its role, and a role that cannot be read is a gap.
///
/// # Errors
/// What IAM, or the way to it, said; and when the roles are of another account.
pub async fn authorization(client: &Client, account: AccountId) -> Result<Authorization, Error> {
    let items = pages(|at| page(client, at)).await?;
    let (mut details, mut managed) = (Vec::new(), Managed::default());
    for item in items {
        match item {
            Item::Role(role) if role.instance_profile_list().is_empty() => {}
            Item::Role(role) => details.push(role),
            Item::Policy(policy) => managed.add(policy),
        }
    }
    let (mut roles, mut gaps) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for detail in details {
        match role(detail, &mut managed) {
            Ok(role) if role.arn.account() != account => {
                let (arn, line) = (role.arn, "these credentials are not for account");
                let line = format!("{ACTION}: {line} {account}: its role is {arn}");
                return Err(Error::Permanent(Fault::Deployment, line));
            }
            // A role that is made while the list is read can be on two of its pages.
            Ok(role) if !seen.insert(role.arn.clone()) => {}
            Ok(role) => roles.push(role),
            Err(gap) => gaps.push(Unseen {
                line: format!("{ACTION}: {gap}").into(),
                retryable: false,
            }),
        }
    }
    Ok(Authorization {
        account,
        organization: None,
        roles,
        gaps,
    })
}

async fn page(client: &Client, at: Option<String>) -> Result<Page<Item>, Error> {
    let call = client.get_account_authorization_details();
    let call = call.set_filter(Some(vec![
        EntityType::Role,
        EntityType::LocalManagedPolicy,
        EntityType::AwsManagedPolicy,
    ]));
    let call = call.max_items(FULL_PAGE).set_marker(at);
    let page = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let next = page.marker.filter(|marker| !marker.is_empty());
    if page.is_truncated && next.is_none() {
        let line = format!("{ACTION}: a page that does not say how the list goes on");
        return Err(Error::Permanent(Fault::Deployment, line));
    }
    let roles = page.role_detail_list.unwrap_or_default().into_iter();
    let policies = page.policies.unwrap_or_default().into_iter();
    Ok(Page {
        items: roles
            .map(Item::Role)
            .chain(policies.map(Item::Policy))
            .collect(),
        next: next.filter(|_| page.is_truncated),
    })
}

/// The managed policies, each read when a role has it.
#[derive(Default)]
struct Managed {
    encoded: BTreeMap<String, Result<String, Unreadable>>,
    read: BTreeMap<String, Result<Arc<Document>, Unreadable>>,
}

impl Managed {
    fn add(&mut self, policy: ManagedPolicyDetail) {
        let Some(arn) = policy.arn else {
            return;
        };
        let default = policy.default_version_id;
        let versions = policy.policy_version_list.unwrap_or_default().into_iter();
        let mut versions = versions.filter(|version| {
            version.is_default_version || (default.is_some() && version.version_id == default)
        });
        let document = versions.find_map(|version| version.document);
        let missing = || Unreadable::new("its default version is not in IAM's answer");
        self.encoded.insert(arn, document.ok_or_else(missing));
    }

    fn get(&mut self, arn: &str) -> Result<Arc<Document>, Unreadable> {
        if let Some(read) = self.read.get(arn) {
            return read.clone();
        }
        let read = match self.encoded.get(arn) {
            Some(Ok(encoded)) => Document::parse_encoded(encoded).map(Arc::new),
            Some(Err(missing)) => Err(missing.clone()),
            None => Err(Unreadable::new("it is not in IAM's answer")),
        };
        self.read.insert(arn.to_owned(), read.clone());
        read
    }
}

/// A role.
///
/// # Errors
/// Why it cannot be read.
fn role(detail: RoleDetail, managed: &mut Managed) -> Result<Role, String> {
    let arn: RoleArn = match detail.arn.unwrap_or_default().parse() {
        Ok(arn) => arn,
        Err(bad) => return Err(format!("{bad}; what it may do is not known")),
    };
    let id = detail.role_id.unwrap_or_default();
    if id.is_empty() {
        return Err(format!(
            "the role {arn} has no id; what it may do is not known"
        ));
    }
    let inline = detail.role_policy_list.unwrap_or_default().into_iter();
    let inline = inline.map(|policy| Policy {
        kind: PolicyKind::Inline,
        name: policy.policy_name.unwrap_or_default().into(),
        document: match &policy.policy_document {
            Some(encoded) => Document::parse_encoded(encoded).map(Arc::new),
            None => Err(Unreadable::new("it is not in IAM's answer")),
        },
    });
    let mut policies: Vec<Policy> = inline.collect();
    for attached in detail.attached_managed_policies.unwrap_or_default() {
        let arn = attached.policy_arn.unwrap_or_default();
        policies.push(Policy {
            kind: PolicyKind::Managed,
            document: managed.get(&arn),
            name: attached.policy_name.unwrap_or(arn).into(),
        });
    }
    let boundary = detail.permissions_boundary.map(|boundary| {
        let arn = boundary.permissions_boundary_arn.unwrap_or_default();
        Policy {
            kind: PolicyKind::Boundary,
            document: managed.get(&arn),
            name: arn.into(),
        }
    });
    let profiles = detail.instance_profile_list.unwrap_or_default().into_iter();
    Ok(Role {
        arn,
        id: id.into(),
        policies,
        boundary,
        instance_profiles: profiles.map(|profile| profile.arn.into()).collect(),
    })
}
