//! The rows that a page holds: the most urgent ones, and no more than a browser opens quickly.

use std::collections::HashSet;

use super::{super::Row, standing::Standing};

/// The most rows that a page holds.
pub(super) const MOST: usize = 5_000;

/// From how many rows on a browser draws only what is looked at. Before that everything is drawn, so
/// that a picture of the whole page is whole.
const MANY: usize = 1_000;

/// The rows that a page holds.
#[derive(Debug)]
pub(super) struct Embedded<'a> {
    /// The most urgent first.
    pub(super) rows: Vec<EmbeddedRow<'a>>,
    /// How many there would be.
    pub(super) total: usize,
    instances: HashSet<&'a str>,
}

impl Embedded<'_> {
    /// Whether a row of the instance is among them.
    pub(super) fn holds(&self, instance: &str) -> bool {
        self.instances.contains(instance)
    }

    /// Whether they are so many that drawing all of them takes time.
    pub(super) fn are_many(&self) -> bool {
        self.rows.len() > MANY
    }
}

/// A row that a page holds.
#[derive(Debug)]
pub(super) struct EmbeddedRow<'a> {
    pub(super) standing: Standing,
    pub(super) row: Row<'a>,
}

impl EmbeddedRow<'_> {
    /// The row's account for people.
    pub(super) fn account(&self) -> &str {
        self.row.account.unwrap_or(NO_ACCOUNT)
    }

    /// The row's Region for people.
    pub(super) fn region(&self) -> &str {
        self.row.region.unwrap_or("–")
    }

    /// The name of the instance, or of its computer.
    pub(super) fn label(&self) -> &str {
        self.row.label()
    }
}

/// What stands in the place of an account that is not known.
pub(super) const NO_ACCOUNT: &str = "unknown account";

/// The choice of rows, in the making: by urgency, at most [`MOST`] of each.
#[derive(Debug, Default)]
pub(super) struct Choice<'a> {
    lanes: [Vec<Row<'a>>; 6],
    total: usize,
}

/// How each of the lanes of a choice stands.
const LANES: [Standing; 6] = [
    Standing::Failing,
    Standing::Failing,
    Standing::Failing,
    Standing::Failing,
    Standing::Excepted,
    Standing::Undetermined,
];

impl<'a> Choice<'a> {
    /// Adds a row where it is one that somebody has to look at.
    pub(super) fn add(&mut self, row: Row<'a>, standing: Standing) {
        let lane = match (standing, row.severity) {
            (Standing::Failing, "critical") => 0,
            (Standing::Failing, "high") => 1,
            (Standing::Failing, "medium") => 2,
            (Standing::Failing, _) => 3,
            (Standing::Excepted, _) => 4,
            (Standing::Undetermined, _) => 5,
            (Standing::Compliant | Standing::NotApplicable, _) => return,
        };
        self.total += 1;
        if let Some(lane) = self.lanes.get_mut(lane)
            && lane.len() < MOST
        {
            lane.push(row);
        }
    }

    /// The rows that were chosen.
    pub(super) fn made(self) -> Embedded<'a> {
        let rows = LANES
            .into_iter()
            .zip(self.lanes)
            .flat_map(|(standing, lane)| {
                lane.into_iter()
                    .map(move |row| EmbeddedRow { standing, row })
            });
        let rows: Vec<_> = rows.take(MOST).collect();
        Embedded {
            instances: rows.iter().map(|row| row.row.instance).collect(),
            rows,
            total: self.total,
        }
    }
}
