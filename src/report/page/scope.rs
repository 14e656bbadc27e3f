//! The scope: what was graded, by what, and on which pictures.

use askama::Template;
use rules::time::minute;

use super::{
    super::{counted, number},
    embedded::NO_ACCOUNT,
    survey::Survey,
};

/// The most accounts that are named one by one.
const MOST: usize = 200;

/// What was graded.
#[derive(Debug, Template)]
#[template(path = "scope.html", config = "src/report/page/askama.toml")]
pub(super) struct Scope<'a> {
    as_of: String,
    accounts: Vec<&'a str>,
    more_accounts: usize,
    regions: Vec<&'a str>,
    rules: Vec<&'a str>,
    instances: String,
    inventories: Vec<Inventory<'a>>,
    web_edges: Vec<WebEdges<'a>>,
    more_web_edges: usize,
}

#[derive(Debug)]
struct Inventory<'a> {
    manager: &'a str,
    taken_at: String,
    age: String,
    computers: String,
    complete: bool,
}

#[derive(Debug)]
struct WebEdges<'a> {
    account: &'a str,
    region: &'a str,
    taken_at: String,
}

impl<'a> Scope<'a> {
    pub(super) fn of(survey: &Survey<'a>) -> Self {
        let results = survey.results;
        let inventories = results.inventories.iter().map(|inventory| Inventory {
            manager: &inventory.manager,
            taken_at: minute(inventory.taken_at),
            age: counted(
                usize::try_from(results.as_of.duration_since(inventory.taken_at).as_mins())
                    .unwrap_or_default(),
                "minute",
            ),
            computers: number(inventory.computers),
            complete: inventory.complete,
        });
        let web_edges = results.web_edges.iter().take(MOST).map(|edges| WebEdges {
            account: &edges.account,
            region: &edges.region,
            taken_at: minute(edges.taken_at),
        });
        let accounts = survey.accounts.keys();
        Self {
            as_of: minute(results.as_of),
            accounts: accounts
                .take(MOST)
                .map(|account| account.unwrap_or(NO_ACCOUNT))
                .collect(),
            more_accounts: survey.accounts.len().saturating_sub(MOST),
            regions: survey.regions.iter().copied().collect(),
            rules: survey.rules.iter().map(|rule| rule.id).collect(),
            instances: number(survey.progress.len()),
            inventories: inventories.collect(),
            web_edges: web_edges.collect(),
            more_web_edges: results.web_edges.len().saturating_sub(MOST),
        }
    }
}
