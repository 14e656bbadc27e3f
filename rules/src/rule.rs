//! What a rule is: what all have in common, and what it is about.

use std::fmt;

use crate::{
    facts::{Facts, Need},
    framework::Frameworks,
    gap::Gap,
    health::Health,
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
    /// The requirements of frameworks that it bears on.
    pub frameworks: Frameworks,
    /// What starts an evaluation.
    pub trigger: Trigger,
    /// The parameters of its own, beside those of every rule about the same.
    pub parameters: &'static [&'static Parameter],
    /// The codes of its own verdicts.
    pub codes: &'static [&'static Code],
    /// The source of the rule, whose first lines are its manual.
    pub source: &'static str,
    /// What it is about, and how it decides.
    pub subject: Subject,
}

/// What a rule is about. It can be asked about nothing else.
#[derive(Debug)]
pub enum Subject {
    /// Every instance: one verdict each.
    Instance(AboutInstance),
    /// The account: one verdict, on Deepgrade itself.
    Account(AboutAccount),
}

/// What only a rule about instances has.
#[derive(Debug)]
pub struct AboutInstance {
    /// Which instances it has something to say of.
    pub scope: Scope,
    /// The facts that it reads.
    pub needs: &'static [Need],
    /// The facts that it uses where they are there: they make an annotation fuller, and change
    /// neither a verdict nor its code.
    pub wishes: &'static [Need],
    /// Makes the decision from checked parameters.
    pub prepare: fn(&Values) -> Result<Check, BadParameter>,
}

/// What only a rule about the account has.
#[derive(Debug)]
pub struct AboutAccount {
    /// Makes the decision from checked parameters.
    pub prepare: fn(&Values) -> Result<AccountCheck, BadParameter>,
}

/// The decision on an instance, with the parameters of the rule set.
pub type Check = Box<dyn Fn(&Facts<'_>) -> Result<Verdict, Gap> + Send + Sync>;

/// The decision on the account, with the parameters of the rule set. It is never a gap: not to see
/// is not to be healthy.
pub type AccountCheck = Box<dyn Fn(&Health) -> Verdict + Send + Sync>;

/// A rule that is known to be about instances.
#[derive(Clone, Copy, Debug)]
pub struct InstanceRule {
    rule: &'static Rule,
    about: &'static AboutInstance,
}

impl InstanceRule {
    /// The rule.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        self.rule
    }

    /// Which instances it has something to say of, what it needs, and how it decides.
    #[must_use]
    pub fn about(self) -> &'static AboutInstance {
        self.about
    }
}

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

impl Subject {
    /// The word for data.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Instance(_) => "instance",
            Self::Account(_) => "account",
        }
    }

    /// What is not applicable, for a table.
    #[must_use]
    pub const fn excluded(&self) -> &'static str {
        match self {
            Self::Instance(about) => about.scope.excluded(),
            Self::Account(_) => "never",
        }
    }

    /// What is read to decide, for a table.
    #[must_use]
    pub fn needs(&self) -> Vec<&'static str> {
        match self {
            Self::Instance(about) => about.needs.iter().map(|need| need.word()).collect(),
            Self::Account(_) => vec!["inventory", "own counts"],
        }
    }

    /// The parameters of every rule about the same.
    fn parameters(&self) -> &'static [&'static Parameter] {
        match self {
            Self::Instance(about) if about.needs.contains(&Need::Computer) => parameter::COMMON,
            Self::Instance(_) => parameter::OF_EVERY_INSTANCE,
            Self::Account(_) => &[],
        }
    }
}

impl Rule {
    /// The rule, where it is about instances.
    #[must_use]
    pub fn of_instances(&'static self) -> Option<InstanceRule> {
        match &self.subject {
            Subject::Instance(about) => Some(InstanceRule { rule: self, about }),
            Subject::Account(_) => None,
        }
    }

    /// What starts an evaluation, for a table.
    #[must_use]
    pub fn trigger_words(&self) -> String {
        let words = self.trigger.words();
        match self.subject {
            Subject::Instance(_) => words.to_owned(),
            Subject::Account(_) => format!("{words}, on the account"),
        }
    }

    /// Every parameter that the rule takes: its own, then those of every rule about the same.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        let common = self.subject.parameters();
        self.parameters.iter().chain(common).copied()
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
