//! What a rule is.

use std::fmt;

use crate::{
    facts::{Facts, Need},
    gap::Gap,
    instance::InstanceState,
    parameter::{self, BadParameter, Parameter},
    reason::Code,
    values::Values,
    verdict::Verdict,
};

/// A rule: what it is called, when it runs, what it needs, and how it decides.
#[derive(Debug)]
pub struct Rule {
    /// The id. The name of the Config rule is `ds-` and the id.
    pub id: &'static str,
    /// What it requires, in one sentence that begins with "that".
    pub summary: &'static str,
    /// How much a violation matters.
    pub severity: Severity,
    /// What starts an evaluation.
    pub trigger: Trigger,
    /// Which instances it has something to say of.
    pub scope: Scope,
    /// The parameters of its own, beside [`parameter::COMMON`].
    pub parameters: &'static [&'static Parameter],
    /// The facts that it reads.
    pub needs: &'static [Need],
    /// The codes of its own verdicts.
    pub codes: &'static [&'static Code],
    /// The source of the rule, whose first lines are its manual.
    pub source: &'static str,
    /// Makes the decision from checked parameters.
    pub prepare: fn(&Values) -> Result<Check, BadParameter>,
}

/// The decision of a rule with its parameters set.
pub type Check = Box<dyn Fn(&Facts<'_>) -> Result<Verdict, Gap> + Send + Sync>;

/// How much a violation of a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A blemish.
    Low,
    /// Protection may be getting weaker.
    Medium,
    /// Protection is not the intended one.
    High,
    /// Protection is missing.
    Critical,
}

impl Severity {
    /// Every severity.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// What starts an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A change of the instance, and every hour.
    ChangeAndHourly,
    /// Every hour.
    Hourly,
    /// Every so often, as the deployer sets it: it reads more than the inventory.
    Scheduled,
}

impl Trigger {
    /// The words for a table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ChangeAndHourly => "change + hourly",
            Self::Hourly => "hourly",
            Self::Scheduled => "scheduled",
        }
    }
}

/// Which instances a rule has something to say of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that are not terminated.
    Existing,
    /// All that are neither terminated nor stopped.
    Running,
}

impl Scope {
    /// The states that are not applicable, for a table.
    #[must_use]
    pub const fn excluded(self) -> &'static str {
        match self {
            Self::Existing => "terminated",
            Self::Running => "terminated, stopped",
        }
    }

    /// Whether an instance in that state is graded. On the way to a state counts as the state:
    /// the agent may already be silent.
    #[must_use]
    pub const fn includes(self, state: InstanceState) -> bool {
        match state {
            InstanceState::Terminated | InstanceState::ShuttingDown => false,
            InstanceState::Stopped | InstanceState::Stopping => matches!(self, Self::Existing),
            InstanceState::Pending | InstanceState::Running => true,
        }
    }
}

impl Rule {
    /// Every parameter that the rule takes: its own, then the common ones.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        self.parameters.iter().chain(parameter::COMMON).copied()
    }

    /// The parameter with that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }

    /// The rule's manual: the documentation at the top of its file.
    #[must_use]
    pub fn manual(&self) -> String {
        let lines = self
            .source
            .lines()
            .map_while(|line| line.strip_prefix("//!"));
        lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }
}
