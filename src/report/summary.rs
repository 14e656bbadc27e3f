//! The counts of a graded fleet: what decides the exit code.

use std::fmt;

use rules::{Grader, Rule, rule::Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    counted, number,
    word::{Group, PerWord, Word},
};

/// How many results there are of each word.
pub type Counts = PerWord<usize>;

impl Counts {
    /// How many results there are in all.
    #[must_use]
    pub fn total(&self) -> usize {
        Group::ALL.iter().map(|group| self.of(*group)).sum()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for group in Group::ALL {
            *self.of_mut(group) += other.of(group);
        }
    }
}

/// The counts of a graded fleet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// How many instances were graded.
    pub instances: usize,
    /// The counts of all rules together.
    pub all: Counts,
    /// The counts of every rule, in the order of grading.
    pub rules: Vec<RuleSummary>,
}

/// The counts of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleSummary {
    /// The id of the rule, without the prefix `ds-` of its Config rule.
    pub rule: &'static str,
    /// How much a violation matters.
    #[serde(serialize_with = "as_word")]
    #[schemars(schema_with = "super::row::severity_schema")]
    pub severity: Severity,
    /// Its counts.
    pub counts: Counts,
}

impl Summary {
    /// No instance yet.
    pub(super) fn new(graders: &[Grader]) -> Self {
        let rules = graders.iter().map(|grader| RuleSummary::new(grader.rule()));
        Self {
            instances: 0,
            all: Counts::default(),
            rules: rules.collect(),
        }
    }

    /// Adds the counts of other instances, graded by the same rules.
    pub(super) fn add(&mut self, other: &Self) {
        self.instances += other.instances;
        self.all.add(&other.all);
        for (mine, others) in self.rules.iter_mut().zip(&other.rules) {
            mine.counts.add(&others.counts);
        }
    }

    /// The highest severity of the rules that some instance violates without an exception.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        let violated = self
            .rules
            .iter()
            .filter(|rule| rule.counts.non_compliant > 0);
        violated.map(|rule| rule.severity).max()
    }
}

/// The counts in one sentence. What is undetermined is counted apart: it is no verdict.
impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instances = counted(self.instances, "instance");
        let rules = counted(self.rules.len(), "rule");
        let [non_compliant, undetermined, not_applicable, compliant] =
            Word::ALL.map(|word| format!("{} {}", number(*self.all.get(word)), word.in_words()));
        let excepted = match self.all.excepted {
            0 => String::new(),
            count => format!("{} {}, ", number(count), Group::Excepted.in_words()),
        };
        write!(
            formatter,
            "{instances}, {rules}: {non_compliant}, {excepted}{not_applicable}, {compliant}; {undetermined}"
        )
    }
}

impl RuleSummary {
    fn new(rule: &Rule) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity,
            counts: Counts::default(),
        }
    }
}

fn as_word<S: serde::Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.word())
}
