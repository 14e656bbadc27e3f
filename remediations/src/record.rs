//! A record: one finding on one instance, and what became of it. The ledger holds it; it is what an
//! auditor reads, and what the response rules show in AWS Config.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use rules::instance::{AccountId, InstanceId, Region};
use serde::{Deserialize, Serialize};

use crate::{
    finding::{Finding, Version},
    outcome::Outcome,
    plan::{Doing, Plan, Protection, Step},
};

mod claim;
mod line;
mod subject;

pub use claim::Claim;
pub use line::noun;
pub use subject::Subject;

/// One finding on one instance, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// The version of this shape: [`Record::SCHEMA`].
    pub schema_version: u32,
    /// The account that the instance is in, where it is another one than that of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The instance; `None` for the finding itself, which may lead to several instances or to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// The Region that the instance runs in, which need not be the one that the finding is about.
    pub region: Region,
    /// The finding, in its latest version.
    pub finding: Finding,
    /// Where it stands.
    pub state: State,
    /// The plan that was made last; `None` before there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// What became of each step of the plan, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// Why there is no plan, or what else is to be said of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// Where the finding led, where it does not say so itself: to instances, and to accounts and
    /// Regions in which not all of them can be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub led_to: Vec<Subject>,
    /// Whether somebody died while the plan was carried out, so that more of it may be done than
    /// its outcomes say.
    #[serde(default)]
    pub was_cut_short: bool,
    /// The version of the finding that the plan answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_for: Option<Version>,
    /// When the plan was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<Timestamp>,
    /// When the finding was recorded first.
    pub recorded_at: Timestamp,
    /// When the record was changed last.
    pub changed_at: Timestamp,
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// Somebody answers it just now.
    Claimed {
        /// From when on somebody else may.
        until: Timestamp,
    },
    /// A fact is missing without which there is no plan.
    Unplanned,
    /// There is a plan, and not all of it is done.
    Pending,
    /// No managed computer stands for the instance.
    Unprotected,
    /// A step failed, and nothing will happen by itself.
    Failed,
    /// Everything was done.
    Answered,
    /// What was found is no longer so, as its source says.
    Closed,
    /// Somebody set it aside at its source.
    Archived,
    /// The instance is no more.
    Gone,
}

impl State {
    /// The word for data and sentences.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Claimed { .. } => "in progress",
            Self::Unplanned => "unplanned",
            Self::Pending => "pending",
            Self::Unprotected => "unprotected",
            Self::Failed => "failed",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Archived => "archived",
            Self::Gone => "instance gone",
        }
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Claimed { .. }
            | Self::Unplanned
            | Self::Pending
            | Self::Unprotected
            | Self::Failed => true,
            Self::Answered | Self::Closed | Self::Archived | Self::Gone => false,
        }
    }

    /// Whether its source observes it no longer, so that nothing can come of it any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Archived | Self::Gone)
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl Record {
    /// The version of the shape that this code writes and reads.
    pub const SCHEMA: u32 = 1;

    /// The record of a finding that was not seen before.
    pub(super) fn new(subject: &Subject, finding: Finding, state: State, now: Timestamp) -> Self {
        Self {
            schema_version: Self::SCHEMA,
            account: subject.account,
            instance: subject.instance,
            region: subject.region.clone(),
            led_to: Vec::new(),
            was_cut_short: false,
            planned_for: None,
            planned_at: None,
            finding,
            state,
            plan: None,
            outcomes: Vec::new(),
            note: None,
            recorded_at: now,
            changed_at: now,
        }
    }

    /// The record with a new plan, of which nothing is done but what the plan before it has in
    /// common with it: the owner of an instance is not told twice.
    #[must_use]
    pub fn planned(mut self, plan: Plan, now: Timestamp) -> Self {
        let told = self.steps().find_map(|(step, outcome)| {
            let is_told = matches!(outcome, Outcome::Done { .. });
            (is_message(step) && is_told).then(|| outcome.clone())
        });
        let outcome = |step: &Step| match (&step.doing, &told) {
            (Doing::Act(_), Some(told)) if is_message(step) => told.clone(),
            (Doing::Act(_), _) => Outcome::Planned,
            (Doing::Skip(_), _) => Outcome::Skipped,
            (Doing::Cannot(_), _) => Outcome::Failed(step.reason.clone()),
        };
        self.outcomes = plan.steps.iter().map(outcome).collect();
        self.plan = Some(plan);
        self.planned_for = Some(self.finding.version);
        self.planned_at = Some(now);
        self.note = None;
        self
    }

    /// The account that the instance is in, or that the finding is about.
    #[must_use]
    pub fn home(&self) -> AccountId {
        self.account.unwrap_or(self.finding.account)
    }

    /// Whether it is the finding itself, which says where it leads. In other accounts than its own a
    /// finding without an instance only says that they are not all found there.
    #[must_use]
    pub fn is_head(&self) -> bool {
        self.instance.is_none() && self.account.is_none()
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            account: self.account,
            instance: self.instance,
            region: self.region.clone(),
        }
    }

    /// Whether the plan answers an earlier version of the finding, or there is none.
    #[must_use]
    pub fn needs_plan(&self) -> bool {
        self.planned_for != Some(self.finding.version)
    }

    /// The steps of the plan with what became of each.
    pub fn steps(&self) -> impl Iterator<Item = (&Step, &Outcome)> {
        let steps = self.plan.iter().flat_map(|plan| &plan.steps);
        steps.zip(&self.outcomes)
    }

    /// The record as it stands by what became of its steps, which is no claim any more.
    #[must_use]
    pub fn settled(self, now: Timestamp) -> Self {
        let state = match &self.plan {
            None => State::Unplanned,
            Some(_) if self.needs_plan() => State::Unplanned,
            Some(plan) => match plan.protection {
                Protection::Gone => State::Gone,
                Protection::Unmanaged => State::Unprotected,
                Protection::Managed | Protection::NoInstance => self.by_outcomes(),
            },
        };
        Self {
            // While there is something to be done, it may be what was done already.
            was_cut_short: self.was_cut_short && state == State::Pending,
            state,
            changed_at: now,
            ..self
        }
    }

    fn by_outcomes(&self) -> State {
        if !self.outcomes.iter().all(Outcome::is_final) {
            State::Pending
        } else if self
            .outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Failed(_)))
        {
            State::Failed
        } else {
            State::Answered
        }
    }

    /// The record without a plan, for the reason that there is none.
    #[must_use]
    pub fn unplanned(self, why: impl Into<Box<str>>, now: Timestamp) -> Self {
        Self {
            state: State::Unplanned,
            note: Some(why.into()),
            changed_at: now,
            ..self
        }
    }

    /// Whether an owner still has to be told something.
    #[must_use]
    pub fn has_message_to_send(&self) -> bool {
        self.steps()
            .any(|(step, outcome)| is_message(step) && !outcome.is_final())
    }

    /// Which version of the finding it is about.
    #[must_use]
    pub fn version(&self) -> Version {
        self.finding.version
    }

    /// When it may be deleted, where it may: an auditor's retention after its end. What is open
    /// never may, and what was answered may still be observed.
    #[must_use]
    pub fn expires_at(&self, retention: SignedDuration) -> Option<Timestamp> {
        let expires = self.changed_at.checked_add(retention).ok()?;
        self.state.is_over().then_some(expires)
    }
}

fn is_message(step: &Step) -> bool {
    matches!(&step.doing, Doing::Act(action) if action.manager().is_none())
}
