//! What changed since the last run, and what changes again and again.

use askama::Template;
use rules::time::minute;

use super::super::{counted, number, word::Word};
use crate::{
    difference::{Change, Difference, Kind, Said},
    history::{FLAPPING, Flapping, History},
    results::Listed,
};

/// The most changes of a kind that are shown.
const MOST: usize = 100;

/// What changed.
#[derive(Debug, Template)]
#[template(path = "changes.html", config = "src/report/page/askama.toml")]
pub(super) struct Changes<'a> {
    told: Option<Told<'a>>,
    flapping: Vec<FlappingRow<'a>>,
    all_flapping: String,
    runs: usize,
}

#[derive(Debug)]
struct Told<'a> {
    before: String,
    after: String,
    kinds: Vec<OfKind<'a>>,
    new_instances: String,
    gone: String,
    rules: Vec<(&'static str, &'a str)>,
}

#[derive(Debug)]
struct OfKind<'a> {
    title: &'static str,
    total: String,
    shown: usize,
    is_all: bool,
    rows: Vec<ChangeRow<'a>>,
}

#[derive(Debug)]
struct ChangeRow<'a> {
    change: &'a Change,
    name: &'a str,
    account: &'a str,
    before: Sentence<'a>,
    after: Sentence<'a>,
}

/// What a run said, with the sign of its word; of a result that there was not, nothing.
#[derive(Debug)]
struct Sentence<'a> {
    sign: &'static str,
    word: &'static str,
    code: &'a str,
    reason: &'a str,
}

#[derive(Debug)]
struct FlappingRow<'a> {
    flapping: &'a Flapping,
    account: &'a str,
    changed_at: String,
}

impl<'a> Changes<'a> {
    pub(super) fn of(history: Option<&'a History>) -> Self {
        let flapping = history.map(|history| &history.flapping);
        let row = |flapping: &'a Flapping| FlappingRow {
            flapping,
            account: flapping.account.as_deref().unwrap_or("–"),
            changed_at: minute(flapping.changed_at),
        };
        Self {
            told: history
                .and_then(|history| history.latest.as_ref())
                .map(Told::of),
            flapping: flapping
                .into_iter()
                .flat_map(|listed| listed.first.iter().take(MOST).map(row))
                .collect(),
            all_flapping: number(flapping.map_or(0, |listed| listed.total)),
            runs: history.map_or(0, |history| history.runs.len()),
        }
    }
}

impl<'a> Told<'a> {
    fn of(difference: &'a Difference) -> Self {
        let kinds = Kind::ALL.into_iter().filter_map(|kind| {
            let listed = difference.changes.get(&kind)?;
            (listed.total > 0).then(|| OfKind::of(kind, listed))
        });
        let added = difference
            .rules_added
            .iter()
            .map(|rule| ("added", rule.as_str()));
        let removed = difference
            .rules_removed
            .iter()
            .map(|rule| ("removed", rule.as_str()));
        Self {
            before: minute(difference.before),
            after: minute(difference.after),
            kinds: kinds.collect(),
            new_instances: counted(difference.instances.new, "new instance"),
            gone: counted(difference.gone.total, "instance") + " gone",
            rules: added.chain(removed).collect(),
        }
    }
}

impl<'a> OfKind<'a> {
    fn of(kind: Kind, listed: &'a Listed<Change>) -> Self {
        let rows: Vec<_> = listed.first.iter().take(MOST).map(ChangeRow::of).collect();
        Self {
            title: kind.in_words(),
            total: number(listed.total),
            shown: rows.len(),
            is_all: rows.len() == listed.total,
            rows,
        }
    }
}

impl<'a> ChangeRow<'a> {
    fn of(change: &'a Change) -> Self {
        Self {
            change,
            name: change.name.as_deref().unwrap_or_default(),
            account: change.account.as_deref().unwrap_or("–"),
            before: Sentence::of(change.before.as_ref()),
            after: Sentence::of(change.after.as_ref()),
        }
    }
}

impl<'a> Sentence<'a> {
    fn of(said: Option<&'a Said>) -> Self {
        let word = said.map(|said| said.verdict);
        Self {
            sign: word.map_or("", Word::mark),
            word: word.map_or("nothing", Word::in_words),
            code: said.map_or("", |said| &said.code),
            reason: said.map_or("", |said| &said.reason),
        }
    }
}
