//! The Config rules of Deepgrade, and when they ran last.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rules::{
    CATALOGUE,
    text::{clean, listed, quoted},
    time::minute,
    verdict::Compliance,
};

use super::{Check, Grade, unread};
use crate::{ports::Error, posting::Present};

/// The rule whose result is put on every run.
pub const HEALTH: &str = "evaluator-is-healthy";
/// How long it may be since its last run: the longest time between two, and one of the shortest.
const LONGEST: SignedDuration = SignedDuration::from_hours(25);

/// A Config rule that a function of Deepgrade answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSeen {
    /// The name of the Config rule, with what a pack adds to it.
    pub name: String,
    /// The id of the rule that it runs.
    pub rule: &'static str,
    /// The ARN of the function that it invokes. Foreign text.
    pub function: String,
    /// Its state, in AWS Config's word.
    pub state: String,
}

/// What AWS Config tells of the last run of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// The name of the Config rule.
    pub name: String,
    /// When it ran last, and was answered.
    pub succeeded: Option<Timestamp>,
    /// When it failed last.
    pub failed: Option<Timestamp>,
    /// Why. Foreign text.
    pub error: Option<String>,
}

/// The functions that the rules invoke, each once.
#[must_use]
pub fn functions(rules: &[RuleSeen]) -> BTreeSet<&str> {
    rules.iter().map(|rule| rule.function.as_str()).collect()
}

/// Judges the Config rules of an account and Region.
#[must_use]
pub fn judge(rules: &[RuleSeen], runs: &Result<Vec<LastRun>, Error>) -> Vec<Check> {
    if rules.is_empty() {
        return vec![Check::of(
            Grade::Bad,
            "Config rules",
            "there is none of Deepgrade's",
            "deploy the conformance pack in this Region",
        )];
    }
    let mut checks = Vec::new();
    if let Err(error) = runs {
        checks.push(unread("last runs", error));
    }
    for rule in CATALOGUE {
        let mut seen = rules.iter().filter(|seen| seen.rule == rule.id).peekable();
        // Whoever wrote no rules in Guard has nothing to grade by.
        if seen.peek().is_none() && !rule.is_optional() {
            checks.push(Check::of(
                Grade::Warning,
                rule.id,
                "no Config rule runs it",
                "update the conformance pack, unless it was left out on purpose",
            ));
        }
        checks.extend(seen.map(|seen| of_rule(seen, runs)));
    }
    checks
}

fn of_rule(rule: &RuleSeen, runs: &Result<Vec<LastRun>, Error>) -> Check {
    let name = clean(&rule.name);
    let state = clean(&rule.state);
    if !["ACTIVE", "EVALUATING"].contains(&rule.state.as_str()) {
        return Check::of(
            Grade::Bad,
            name,
            format!("is {state}"),
            "wait until it is gone, then deploy the conformance pack again",
        );
    }
    let mut runs = runs.as_ref().map(|runs| runs.iter()).unwrap_or_default();
    let Some(run) = runs.find(|run| run.name == rule.name) else {
        // Of custom rules it need not tell.
        return Check::good(name, format!("is {state}; its last run is not told"));
    };
    match (run.succeeded, run.failed) {
        (succeeded, Some(failed)) if succeeded.is_none_or(|succeeded| succeeded < failed) => {
            let error = run.error.as_deref().unwrap_or("no reason is told");
            Check::of(
                Grade::Bad,
                name,
                format!("is {state}; failed {}: {}", minute(failed), clean(error)),
                "see to the permission of the function, and to its log",
            )
        }
        (Some(succeeded), _) => Check::good(name, format!("is {state}; ran {}", minute(succeeded))),
        (None, _) => Check::good(name, format!("is {state}; its last run is not told")),
    }
}

/// Judges what the rule about the account said last: it is put on every run, and so it is the proof
/// that the function runs.
#[must_use]
pub fn of_health(result: &Result<Option<Present>, Error>, now: Timestamp) -> Check {
    let what = "last result about the account";
    match result {
        Err(error) => unread(what, error),
        Ok(None) => Check::of(
            Grade::Unknown,
            what,
            format!("{HEALTH} has none yet"),
            "wait for its schedule, then look at the log of the function",
        ),
        Ok(Some(result)) => {
            let at = minute(result.at);
            let annotation = result.annotation.as_deref().unwrap_or("no reason is told");
            let said = format!("of {at}: {}", clean(annotation));
            if now.duration_since(result.at) > LONGEST {
                let advice = "the function is not invoked, or fails: look at its log";
                Check::of(Grade::Bad, what, said, advice)
            } else if result.compliance == Compliance::Compliant {
                Check::good(what, said)
            } else {
                let advice =
                    "see to what it names: docs/rules/evaluator-is-healthy.md has all codes";
                Check::of(Grade::Bad, what, said, advice)
            }
        }
    }
}

/// Says that the rules invoke several functions, where they do.
#[must_use]
pub fn of_functions(functions: &BTreeSet<&str>) -> Option<Check> {
    (functions.len() > 1).then(|| {
        let named = listed(functions.iter().map(|function| quoted(function)), 3);
        Check::of(
            Grade::Warning,
            "function",
            format!("the rules invoke {}: {named}", functions.len()),
            "let one conformance pack go, or name one function in both",
        )
    })
}
