//! Events about one instance. Numbers are those of the faults that were thought of beforehand.

use std::time::Duration;

use deepgrade::grade::Problem;
use rules::verdict::Compliance::{Compliant, NonCompliant};

use super::{
    canned::id,
    flaky::Trouble,
    message::Message,
    stage::{Stage, start},
};

#[test]
fn case_1_the_same_event_twice_gives_one_result() {
    let stage = Stage::with(1);
    let event = stage.change(0);
    // The second delivery does not know of the first: it reads before the other has put.
    stage.report.fail([1, 3], Trouble::Denied);
    assert_eq!(stage.play_well(&event).put, 1);
    assert_eq!(stage.play_well(&event).put, 1);
    let batches = stage.config().batches.lock().unwrap().clone();
    assert_eq!(batches.len(), 2);
    assert_eq!(batches[0], batches[1]);
    assert_eq!(stage.config().of(0), Some(Compliant));
    assert_eq!(stage.play_well(&event).unchanged, 1);
}

#[test]
fn case_2_an_earlier_event_that_comes_later_changes_nothing() {
    let stage = Stage::with(1);
    let early = stage.change(0);
    stage.pass_minutes(1);
    let late = stage.change(0);
    stage.world().know(start(), [(0, false)]);
    assert_eq!(stage.play_well(&late).put, 1);
    stage.world().know(start(), [(0, true)]);
    let summary = stage.play_well(&early);
    assert_eq!((summary.put, summary.superseded), (0, 1));
    assert_eq!(stage.config().of(0), Some(NonCompliant));
}

#[test]
fn case_3_an_instance_that_was_deleted_is_not_revived() {
    let stage = Stage::with(1);
    stage.play_well(&stage.change(0));
    let late = stage.change(0);
    stage.pass_minutes(1);
    let deleted = stage.change(0).with_status("ResourceDeleted");
    assert_eq!(stage.play_well(&deleted).put, 1);
    assert_eq!(stage.config().of(0), None);
    stage.play_well(&late);
    assert_eq!(stage.config().of(0), None);
}

#[test]
fn case_4_an_instance_that_left_the_scope_is_not_looked_at() {
    let stage = Stage::with(1);
    stage.play_well(&stage.change(0));
    let asked = stage.world().asked();
    stage.pass_minutes(1);
    let left = stage.change(0).with("eventLeftScope", true);
    assert_eq!(stage.play_well(&left).put, 1);
    assert_eq!(stage.config().of(0), None);
    assert_eq!(stage.world().asked(), asked);
}

#[test]
fn case_5_an_oversized_notification_gives_the_same_verdict() {
    let (full, oversized) = (Stage::with(1), Stage::with(1));
    full.play_well(&full.change(0));
    oversized.play_well(&Message::oversized(&id(0).to_string(), start()));
    assert_eq!(oversized.config().shown(), full.config().shown());
    assert_eq!(oversized.world().asked(), [0, 1, 1]);
    let batches = |stage: &Stage| stage.config().batches.lock().unwrap().clone();
    assert_eq!(batches(&oversized), batches(&full));
}

#[test]
fn case_6_an_oversized_notification_of_an_instance_that_is_gone() {
    for status in ["OK", "ResourceDeleted"] {
        let stage = Stage::with(1);
        stage.play_well(&stage.change(0));
        stage.pass_minutes(1);
        stage.world().instances.lock().unwrap().clear();
        let event = Message::oversized(&id(0).to_string(), start() + Duration::from_secs(60));
        stage.play_well(&event.with_status(status));
        assert_eq!(stage.config().of(0), None, "{status}");
    }
}

#[test]
fn case_12_a_put_whose_answer_is_lost_is_put_again_without_harm() {
    let stage = Stage::with(1);
    stage.report.fail([2], Trouble::Cut);
    assert_eq!(stage.play_well(&stage.change(0)).put, 1);
    let batches = stage.config().batches.lock().unwrap().clone();
    assert_eq!(batches.len(), 2);
    assert_eq!(batches[0], batches[1]);
    assert_eq!(stage.config().of(0), Some(Compliant));
}

#[test]
fn case_14_a_test_takes_the_same_path_and_changes_nothing() {
    let stage = Stage::with(1);
    let test = stage.change(0).with("resultToken", "TESTMODE");
    assert_eq!(stage.play_well(&test).put, 1);
    assert!(stage.config().shown().is_empty());
    let tested = stage.config().tests.lock().unwrap().clone();
    stage.play_well(&stage.change(0));
    assert_eq!(*stage.config().batches.lock().unwrap(), tested);
}

