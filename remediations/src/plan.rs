//! A plan: the ordered steps that answer a finding, or an operator.

use rules::instance::InstanceId;
use serde::{Deserialize, Serialize};

use crate::action::Action;

/// The ordered steps that answer a finding on one instance, or on none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The id of the remediation that made it.
    pub remediation: Box<str>,
    /// The instance that it is for; `None` where the finding leads to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// Whether the instance is one that Deep Security can act on.
    pub protection: Protection,
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// The list of IPS rules by which it was found that a CVE has no rule: when there is another
    /// list, the plan is to be made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_rule_in: Option<Box<str>>,
    /// Why the finding leads to the instance, where that is not plain, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Box<str>>,
}

/// Whether Deep Security can act on what a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Protection {
    /// A managed computer stands for the instance.
    Managed,
    /// None does.
    Unmanaged,
    /// The instance is no more.
    Gone,
    /// The finding leads to no instance.
    NoInstance,
}

/// A step: an action, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// What is done.
    pub doing: Doing,
    /// Why, in one clause.
    pub reason: Box<str>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// This.
    Act(Action),
    /// Nothing, and nothing is left open by that: what would be done is said in a few words.
    Skip(Box<str>),
    /// Nothing, and somebody has to see to it: what would be done is said in a few words.
    Cannot(Box<str>),
}

impl Plan {
    /// Whether a later plan for the same does something that this one does not, or stands before
    /// other obstacles. What this one did is not done by the later one, and makes no difference.
    #[must_use]
    pub fn is_changed_in(&self, later: &Self) -> bool {
        let does =
            |plan: &Self, step: &Step| plan.steps.iter().any(|other| other.doing == step.doing);
        let acts = |step: &&Step| matches!(step.doing, Doing::Act(_));
        let cannot = |step: &&Step| matches!(step.doing, Doing::Cannot(_));
        self.protection != later.protection
            || later
                .steps
                .iter()
                .filter(acts)
                .any(|step| !does(self, step))
            || later
                .steps
                .iter()
                .filter(cannot)
                .any(|step| !does(self, step))
            || self
                .steps
                .iter()
                .filter(cannot)
                .any(|step| !does(later, step))
    }
}

impl Step {
    /// A step that acts.
    #[must_use]
    pub fn act(action: Action, reason: impl Into<Box<str>>) -> Self {
        Self {
            doing: Doing::Act(action),
            reason: reason.into(),
        }
    }

    /// A step that need not be taken.
    #[must_use]
    pub fn skip(what: impl Into<Box<str>>, reason: impl Into<Box<str>>) -> Self {
        Self {
            doing: Doing::Skip(what.into()),
            reason: reason.into(),
        }
    }

    /// A step that should be taken and cannot.
    #[must_use]
    pub fn cannot(what: impl Into<Box<str>>, reason: impl Into<Box<str>>) -> Self {
        Self {
            doing: Doing::Cannot(what.into()),
            reason: reason.into(),
        }
    }
}
