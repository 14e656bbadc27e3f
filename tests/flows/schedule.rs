//! Events about every instance. Numbers are those of the faults that were thought of beforehand.

use std::time::Duration;

use rules::verdict::Compliance::{Compliant, NonCompliant};

use super::{
    canned::instance,
    flaky::Trouble,
    stage::{GRANTED, Stage, start},
};

#[test]
fn an_hour_in_which_nothing_changed_puts_nothing() {
    let stage = Stage::with(250);
    assert_eq!(stage.play_well(&stage.hour()).put, 250);
    stage.pass_minutes(60);
    stage.world().know(
        start() + Duration::from_secs(3600),
        (0..250).map(|n| (n, true)),
    );
    let calls = stage.report.calls();
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.unchanged), (0, 250));
    assert_eq!(
        stage.report.calls() - calls,
        3,
        "three pages of a hundred results"
    );
    assert_eq!(stage.world().asked(), [2, 0, 2]);
}

#[test]
fn only_what_differs_is_put_and_what_is_gone_is_not_applicable() {
    let stage = Stage::with(10);
    stage.play_well(&stage.hour());
    stage.pass_minutes(60);
    let now = start() + Duration::from_secs(3600);
    stage
        .world()
        .know(now, (0..11).map(|number| (number, number != 3)));
    stage.world().add(instance(10));
    stage
        .world()
        .instances
        .lock()
        .unwrap()
        .remove(&super::canned::id(7));
    let summary = stage.play_well(&stage.hour());
    assert_eq!((summary.put, summary.unchanged), (3, 8));
    let last = stage
        .config()
        .batches
        .lock()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let mut put: Vec<_> = last.iter().map(|posting| posting.annotation()).collect();
    put.sort_unstable();
    assert!(put[0].starts_with("DS-INS-004"), "{put:?}");
    assert_eq!(stage.config().of(7), None);
    assert_eq!(stage.config().of(3), Some(NonCompliant));
    assert_eq!(stage.config().of(10), Some(Compliant));
}

#[test]
fn case_13_batches_hold_at_most_a_hundred_and_nothing_is_lost() {
    for (instances, batches) in [(101, 2), (200, 2), (100_000, 1_000)] {
        let stage = Stage::with(instances);
        let summary = stage.play_well(&stage.hour());
        assert_eq!(summary.put as u64, instances);
        assert_eq!(stage.config().sizes().len(), batches);
        assert_eq!(stage.config().shown().len() as u64, instances);
        assert_eq!(stage.world().asked()[0] as u64, instances.div_ceil(1_000));
    }
}

#[test]
fn case_16_a_rule_that_was_made_anew_gets_every_result() {
    let stage = Stage::with(5);
    stage.play_well(&stage.hour());
    stage.config().forget();
    assert_eq!(stage.play_well(&stage.hour()).put, 5);
}

#[test]
fn without_knowing_what_config_shows_nothing_is_put() {
    for trouble in [
        Trouble::Denied,
        Trouble::Down,
        Trouble::Throttled,
        Trouble::Silent,
    ] {
        let stage = Stage::with(150);
        stage.play_well(&stage.hour());
        stage.pass_minutes(60);
        stage.world().know(start() + Duration::from_secs(3600), []);
        // The second page of two.
        stage.report.fail(2..100, trouble);
        let (summary, line) = stage.play_badly(&stage.hour());
        assert_eq!(summary.put, 0);
        assert!(
            line.starts_with("what Config shows cannot be read: "),
            "{line}"
        );
        assert_eq!(stage.config().sizes().len(), 2);
    }
}

#[test]
fn instances_that_cannot_all_be_read_are_delivered_as_far_as_they_are_and_none_is_gone() {
    for trouble in [
        Trouble::Denied,
        Trouble::Down,
        Trouble::Throttled,
        Trouble::Silent,
    ] {
        let stage = Stage::with(1_500);
        stage.play_well(&stage.hour());
        stage.config().forget();
        // The inventories, a page, and then no more.
        stage.gather.fail(3..200, trouble);
        let (summary, line) = stage.play_badly(&stage.hour());
        assert_eq!(summary.put, 1_000, "{trouble:?}");
        assert!(line.starts_with("the instances cannot be read: "), "{line}");
        let slept: Duration = stage.time.sleeps().iter().sum();
        assert!(slept < GRANTED, "{slept:?}");
        // The other five hundred were compliant and still are.
        let stage = Stage::with(1_500);
        stage.play_well(&stage.hour());
        stage.gather.fail(3..200, trouble);
        assert_eq!(stage.play_badly(&stage.hour()).0.put, 0);
        assert_eq!(stage.config().shown().len(), 1_500);
    }
}

#[test]
fn gaps_leave_what_config_shows() {
    let stage = Stage::with(3);
    stage.play_well(&stage.hour());
    stage.pass_minutes(180);
    let (summary, line) = stage.play_badly(&stage.hour());
    assert_eq!((summary.put, summary.gaps["DS-GAP-002"].count), (0, 3));
    assert!(
        line.starts_with("3 instances cannot be judged yet, the first: i-0"),
        "{line}"
    );
    assert_eq!(stage.config().shown().len(), 3);
}
