//! Conformance packs, as results tell of them.

use rules::text::clean;

use super::port::{PackSeen, Score, Source};
use crate::results::Pack;

/// Packs with the scores that are told: those of the aggregator's own account and Region.
pub(super) fn packs(seen: Vec<PackSeen>, scores: &[Score], home: &Source) -> Vec<Pack> {
    let mut packs: Vec<Pack> = seen
        .into_iter()
        .map(|pack| {
            let mut scores = scores.iter().filter(|_| pack.source == *home);
            let score = scores.find(|score| score.pack == pack.name);
            Pack {
                account: pack.source.account.to_string(),
                region: pack.source.region.to_string(),
                name: clean(&pack.name),
                compliance: clean(&pack.compliance),
                compliant_rules: pack.compliant_rules,
                rules: pack.rules,
                score: score.and_then(|score| score.percent),
            }
        })
        .collect();
    packs.sort_by(|one, other| {
        let key = |pack: &Pack| (pack.account.clone(), pack.region.clone(), pack.name.clone());
        key(one).cmp(&key(other))
    });
    packs
}
