//! Putting results: what Config does not take, and what it does not bear. Numbers are those of the
//! faults that were thought of beforehand.

use std::{collections::BTreeSet, time::Duration};

use super::{
    flaky::Trouble,
    stage::{GRANTED, Stage},
};

#[test]
fn case_7_only_what_was_not_taken_is_put_again() {
    let stage = Stage::with(100);
    stage.config().refuse([3, 50, 99], 1);
    assert_eq!(stage.play_well(&stage.hour()).put, 100);
    assert_eq!(stage.config().sizes(), [100, 3]);
    let again = stage.config().batches.lock().unwrap()[1].clone();
    let ids: BTreeSet<_> = again
        .iter()
        .map(|posting| posting.resource().clone())
        .collect();
    assert_eq!(ids, [3, 50, 99].map(|n| super::canned::id(n).into()).into());
}

#[test]
fn case_8_what_is_never_taken_is_named_and_put_by_the_next_run() {
    let stage = Stage::with(100);
    stage.config().refuse([3, 50, 99], 4);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert_eq!((summary.put, summary.undelivered), (97, 3));
    for number in [3, 50, 99] {
        assert!(
            line.contains(&super::canned::id(number).to_string()),
            "{line}"
        );
    }
    assert_eq!(stage.config().sizes(), [100, 3, 3, 3]);
    assert_eq!(stage.config().shown().len(), 97);
    assert_eq!(stage.play_well(&stage.hour()).put, 3);
    assert_eq!(stage.config().shown().len(), 100);
}

#[test]
fn case_9_throttling_is_waited_for_with_jitter() {
    let stage = Stage::with(100);
    stage.report.fail(2..6, Trouble::Throttled);
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.throttled), (100, 4));
    let sleeps = stage.time.sleeps();
    assert_eq!(sleeps.len(), 4);
    assert_eq!(
        sleeps.iter().collect::<BTreeSet<_>>().len(),
        4,
        "{sleeps:?}"
    );
    assert!(sleeps.iter().sum::<Duration>() < GRANTED);
    // Others that were turned away at the same time come back at other times.
    let other = Stage::with(100);
    other.report.fail(2..6, Trouble::Throttled);
    other.play_well(&other.hour());
    assert!(
        other
            .time
            .sleeps()
            .iter()
            .all(|sleep| !sleeps.contains(sleep))
    );
}

#[test]
fn case_10_throttling_that_does_not_end_is_given_up_in_time() {
    let stage = Stage::with(1_000);
    // What Config shows is read, and six batches are put.
    stage.report.fail(8..1_000, Trouble::Throttled);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert_eq!((summary.put, summary.undelivered), (600, 400));
    assert!(
        line.contains("and 390 others: the time was over: ThrottlingException"),
        "{line}"
    );
    assert!(stage.time.sleeps().iter().sum::<Duration>() < GRANTED);
    stage.report.heal();
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.unchanged), (400, 600));
}

#[test]
fn case_11_nobody_waits_for_the_results_of_a_rule_that_is_gone() {
    let stage = Stage::with(1_000);
    *stage.config().deleted.lock().unwrap() = true;
    let summary = stage.play_well(&stage.hour());
    assert!(summary.rule_gone);
    // One page of what Config shows, and one put.
    assert_eq!(stage.report.calls(), 2);
    assert!(stage.play_well(&stage.change(0)).rule_gone);
}

#[test]
fn a_batch_that_is_refused_as_a_whole_does_not_hold_up_the_others() {
    let stage = Stage::with(300);
    stage.report.fail([2], Trouble::Denied);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert_eq!((summary.put, summary.undelivered), (200, 100));
    assert!(
        line.ends_with("and 90 others: AccessDeniedException"),
        "{line}"
    );
}

#[test]
fn an_outage_is_tried_through_a_few_times() {
    let stage = Stage::with(100);
    stage.report.fail(2..5, Trouble::Down);
    assert_eq!(stage.play_well(&stage.hour()).put, 100);
    // Throttling is no outage.
    let stage = Stage::with(100);
    stage.report.fail(2..6, Trouble::Throttled);
    stage.report.fail(6..9, Trouble::Down);
    assert_eq!(stage.play_well(&stage.hour()).put, 100);
    let stage = Stage::with(100);
    stage.report.fail(2..6, Trouble::Down);
    assert_eq!(stage.play_badly(&stage.hour()).0.undelivered, 100);
    assert_eq!(stage.report.calls(), 5);
}

#[test]
fn a_put_that_is_never_answered_ends_with_the_time() {
    let stage = Stage::with(300);
    stage.report.fail([3], Trouble::Silent);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert_eq!(summary.put + summary.undelivered, 300);
    assert!(line.ends_with(": the time was over"), "{line}");
}
