//! The Guard rules of a test: one that passes, and what a test changes of that. Each of them looks at
//! everything that is known.

use jiff::SignedDuration;
use rules::{
    Facts, Gap,
    facts::Need,
    guard::{GuardOutcome, GuardPolicy, GuardWord},
    ledger::Source,
};
use serde_json::{Value, json};

/// What every rule says where nothing is unknown.
#[derive(Debug)]
pub(crate) struct Said(Vec<GuardOutcome>);

/// The rules of a test, by name: a word of Guard's, or the messages of one that fails. The word
/// `none` stands for no rules.
pub(crate) fn policy(change: &Value) -> Option<Said> {
    let rules = match change {
        Value::Null => json!({"managed": "PASS"}),
        Value::String(_) => return None,
        other => other.clone(),
    };
    let rules = rules.as_object().unwrap().iter();
    let said = rules.map(|(rule, said)| GuardOutcome {
        rule: rule.as_str().into(),
        word: Ok(match said {
            Value::String(word) if word == "PASS" => GuardWord::Pass,
            Value::String(word) if word == "SKIP" => GuardWord::Skip,
            Value::String(word) if word == "FAIL" => GuardWord::Fail(Vec::new()),
            Value::Array(messages) => {
                let messages = messages
                    .iter()
                    .map(|message| message.as_str().unwrap().into());
                GuardWord::Fail(messages.collect())
            }
            other => panic!("{other} is no word of Guard's"),
        }),
    });
    Some(Said(said.collect()))
}

impl GuardPolicy for Said {
    fn looks_at(&self, _: Need) -> bool {
        true
    }

    fn report(&self, facts: &Facts<'_>, ports: &[u16]) -> Result<Vec<GuardOutcome>, Gap> {
        let outcomes = self
            .0
            .iter()
            .map(|GuardOutcome { rule, word }| GuardOutcome {
                rule: rule.clone(),
                word: look(facts, ports).and(word.clone()),
            });
        Ok(outcomes.collect())
    }
}

/// Looks at everything.
fn look(facts: &Facts<'_>, ports: &[u16]) -> Result<(), Gap> {
    facts.policies(&facts.sighting()?)?;
    facts.fronts(ports)?;
    let day = SignedDuration::from_hours(24);
    Source::ALL.iter().try_for_each(|source| {
        let ledger = facts.ledger()?;
        let listing = ledger.listing(facts.instance().id, *source, facts.now(), day);
        listing.map(drop)
    })
}
