//! The tree: rules, their accounts, and the instances that are not compliant there.

use std::{cmp::Reverse, collections::HashMap};

use askama::Template;

use super::{
    super::number,
    bar::Bar,
    embedded::{EmbeddedRow, NO_ACCOUNT},
    standing::{Share, Tally},
    survey::Survey,
};

/// The most accounts of a rule, and instances of an account, that are shown.
const MOST_ACCOUNTS: usize = 100;
const MOST_INSTANCES: usize = 20;

/// The tree.
#[derive(Debug, Template)]
#[template(path = "tree.html", config = "src/report/page/askama.toml")]
pub(super) struct Tree<'a> {
    rules: Vec<Rule<'a>>,
}

#[derive(Debug)]
struct Rule<'a> {
    id: &'a str,
    severity: &'a str,
    line: Line,
    accounts: Vec<Account<'a>>,
    more: usize,
    clean: usize,
}

#[derive(Debug)]
struct Account<'a> {
    name: &'a str,
    line: Line,
    rows: Vec<&'a EmbeddedRow<'a>>,
    more: usize,
}

/// How something stands, in one line.
#[derive(Debug)]
struct Line {
    share: Share,
    failing: String,
    excepted: usize,
    undetermined: usize,
    of: String,
    bar: Bar,
}

impl Line {
    fn of(tally: &Tally) -> Self {
        Self {
            share: tally.share(),
            failing: number(tally.failing),
            excepted: tally.excepted,
            undetermined: tally.undetermined,
            of: number(tally.total() - tally.not_applicable),
            bar: Bar::of(tally),
        }
    }
}

impl<'a> Tree<'a> {
    pub(super) fn of(survey: &'a Survey<'a>) -> Self {
        let mut rows: HashMap<(&str, Option<&str>), Vec<&EmbeddedRow<'_>>> = HashMap::new();
        for row in &survey.embedded.rows {
            rows.entry((row.row.rule, row.row.account))
                .or_default()
                .push(row);
        }
        let rule = |(position, rule): (usize, &super::survey::RuleSurvey<'a>)| {
            let accounts = survey.accounts.iter().filter_map(|(account, tallies)| {
                let tally = tallies.get(position)?;
                let rows = rows.remove(&(rule.id, *account)).unwrap_or_default();
                Some((account.unwrap_or(NO_ACCOUNT), tally, rows))
            });
            let (mut urgent, clean): (Vec<_>, Vec<_>) =
                accounts.partition(|(_, tally, _)| tally.urgent() > 0);
            urgent.sort_by_key(|(_, tally, _)| Reverse(tally.failing));
            let more = urgent.len().saturating_sub(MOST_ACCOUNTS);
            urgent.truncate(MOST_ACCOUNTS);
            Rule {
                id: rule.id,
                severity: rule.severity,
                line: Line::of(&rule.tally),
                accounts: urgent.into_iter().map(Account::of).collect(),
                more,
                clean: clean.len(),
            }
        };
        Self {
            rules: survey.rules.iter().enumerate().map(rule).collect(),
        }
    }
}

impl<'a> Account<'a> {
    fn of((name, tally, mut rows): (&'a str, &Tally, Vec<&'a EmbeddedRow<'a>>)) -> Self {
        rows.truncate(MOST_INSTANCES);
        Self {
            name,
            line: Line::of(tally),
            more: tally.urgent().saturating_sub(rows.len()),
            rows,
        }
    }
}
