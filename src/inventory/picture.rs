//! One reading, cut into what is published.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{
    computer::Computer,
    fact::Fact,
    instance::AccountId,
    intrusion_prevention::{ApplicationType, Assignments, IntrusionPreventionRule},
    inventory::{Completeness, Inventory, InventoryDocument},
    policy::Policy,
};
use serde::Serialize;

use super::{
    bucket,
    layout::{Folder, Numbered},
};

/// One reading of a Manager, cut by AWS account.
#[derive(Debug)]
pub struct Picture {
    pub(super) manager: String,
    pub(super) taken_at: Timestamp,
    pub(super) completeness: Completeness,
    /// The computers of every share, by bucket; there is at least one.
    pub(super) shares: BTreeMap<Share, Vec<Vec<Computer>>>,
    pub(super) policies: Option<Vec<Policy>>,
    rules: Option<Vec<IntrusionPreventionRule>>,
    application_types: Option<Vec<ApplicationType>>,
    policy_rules: Assignments,
    computer_rules: Assignments,
    /// How many computers it shows, those of no instance included.
    pub(super) computers: u64,
}

/// Whose computers are in a part of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Share {
    /// Those of an account.
    Account(AccountId),
    /// Those that may be of any account.
    Common,
}

/// An [`InventoryDocument`] of which nothing is copied before it is written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sheet<'a> {
    schema_version: &'static str,
    manager: &'a str,
    taken_at: Timestamp,
    completeness: Completeness,
    computers: &'a [Computer],
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<&'a [Policy]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intrusion_prevention_rules: Option<&'a [IntrusionPreventionRule]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_types: Option<&'a [ApplicationType]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_rules: Option<&'a Assignments>,
    #[serde(skip_serializing_if = "Option::is_none")]
    computer_rules: Option<&'a Assignments>,
}

impl Share {
    /// The object with the computers of a bucket.
    pub(super) fn key(self, folder: &Folder, bucket: Numbered) -> String {
        match self {
            Self::Account(account) => folder.account(account, bucket),
            Self::Common => folder.common(),
        }
    }

    /// The object with their IPS rules.
    pub(super) fn rules_key(self, folder: &Folder, bucket: Numbered) -> String {
        match self {
            Self::Account(account) => folder.account_rules(account, bucket),
            Self::Common => folder.common_rules(),
        }
    }
}

impl From<Inventory> for Picture {
    fn from(inventory: Inventory) -> Self {
        let document = InventoryDocument::from(inventory);
        let computers = document.computers.len() as u64;
        // There is always something that all accounts have in common: the policies.
        let mut shares: BTreeMap<_, Vec<_>> = BTreeMap::from([(Share::Common, Vec::new())]);
        for computer in document.computers {
            if let Some(share) = share(&computer) {
                shares.entry(share).or_default().push(computer);
            }
        }
        let cut = |(share, computers)| match share {
            Share::Account(_) => (share, bucket::cut(computers)),
            // It is read as a whole: nobody knows where one of them belongs.
            Share::Common => (share, vec![computers]),
        };
        let shares = shares.into_iter().map(cut).collect();
        Self {
            manager: document.manager,
            taken_at: document.taken_at,
            completeness: document.completeness,
            shares,
            policies: document.policies,
            rules: document.intrusion_prevention_rules,
            application_types: document.application_types,
            policy_rules: document.policy_rules,
            computer_rules: document.computer_rules,
            computers,
        }
    }
}

/// Whose a computer is; `None` for one that is of no EC2 instance. One that names its instance or
/// its account in a way that is not understood may be anybody's.
fn share(computer: &Computer) -> Option<Share> {
    let link = computer.instance.as_ref()?;
    Some(match (&link.id, link.account) {
        (Fact::Known(_), Some(account)) => Share::Account(account),
        _ => Share::Common,
    })
}

impl Picture {
    /// The Manager that was read.
    #[must_use]
    pub fn manager(&self) -> &str {
        &self.manager
    }

    /// How many accounts have computers in it.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.shares.len().saturating_sub(1)
    }

    /// A part, with some computers.
    pub(super) fn sheet<'a>(&'a self, share: Share, computers: &'a [Computer]) -> Sheet<'a> {
        let policies = (share == Share::Common).then_some(self.policies.as_deref());
        Sheet {
            computers,
            policies: policies.flatten(),
            ..self.blank()
        }
    }

    /// The IPS rules, the application types, and the rules of policies.
    pub(super) fn rules(&self) -> Sheet<'_> {
        let policy_rules = &self.policy_rules;
        Sheet {
            intrusion_prevention_rules: self.rules.as_deref(),
            application_types: self.application_types.as_deref(),
            policy_rules: (!policy_rules.is_empty()).then_some(policy_rules),
            ..self.blank()
        }
    }

    /// The IPS rules of some computers, as far as they are known.
    pub(super) fn rules_of(&self, computers: &[Computer]) -> Assignments {
        let computers = computers.iter();
        let known = computers.filter_map(|computer| {
            let rules = self.computer_rules.get(computer.id)?;
            Some((computer.id, rules.clone()))
        });
        known.collect()
    }

    /// A part with the IPS rules of computers.
    pub(super) fn assigned<'a>(&'a self, computer_rules: &'a Assignments) -> Sheet<'a> {
        Sheet {
            computer_rules: Some(computer_rules),
            ..self.blank()
        }
    }

    fn blank(&self) -> Sheet<'_> {
        Sheet {
            schema_version: InventoryDocument::VERSION,
            manager: &self.manager,
            taken_at: self.taken_at,
            completeness: self.completeness,
            computers: &[],
            policies: None,
            intrusion_prevention_rules: None,
            application_types: None,
            policy_rules: None,
            computer_rules: None,
        }
    }
}
