//! What a run did: for logs, metrics, and the rule that watches over the others.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use rules::{Gap, Rule, Verdict, exceptions::StandingCounts, gap::Lasting};
use serde::Serialize;

use super::failure::Problem;
use crate::{
    posting::Resource,
    report::{Counts, Word},
};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The id of the rule; empty where the event names none.
    pub rule: &'static str,
    /// How many results of each word there are, what is gone included.
    pub evaluations: Counts,
    /// What was judged, where it was one resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// When the oldest inventory that was used was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_inventory: Option<Timestamp>,
    /// What could not be judged, by the code of the reason.
    pub gaps: BTreeMap<&'static str, GapCount>,
    /// How the deployer's exceptions stand, where that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<StandingCounts>,
    /// How many results were put.
    pub put: usize,
    /// How many results Config shows already. What is not applicable it shows by showing nothing.
    pub unchanged: usize,
    /// How many results Config shows of later events.
    pub superseded: usize,
    /// How many results should have been put and were not.
    pub undelivered: usize,
    /// How often Config wanted fewer calls.
    pub throttled: usize,
    /// Whether nobody waits for results any more.
    pub rule_gone: bool,
}

/// The one resource that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// Its id.
    pub resource: String,
    /// The verdict.
    pub verdict: Word,
    /// The code of its reason, or of the gap.
    pub code: &'static str,
}

/// How many instances could not be judged for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GapCount {
    /// How many.
    pub count: usize,
    /// Whether the next run may be able to.
    pub retryable: bool,
    /// The first of them, and why.
    pub first: String,
}

impl Summary {
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            rule: rule.id,
            ..Self::default()
        }
    }

    /// One resource is all that the run is about.
    pub(super) fn is_about(&mut self, resource: &Resource, verdict: Result<&Verdict, &Gap>) {
        let (verdict, reason) = match verdict {
            Ok(verdict) => (verdict.compliance().into(), verdict.reason()),
            Err(gap) => (Word::Undetermined, gap.reason()),
        };
        self.subject = Some(Subject {
            resource: resource.id().to_owned(),
            verdict,
            code: reason.code().id,
        });
    }

    /// Counts a verdict: apart where an exception is made for it.
    pub(super) fn count_verdict(&mut self, verdict: &Verdict) {
        *self.evaluations.of_mut(verdict.into()) += 1;
    }

    pub(super) fn count(&mut self, word: Word) {
        *self.evaluations.get_mut(word) += 1;
    }

    pub(super) fn count_gap(&mut self, what: &impl fmt::Display, gap: &Gap) {
        self.count(Word::Undetermined);
        let code = gap.reason().code().id;
        let counted = self.gaps.entry(code).or_insert_with(|| GapCount {
            count: 0,
            retryable: false,
            first: format!("{what}: {gap}"),
        });
        counted.count += 1;
        counted.retryable |= gap.lasting() == Lasting::Retryable;
    }

    /// Why another run is wanted, if some instances could be judged by then.
    pub(super) fn retryable_gaps(&self) -> Option<Problem> {
        let gaps = || self.gaps.values().filter(|gap| gap.retryable);
        let first = gaps().next()?.first.clone();
        Some(Problem::Undetermined(
            gaps().map(|gap| gap.count).sum(),
            first,
        ))
    }
}
