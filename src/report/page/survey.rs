//! The survey: all that a page counts, in one pass over the results.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rules::{Rule, catalogue};

use super::{
    cause::Causes,
    embedded::{Choice, Embedded},
    funnel::Progress,
    standing::{Standing, Tally},
};
use crate::results::Results;

/// What the results say, counted.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    pub(super) results: &'a Results,
    /// All results together.
    pub(super) all: Tally,
    /// The rules, in the order of grading.
    pub(super) rules: Vec<RuleSurvey<'a>>,
    /// By account: the tallies of the rules, in the same order.
    pub(super) accounts: BTreeMap<Option<&'a str>, Vec<Tally>>,
    pub(super) regions: BTreeSet<&'a str>,
    /// How far every instance is, in the order of the results.
    pub(super) progress: Vec<Progress>,
    pub(super) causes: Causes<'a>,
    /// The policy that the computer of an instance carries, by its position.
    pub(super) policies: Vec<Option<&'a str>>,
    /// The rows that the page holds.
    pub(super) embedded: Embedded<'a>,
}

/// What the results say by one rule.
#[derive(Debug)]
pub(super) struct RuleSurvey<'a> {
    pub(super) id: &'a str,
    pub(super) severity: &'a str,
    /// The rule itself; results of a later Deepgrade may be of rules that this one does not have.
    pub(super) known: Option<&'static Rule>,
    pub(super) tally: Tally,
}

impl<'a> Survey<'a> {
    /// Counts the results.
    pub(super) fn of(results: &'a Results) -> Self {
        let mut rules: Vec<RuleSurvey<'a>> = results
            .rules()
            .map(|(id, severity, _)| RuleSurvey {
                id,
                severity,
                known: catalogue::find(id),
                tally: Tally::default(),
            })
            .collect();
        let mut accounts: IndexMap<Option<&str>, Vec<Tally>> = IndexMap::new();
        let mut regions = BTreeSet::new();
        let mut account_of = Vec::with_capacity(results.instances().len());
        for place in results.instances() {
            let entry = accounts.entry(place.account.as_deref());
            account_of.push(entry.index());
            entry.or_insert_with(|| vec![Tally::default(); rules.len()]);
            regions.extend(place.region.as_deref());
        }
        let mut progress = vec![Progress::default(); account_of.len()];
        let mut policies = vec![None; account_of.len()];
        let mut causes = Causes::default();
        let mut choice = Choice::default();
        let mut all = Tally::default();
        for (position, row) in results.placed_rows() {
            let standing = Standing::of(&row);
            all.add(standing);
            let Some(rule) = rules.get_mut(position.rule) else {
                continue;
            };
            rule.tally.add(standing);
            if let Some(progress) = progress.get_mut(position.instance) {
                progress.add(&row, standing, rule.known);
            }
            if row.rule == "instance-has-policy"
                && let Some(policy) = policies.get_mut(position.instance)
            {
                *policy = carried(row.reason);
            }
            let account = account_of.get(position.instance);
            let tallies = account.and_then(|account| accounts.get_index_mut(*account));
            if let Some(tally) = tallies.and_then(|(_, tallies)| tallies.get_mut(position.rule)) {
                tally.add(standing);
            }
            causes.add(position.instance, &row, standing);
            choice.add(row, standing);
        }
        Self {
            results,
            all,
            rules,
            accounts: accounts.into_iter().collect(),
            regions,
            progress,
            causes,
            policies,
            embedded: choice.made(),
        }
    }

    /// The instances, each by the most urgent of what the rules say of it.
    pub(super) fn instances(&self) -> Tally {
        let mut tally = Tally::default();
        for progress in &self.progress {
            tally.add(progress.worst());
        }
        tally
    }
}

/// The policy that the reason of the rule `instance-has-policy` says is carried: the only place in
/// results that tells it.
fn carried(reason: &str) -> Option<&str> {
    let (_, name) = reason.split_once("carries policy \"")?;
    Some(name.split_once('"')?.0)
}
