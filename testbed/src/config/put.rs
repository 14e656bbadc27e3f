//! PutEvaluations.

use serde_json::{Value, json};

use super::call::Put;
use super::desk::{Caller, Desk};
use super::evaluation::{Compliance, Evaluation, Shown, WORDS};
use super::options::Options;
use super::refusal::Refusal;
use super::shape::Shape;

/// Evaluations in one call.
const MOST: usize = 100;

impl Desk {
    /// Stores evaluations; `fails` says of which resources it must not.
    pub(crate) fn put_evaluations(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
        fails: impl Fn(&str) -> bool,
    ) -> Result<Value, Refusal> {
        let token = input.text("ResultToken", 0..=usize::MAX)?;
        let token = input.required("ResultToken", token)?;
        let test_mode = input.flag("TestMode")?.unwrap_or(false);
        let entries = input.shapes("Evaluations", MOST)?;
        let evaluations: Vec<Evaluation> = entries
            .iter()
            .map(|entry| evaluation(entry, &self.options))
            .collect::<Result<_, _>>()?;
        let grant = match self.redeem(token, caller) {
            Err(_) if test_mode => None,
            grant => Some(grant?),
        };
        let (failed, taken): (Vec<_>, Vec<_>) = evaluations
            .iter()
            .cloned()
            .partition(|evaluation| fails(&evaluation.resource_id));
        let now = self.clock.now();
        if let Some(grant) = &grant
            && !test_mode
            && let Some(state) = self.rules.get_mut(&grant.rule_id)
        {
            for evaluation in taken {
                let shown = Shown {
                    evaluation,
                    recorded_at: now,
                    invoked_at: grant.at,
                };
                state.store.put(shown, self.options.forgets_removed);
            }
        }
        let answer = failed.iter().map(Evaluation::json).collect::<Value>();
        self.puts.push(Put {
            rule: grant.map(|grant| grant.rule_name),
            token: token.to_owned(),
            test_mode,
            evaluations,
            failed,
            at: now,
        });
        Ok(json!({ "FailedEvaluations": answer }))
    }
}

fn evaluation(entry: &Shape<'_>, options: &Options) -> Result<Evaluation, Refusal> {
    let kind = entry.text("ComplianceResourceType", 1..=256)?;
    let kind = entry.required("ComplianceResourceType", kind)?;
    let id = entry.text("ComplianceResourceId", 1..=768)?;
    let id = entry.required("ComplianceResourceId", id)?;
    let word = entry.word("ComplianceType", &WORDS)?;
    let word = entry.required("ComplianceType", word)?;
    let annotation = entry.text("Annotation", 1..=256)?;
    let ordering = entry.time("OrderingTimestamp")?;
    let ordering = entry.required("OrderingTimestamp", ordering)?;
    let compliance = Compliance::from_word(word).ok_or_else(|| {
        Refusal::parameter(format!("The compliance type {word} is not accepted here."))
    })?;
    if !options.resource_types.contains(kind) {
        let message = format!("The resource type {kind} is not supported.");
        return Err(Refusal::parameter(message));
    }
    Ok(Evaluation {
        resource_type: kind.to_owned(),
        resource_id: id.to_owned(),
        compliance,
        annotation: annotation.map(str::to_owned),
        ordering,
    })
}
