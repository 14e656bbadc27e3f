//! The policies of one Manager, and their ancestry.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};

use crate::{
    fact::{Fact, Readable},
    gap::{self, Gap},
    module::EngineMode,
    text::quoted,
};

/// A policy's id in its Manager. It is never 0: that means "no policy".
pub type PolicyId = u64;

/// The id of something in a Manager: a number, also as a numeric string. 0 means unset.
impl Readable for u64 {
    fn read_text(text: &str) -> Fact<Self> {
        match text.parse() {
            Ok(number) => Self::read_number(number),
            Err(_) if text.is_empty() => Fact::Missing,
            Err(_) => Fact::Unrecognised(text.into()),
        }
    }

    fn read_number(number: i64) -> Fact<Self> {
        match Self::try_from(number) {
            Ok(0) => Fact::Missing,
            Ok(id) => Fact::Known(id),
            Err(_) => Fact::Unrecognised(number.to_string().into()),
        }
    }

    fn written(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

/// A policy, reduced to what grading needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// The id in its Manager.
    pub id: PolicyId,
    /// The policy that this one inherits from; `None` for a top-level policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PolicyId>,
    /// The name. Foreign text.
    pub name: Box<str>,
    /// How the network engine handles traffic, where the policy says so.
    #[serde(default, skip_serializing_if = "Fact::is_missing")]
    pub engine_mode: Fact<EngineMode>,
}

/// All policies of one Manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Policy>", into = "Vec<Policy>")]
pub struct Policies {
    list: Vec<Policy>,
    positions: HashMap<PolicyId, usize>,
    by_name: HashMap<String, Vec<PolicyId>>,
}

impl From<Vec<Policy>> for Policies {
    fn from(list: Vec<Policy>) -> Self {
        let positions = list
            .iter()
            .enumerate()
            .map(|(position, policy)| (policy.id, position));
        let mut policies = Self {
            positions: positions.collect(),
            list,
            ..Self::default()
        };
        for policy in &policies.list {
            let mut names = vec![policy.name.to_lowercase()];
            names.extend(policies.path(policy.id).map(|path| path.to_lowercase()));
            names.dedup();
            for name in names {
                policies.by_name.entry(name).or_default().push(policy.id);
            }
        }
        policies
    }
}

impl From<Policies> for Vec<Policy> {
    fn from(policies: Policies) -> Self {
        policies.list
    }
}

impl Policies {
    /// Every policy.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.list.iter()
    }

    /// The policy with that id.
    #[must_use]
    pub fn get(&self, id: PolicyId) -> Option<&Policy> {
        self.positions
            .get(&id)
            .and_then(|position| self.list.get(*position))
    }

    /// The policy with that id, which a computer carries or a policy inherits from.
    ///
    /// # Errors
    /// A standing gap when it is not in the list.
    pub fn listed(&self, id: PolicyId) -> Result<&Policy, Gap> {
        self.get(id).ok_or_else(|| {
            Gap::standing(
                &gap::POLICY_NOT_LISTED,
                format!("policy {id} is not in the Manager's list of policies"),
            )
        })
    }

    /// The policies that a name or a path means, whatever its capitals.
    #[must_use]
    pub fn named(&self, name: &str) -> &[PolicyId] {
        let name = name.strip_prefix('/').unwrap_or(name).to_lowercase();
        self.by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The policy and its ancestors, nearest first.
    ///
    /// # Errors
    /// A standing gap when a policy is not in the list, or when the ancestry does not end.
    pub fn lineage(&self, id: PolicyId) -> Result<Vec<&Policy>, Gap> {
        let mut lineage = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let policy = self.listed(id)?;
            if lineage.len() == self.list.len() {
                return Err(Gap::standing(
                    &gap::POLICY_NOT_LISTED,
                    format!(
                        "the ancestry of policy {} does not end",
                        quoted(&policy.name)
                    ),
                ));
            }
            lineage.push(policy);
            next = policy.parent;
        }
        Ok(lineage)
    }

    /// The names from the top-level policy down to this one, joined by `/`.
    #[must_use]
    pub fn path(&self, id: PolicyId) -> Option<String> {
        let lineage = self.lineage(id).ok()?;
        let names: Vec<&str> = lineage.iter().rev().map(|policy| &*policy.name).collect();
        Some(names.join("/"))
    }

    /// The policy that sets the engine mode for one that a computer carries: itself, or the nearest
    /// ancestor that has the setting; `None` where none has.
    ///
    /// # Errors
    /// A standing gap when a policy of the line is not in the list.
    pub fn with_engine_mode(&self, id: PolicyId) -> Result<Option<&Policy>, Gap> {
        let lineage = self.lineage(id)?;
        Ok(lineage
            .into_iter()
            .find(|policy| !policy.engine_mode.is_missing()))
    }
}
