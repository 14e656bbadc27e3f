//! An evaluation: a verdict, or the gap in its place, on its way to whoever asked.

use jiff::Timestamp;
use rules::{
    Gap, Grader, Rule, Verdict, facts::Facts, instance::Instance, inventories::Inventories,
    ledger::Ledgers, reason::Reason, web::WebEdges,
};

/// A fleet: instances, and what the Managers know of them, at one time.
#[derive(Debug)]
pub struct Fleet {
    /// The time that the fleet is graded at.
    pub as_of: Timestamp,
    /// The instances, by rising id; every id occurs once.
    pub instances: Vec<Instance>,
    /// What every configured Manager knows.
    pub inventories: Inventories,
    /// What stands between the internet and the instances, where that was looked at.
    pub web_edges: WebEdges,
    /// What became of the findings on the instances, where that was looked at.
    pub ledgers: Ledgers,
}

/// What one rule says of one instance, and what it was decided on.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// The facts.
    pub facts: Facts<'a>,
    /// The verdict, or the gap that stands in its place.
    pub outcome: Result<Verdict, Gap>,
}

impl Fleet {
    /// What is known of one instance, as a rule with its parameters looks at it.
    #[must_use]
    pub fn facts<'a>(&'a self, grader: &Grader, instance: &'a Instance) -> Facts<'a> {
        let facts = grader.facts(self.as_of, instance, &self.inventories);
        facts
            .with_web_edges(&self.web_edges)
            .with_ledgers(&self.ledgers)
    }

    /// Grades one instance by one rule.
    #[must_use]
    pub fn evaluate<'a>(&'a self, grader: &Grader, instance: &'a Instance) -> Evaluation<'a> {
        let facts = self.facts(grader, instance);
        let outcome = grader.grade(&facts);
        Evaluation {
            rule: grader.rule(),
            facts,
            outcome,
        }
    }
}

impl Evaluation<'_> {
    /// The id of the exception that is made for it, where one is.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.outcome.as_ref().ok().and_then(Verdict::exception)
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        match &self.outcome {
            Ok(verdict) => verdict.reason(),
            Err(gap) => gap.reason(),
        }
    }
}
