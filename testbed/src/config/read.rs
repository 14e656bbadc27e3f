//! What shows results: GetComplianceDetailsByConfigRule and GetComplianceDetailsByResource.

use serde_json::Value;

use super::desk::{Caller, Desk};
use super::evaluation::{Shown, WORDS};
use super::refusal::Refusal;
use super::shape::Shape;
use super::store::Key;

/// Entries in a page for a client that does not say how many.
const USUAL: usize = 10;
const MOST: usize = 100;

impl Desk {
    pub(crate) fn details_by_rule(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        // 64, though a rule's name may have 128: the results of such a rule cannot be read.
        let name = input.text("ConfigRuleName", 1..=64)?;
        let name = input.required("ConfigRuleName", name)?;
        let wanted = wanted(input)?;
        let limit = input.number("Limit", MOST)?.filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(USUAL);
        let state = self.rule_of(caller, name)?;
        let list = format!("{} {wanted:?}", state.rule.id);
        let last = self.page(input, &list)?;
        let results = state.store.after(last.as_ref());
        let results = results.filter(|(_, shown)| shows(&wanted, shown));
        let results = results.map(|(key, shown)| (key.clone(), shown.json(name)));
        // One more than goes out, which tells whether there is a next page.
        let results = results.take(limit + 1).collect();
        Ok(self.paged("EvaluationResults", results, limit, list))
    }

    pub(crate) fn details_by_resource(
        &mut self,
        caller: &Caller,
        input: &Shape<'_>,
    ) -> Result<Value, Refusal> {
        let kind = input.text("ResourceType", 1..=256)?;
        let id = input.text("ResourceId", 1..=768)?;
        let wanted = wanted(input)?;
        if input.text("ResourceEvaluationId", 1..=128)?.is_some() {
            let message = "There is no such proactive evaluation.";
            return Err(Refusal::parameter(message));
        }
        let (Some(kind), Some(id)) = (kind, id) else {
            let message = "ResourceType and ResourceId are both needed.";
            return Err(Refusal::parameter(message));
        };
        let list = format!("{caller:?} {kind} {id} {wanted:?}");
        // This operation has no error of its own for a bad token.
        let last = self.page(input, &list);
        let last = last.map_err(|refusal| Refusal::parameter(refusal.message))?;
        let states = self.rules.values();
        let states = states.filter(|state| caller.owns(&state.rule));
        let mut results: Vec<(Key, Value)> = states
            .filter_map(|state| {
                let shown = state.store.of(kind, id)?;
                let rule = &state.rule;
                let key = (rule.name.clone(), rule.id.clone());
                shows(&wanted, shown).then(|| (key, shown.json(&rule.name)))
            })
            .filter(|(key, _)| last.as_ref().is_none_or(|last| key > last))
            .collect();
        results.sort_by(|(one, _), (other, _)| one.cmp(other));
        let limit = self.options.results_by_resource;
        Ok(self.paged("EvaluationResults", results, limit, list))
    }
}

fn wanted<'a>(input: &Shape<'a>) -> Result<Vec<&'a str>, Refusal> {
    let wanted = input.words("ComplianceTypes", 3, &WORDS)?;
    if wanted.contains(&"INSUFFICIENT_DATA") {
        let message = "INSUFFICIENT_DATA cannot be used to filter results.";
        return Err(Refusal::parameter(message));
    }
    Ok(wanted)
}

fn shows(wanted: &[&str], shown: &Shown) -> bool {
    wanted.is_empty() || wanted.contains(&shown.evaluation.compliance.word())
}
