//! What cannot be in what a run found: a document that somebody changed, cut or put together.

use std::collections::HashSet;

use super::{Results, store::Position};
use crate::report::{Counts, Group, Word};

/// How many results a document says that a rule has.
pub(super) struct Claim {
    pub(super) rule: String,
    pub(super) counts: Counts,
}

/// The first contradiction, in a clause; `None` in what a run found.
pub(super) fn find(results: &Results) -> Option<String> {
    excepted(results)
        .or_else(|| expired(results))
        .or_else(|| doubled(results))
}

/// Only what is non-compliant asks for an exception, which may make it not applicable.
fn excepted(results: &Results) -> Option<String> {
    let row = results.rows().find(|row| {
        row.exception.is_some() && matches!(row.verdict, Word::Compliant | Word::Undetermined)
    })?;
    Some(format!(
        "the result of {} for {} is {}, and cannot have an exception",
        row.rule,
        row.instance,
        row.verdict.word()
    ))
}

/// An exception that is over counts no more.
fn expired(results: &Results) -> Option<String> {
    let register = results.details.exceptions.iter().flatten();
    let over = register.filter(|exception| exception.expires < results.as_of);
    let over: HashSet<&str> = over.map(|exception| exception.id.as_str()).collect();
    if over.is_empty() {
        return None;
    }
    let row = results
        .rows()
        .find(|row| row.exception.is_some_and(|id| over.contains(id)))?;
    Some(format!(
        "the result of {} for {} has an exception that had expired",
        row.rule, row.instance
    ))
}

fn doubled(results: &Results) -> Option<String> {
    let mut positions: Vec<(usize, usize)> = results
        .placed_rows()
        .map(|(Position { instance, rule }, _)| (instance, rule))
        .collect();
    positions.sort_unstable();
    let twice = positions
        .array_windows()
        .find(|[one, other]| one == other)?;
    let (_, row) = results
        .placed_rows()
        .find(|(Position { instance, rule }, _)| (*instance, *rule) == twice[0])?;
    Some(format!(
        "there are two results of {} for {}",
        row.rule, row.instance
    ))
}

/// What the summary counts otherwise, in a clause. The verdicts count: whoever edits them by hand mostly
/// leaves the summary as it is.
pub(super) fn miscounted(results: &Results, claims: &[Claim]) -> Option<String> {
    claims.iter().find_map(|Claim { rule, counts }| {
        let (.., held) = results.rules().find(|(id, ..)| id == rule)?;
        let group = Group::ALL
            .into_iter()
            .find(|group| counts.of(*group) != held.of(*group))?;
        Some(format!(
            "the summary counts {} results of {rule} that are {}, and there are {}: it was changed, or \
             is not whole",
            counts.of(group),
            group.in_words(),
            held.of(group)
        ))
    })
}