#[test]
fn case_15_an_unknown_message_or_version_is_refused_with_the_reason() {
    let stage = Stage::with(1);
    let mut unknown = stage.change(0);
    unknown.body["messageType"] = "ComplianceChangeNotification".into();
    for (message, part) in [
        (unknown, "\"ComplianceChangeNotification\" is not known"),
        (stage.change(0).with("version", "2.0"), "version \"2.0\""),
    ] {
        let line = stage.try_play(&message).unwrap_err().to_string();
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(stage.report.calls(), 0);
}

#[test]
fn what_config_shows_of_one_instance_need_not_be_known() {
    for trouble in [
        Trouble::Denied,
        Trouble::Down,
        Trouble::Throttled,
        Trouble::Silent,
    ] {
        let stage = Stage::with(1);
        let calls = match trouble {
            Trouble::Throttled => 6,
            Trouble::Down => 4,
            _ => 1,
        };
        stage.report.fail(1..=calls, trouble);
        assert_eq!(stage.play_well(&stage.change(0)).put, 1, "{trouble:?}");
    }
}

#[test]
fn a_retryable_gap_ends_in_an_error_and_puts_nothing() {
    let stage = Stage::with(1);
    stage
        .world()
        .know(start() - Duration::from_secs(3 * 3600), [(0, true)]);
    let (summary, line) = stage.play_badly(&stage.change(0));
    assert_eq!((summary.put, summary.evaluations.undetermined), (0, 1));
    assert!(
        line.contains("cannot be judged yet: i-00000000000000000: DS-GAP-002"),
        "{line}"
    );
    let event = stage
        .change(0)
        .with_parameter("undetermined", "non-compliant");
    assert_eq!(stage.play_well(&event).put, 1);
    assert_eq!(stage.config().of(0), Some(NonCompliant));
    assert!(
        stage.config().shown()[&id(0).to_string()]
            .1
            .starts_with("DS-UNKNOWN")
    );
}

#[test]
fn a_standing_gap_is_counted_and_is_no_error() {
    let stage = Stage::with(1);
    stage.play_well(&stage.change(0));
    stage.pass_minutes(1);
    for event in [
        stage.change(0),
        Message::oversized(&id(0).to_string(), start()),
    ] {
        for status in ["Hibernated", "running"] {
            let summary = stage.play_well(&event.clone().with_status(status));
            assert_eq!(summary.put, 0);
            assert_eq!(summary.gaps["DS-GAP-004"].count, 1);
            assert!(!summary.gaps["DS-GAP-004"].retryable);
            assert_eq!(stage.config().of(0), Some(Compliant));
        }
    }
}

#[test]
fn facts_that_cannot_be_read_are_a_retryable_gap_with_its_cause() {
    for trouble in [
        Trouble::Denied,
        Trouble::Down,
        Trouble::Throttled,
        Trouble::Silent,
    ] {
        let stage = Stage::with(1);
        stage.gather.fail_always(trouble);
        let (summary, line) = stage.play_badly(&stage.change(0));
        assert_eq!((summary.put, summary.gaps["DS-GAP-001"].count), (0, 1));
        assert!(
            line.starts_with("the inventories cannot be read: "),
            "{line}"
        );
        stage.gather.heal();
        assert_eq!(stage.play_well(&stage.change(0)).put, 1);
    }
}

/// What was fresh when an event was sent need not be fresh when it is delivered.
#[test]
fn an_event_that_comes_hours_later_is_judged_by_what_is_known_then() {
    let stage = Stage::with(1);
    let event = stage.change(0);
    stage.pass_minutes(180);
    let outcome = stage.play(&event);
    let problems = outcome.end.unwrap_err();
    assert!(matches!(problems.problems(), [Problem::Undetermined(1, _)]));
    assert!(problems.is_retryable());
    stage
        .world()
        .know(start() + Duration::from_secs(170 * 60), [(0, true)]);
    assert_eq!(stage.play_well(&event).put, 1);
    assert_eq!(stage.config().batches.lock().unwrap()[0][0].at(), start());
}

#[test]
fn a_policy_that_no_manager_knows_is_refused_with_the_nearest() {
    let stage = Stage::with(1);
    let event = stage.change(0).with_parameter("policyNames", "Web Sevrer");
    let (summary, line) = stage.play_badly(&event);
    assert!(line.contains("did you mean \"Web Server\"?"), "{line}");
    assert_eq!(summary.put, 0);
    assert!(!stage.play(&event).end.unwrap_err().is_retryable());
}
