//! Rules that a deployer writes in Guard, evaluated over the facts of an instance.

use guard::{Path, Policy, Refused, Status, Text};
use rules::{
    Facts, Gap,
    facts::Need,
    gap,
    guard::{GuardOutcome, GuardPolicy, GuardWord},
    text,
};

use crate::facts::{self, Joined};

mod trial;

pub use trial::{Tried, trials};

/// Rules in Guard that were checked.
#[derive(Clone, Debug)]
pub struct GuardRules(Policy);

impl GuardRules {
    /// Checks texts of rules, all of which have to be understood.
    ///
    /// # Errors
    /// What is refused first: where, and what to write instead.
    pub fn check(texts: Vec<Text>) -> Result<Self, String> {
        let shape = facts::shape().map_err(|bad| bad.to_string())?;
        let refused = |refused: Refused| text::clean(&refused.to_string());
        Policy::check(texts, &shape).map(Self).map_err(refused)
    }

    /// The same for the text of one file.
    ///
    /// # Errors
    /// What is refused first: where, and what to write instead.
    pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let rules = String::from_utf8(bytes);
        let rules = rules.map_err(|_| format!("{name}: is not text in UTF-8"))?;
        Self::check(vec![Text {
            name: name.to_owned(),
            rules,
        }])
    }

    /// The rules, and what they are evaluated by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0
    }
}

impl GuardPolicy for GuardRules {
    fn looks_at(&self, need: Need) -> bool {
        let members: &[&str] = match need {
            Need::Computer => &["computer"],
            // The policy of a computer says how its network engine handles traffic.
            Need::Policies => &["policy", "computer"],
            Need::WebEdges => &["web"],
            Need::Ledger => &["findings"],
            Need::IntrusionPreventionRules | Need::GuardPolicy => &[],
        };
        let whole = Path::default();
        let mut members = members.iter();
        members.any(|member| self.0.looks_into(&whole.member(member)))
    }

    fn report(&self, facts: &Facts<'_>, web_ports: &[u16]) -> Result<Vec<GuardOutcome>, Gap> {
        let joined = Joined::of(facts, web_ports);
        let outcomes = self.0.evaluate(&joined.known()).map_err(|bad| {
            let text = format!("the Guard rules cannot be evaluated: {bad}");
            Gap::standing(&gap::GUARD_UNDECIDED, text)
        })?;
        let outcomes = outcomes.into_iter().map(|outcome| {
            let mut gaps = joined.gaps();
            // Guard takes a fact that is not known for one that is not there.
            let unknown = gaps.find(|(place, _)| self.0.looks_at(&outcome.rule, place));
            let messages = outcome.messages.into_iter().map(String::into_boxed_str);
            GuardOutcome {
                word: match (unknown, outcome.status) {
                    (Some((_, gap)), _) => Err(gap.clone()),
                    (None, Status::Pass) => Ok(GuardWord::Pass),
                    (None, Status::Fail) => Ok(GuardWord::Fail(messages.collect())),
                    (None, Status::Skip) => Ok(GuardWord::Skip),
                },
                rule: outcome.rule.into(),
            }
        });
        Ok(outcomes.collect())
    }
}
