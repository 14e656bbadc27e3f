//! Computers that need a hand: stale agents, ghosts without an instance, and duplicates.

use askama::Template;
use rules::time::minute;

use super::{super::number, embedded::EmbeddedRow, standing::Standing, survey::Survey};
use crate::results::{Computers, Duplicate, Ghost};

/// The most computers of each kind that are shown.
const MOST: usize = 100;

/// The rule that tells which agents are stale.
const STALE: &str = "agent-is-fresh";

/// How computers stand.
#[derive(Debug, Template)]
#[template(path = "computers.html", config = "src/report/page/askama.toml")]
pub(super) struct Standings<'a> {
    stale: Option<Stale<'a>>,
    computers: Option<Others<'a>>,
}

#[derive(Debug)]
struct Stale<'a> {
    total: String,
    rows: Vec<&'a EmbeddedRow<'a>>,
}

#[derive(Debug)]
struct Others<'a> {
    ghosts: Vec<GhostRow<'a>>,
    all_ghosts: String,
    duplicates: Vec<&'a Duplicate>,
    all_duplicates: String,
}

#[derive(Debug)]
struct GhostRow<'a> {
    ghost: &'a Ghost,
    last: String,
}

impl<'a> Standings<'a> {
    pub(super) fn of(survey: &'a Survey<'a>, computers: Option<&'a Computers>) -> Self {
        let rule = survey.rules.iter().find(|rule| rule.id == STALE);
        let stale = rule.map(|rule| {
            let rows = survey.embedded.rows.iter().filter(|row| {
                let is_failing = matches!(row.standing, Standing::Failing | Standing::Excepted);
                row.row.rule == STALE && is_failing
            });
            Stale {
                total: number(rule.tally.failing + rule.tally.excepted),
                rows: rows.take(MOST).collect(),
            }
        });
        Self {
            stale,
            computers: computers.map(Others::of),
        }
    }
}

impl<'a> Others<'a> {
    fn of(computers: &'a Computers) -> Self {
        let Computers { ghosts, duplicates } = computers;
        let ghost = |ghost: &'a Ghost| GhostRow {
            ghost,
            last: ghost
                .last_communication
                .map_or_else(|| "never, or not known".to_owned(), minute),
        };
        Self {
            all_ghosts: number(ghosts.total),
            ghosts: ghosts.first.iter().take(MOST).map(ghost).collect(),
            all_duplicates: number(duplicates.total),
            duplicates: duplicates.first.iter().take(MOST).collect(),
        }
    }
}
