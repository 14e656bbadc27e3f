//! The matrix: how every rule stands, and how every account stands by every rule.

use std::cmp::Reverse;

use askama::Template;
use rules::framework::Frameworks;

use super::{
    super::number,
    bar::Bar,
    embedded::NO_ACCOUNT,
    standing::{Share, Standing, Tally},
    survey::Survey,
};
use crate::results::Pack;

/// The most accounts that are shown.
const MOST: usize = 250;

/// The most packs that are shown.
const MOST_PACKS: usize = 500;

/// The rules, the accounts, and the conformance packs where they are known.
#[derive(Debug, Template)]
#[template(path = "controls.html", config = "src/report/page/askama.toml")]
pub(super) struct Controls<'a> {
    rules: Vec<Rule<'a>>,
    accounts: Vec<Account<'a>>,
    all_accounts: String,
    shown_accounts: String,
    packs: Option<Vec<PackRow<'a>>>,
    more_packs: usize,
}

#[derive(Debug)]
struct Rule<'a> {
    id: &'a str,
    requires: &'a str,
    severity: &'a str,
    /// What it bears on of each framework.
    frameworks: Vec<String>,
    counts: Counts,
}

#[derive(Debug)]
struct Counts {
    failing: String,
    excepted: String,
    undetermined: String,
    compliant: String,
    not_applicable: String,
    share: Share,
    bar: Bar,
}

#[derive(Debug)]
struct Account<'a> {
    name: &'a str,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    /// The most urgent of what there is.
    standing: Standing,
    share: Share,
    /// What is not compliant, as `3 ✗`, with its words.
    urgent: Vec<(Standing, String)>,
}

#[derive(Debug)]
struct PackRow<'a> {
    pack: &'a Pack,
    score: String,
}

impl<'a> Controls<'a> {
    pub(super) fn of(survey: &Survey<'a>) -> Self {
        let rules = survey.rules.iter().map(|rule| Rule {
            id: rule.id,
            requires: rule.known.map_or("", |known| known.summary),
            severity: rule.severity,
            frameworks: rule.known.map_or_else(Vec::new, frameworks),
            counts: Counts::of(&rule.tally),
        });
        let mut accounts: Vec<_> = survey.accounts.iter().collect();
        let failing = |tallies: &[Tally]| tallies.iter().map(|tally| tally.failing).sum::<usize>();
        accounts.sort_by_key(|(name, tallies)| (Reverse(failing(tallies)), **name));
        let shown = accounts.iter().take(MOST).map(|(name, tallies)| Account {
            name: name.unwrap_or(NO_ACCOUNT),
            cells: tallies.iter().map(Cell::of).collect(),
        });
        let shown: Vec<_> = shown.collect();
        let packs = survey.results.details.packs.as_deref();
        Self {
            rules: rules.collect(),
            all_accounts: number(accounts.len()),
            shown_accounts: number(shown.len()),
            accounts: shown,
            packs: packs.map(|packs| packs.iter().take(MOST_PACKS).map(PackRow::of).collect()),
            more_packs: packs.map_or(0, |packs| packs.len().saturating_sub(MOST_PACKS)),
        }
    }
}

/// A line for each framework that a rule bears on.
fn frameworks(rule: &rules::Rule) -> Vec<String> {
    let each = rule.frameworks.each();
    each.map(|(framework, numbers)| format!("{framework}: {}", numbers.join(", ")))
        .collect()
}

impl Counts {
    fn of(tally: &Tally) -> Self {
        Self {
            failing: number(tally.failing),
            excepted: number(tally.excepted),
            undetermined: number(tally.undetermined),
            compliant: number(tally.compliant),
            not_applicable: number(tally.not_applicable),
            share: tally.share(),
            bar: Bar::of(tally),
        }
    }
}

impl Cell {
    fn of(tally: &Tally) -> Self {
        let there = |standing: &Standing| tally.get(*standing) > 0;
        let urgent = [
            Standing::Failing,
            Standing::Undetermined,
            Standing::Excepted,
        ];
        Self {
            standing: Standing::ALL
                .into_iter()
                .find(there)
                .unwrap_or(Standing::NotApplicable),
            share: tally.share(),
            urgent: urgent
                .into_iter()
                .filter(there)
                .map(|standing| (standing, number(tally.get(standing))))
                .collect(),
        }
    }
}

impl<'a> PackRow<'a> {
    fn of(pack: &'a Pack) -> Self {
        Self {
            pack,
            score: pack
                .score
                .map_or_else(|| "–".to_owned(), |score| format!("{score:.1}%")),
        }
    }
}
