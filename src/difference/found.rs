//! The changes of a kind, of which no more are held than are shown.

use std::cmp::Reverse;

use rules::rule::Severity;

use super::Change;
use crate::{
    report::{Row, Word},
    results::{Listed, MOST, severity},
};

/// What was said, and what is.
pub(super) type Pair<'a> = (Option<Row<'a>>, Option<Row<'a>>);

/// The changes of a kind: how many there are, and those that may be among the first.
#[derive(Default)]
pub(super) struct Found<'a> {
    total: usize,
    first: Vec<Pair<'a>>,
}

impl<'a> Found<'a> {
    pub(super) fn add(&mut self, pair: Pair<'a>) {
        self.total += 1;
        self.first.push(pair);
        if self.first.len() == 2 * MOST {
            self.keep_first();
        }
    }

    fn keep_first(&mut self) {
        self.first
            .sort_by(|left, right| urgency(left).cmp(&urgency(right)));
        self.first.truncate(MOST);
    }

    pub(super) fn listed(mut self) -> Listed<Change> {
        self.keep_first();
        Listed {
            total: self.total,
            first: self.first.iter().filter_map(Change::of).collect(),
        }
    }
}

/// What stands before what in a list: the most severe first, then by place.
fn urgency<'a>((before, after): &'a Pair<'_>) -> Option<(Reverse<Severity>, Word, [&'a str; 4])> {
    let row = after.as_ref().or(before.as_ref())?;
    let account = row.account.unwrap_or_default();
    let region = row.region.unwrap_or_default();
    Some((
        Reverse(severity(row.severity)),
        row.verdict,
        [account, region, row.instance, row.rule],
    ))
}
