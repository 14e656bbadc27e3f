//! The ledger: findings, and what became of them.

use std::cmp::Reverse;

use remediations::record::Record as Recorded;
use rules::text::clean;

use super::{Listed, Record};

/// The records of a ledger. What is open stands first, and of the rest what is newest.
pub(super) fn records(recorded: &[Recorded]) -> Listed<Record> {
    let mut recorded: Vec<&Recorded> = recorded.iter().collect();
    recorded.sort_by_key(|record| {
        let closed = !record.state.is_open();
        (closed, Reverse(record.finding.version.updated_at))
    });
    Listed::of(recorded.iter().map(|record| Record {
        source: record.finding.source.word().to_owned(),
        finding: clean(record.finding.id.as_str()),
        account: record.home().to_string(),
        region: record.region.to_string(),
        instance: record.instance.map(|instance| instance.to_string()),
        state: record.state.word().to_owned(),
        is_open: record.state.is_open(),
        line: clean(&record.line()),
        recorded_at: record.recorded_at,
        changed_at: record.changed_at,
    }))
}
