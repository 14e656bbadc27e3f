//! What a remediation is: what it answers, and how it plans.

use rules::{Gap, ledger::Source};

use crate::{finding::Finding, options::Options, plan::Plan, situation::Situation};

/// A remediation.
#[derive(Debug)]
pub struct Remediation {
    /// The id.
    pub id: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What it answers, and how it plans.
    pub answers: Answers,
    /// The source of the remediation, whose first lines are its manual.
    pub source: &'static str,
}

/// Plans for one instance that a finding leads to.
pub type PlanFinding = fn(&Finding, &Situation<'_>, &Options) -> Result<Plan, Gap>;

/// What a remediation answers.
#[derive(Debug)]
pub enum Answers {
    /// The findings of a service.
    Findings(Source, PlanFinding),
    /// What an operator asks for, or a remediation of AWS Config for an instance that is
    /// non-compliant.
    Requests(PlanFinding, Offer),
    /// No single finding: it looks at everything, on a schedule.
    Schedule,
}

/// Where a remediation is offered, and what has to be said with it besides the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The ids of the rules by which an instance is non-compliant that it helps.
    pub rules: &'static [&'static str],
    /// What has to be said.
    pub asks: Asks,
}

/// What has to be said with a request besides the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Which policy.
    Policy,
    /// Which modules.
    Modules,
}

impl Remediation {
    /// The remediation's manual: the documentation at the top of its file.
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
