//! The rule that watches over Deepgrade itself. Numbers are those of the faults that were thought of
//! beforehand.

use std::time::Duration;

use deepgrade::{grade::Summary, posting::Posting, time::Time as _};
use rules::{
    health::{KeyExpiry, ManagerStatus, Picture, Problem, ProblemKind},
    inventories::Inventories,
    inventory::Completeness,
    verdict::Compliance::{self, Compliant, NonCompliant},
};
use serde_json::{Value, json};

use super::{
    canned::{id, instance, of_computers},
    flaky::Trouble,
    message::{ACCOUNT, Message},
    stage::{GRANTED, Stage},
};

const INSTANCES: u64 = 5;

/// A computer of which every rule about the inventory knows enough.
fn computer(number: u64, agent_status: &str) -> Value {
    json!({
        "id": number + 1,
        "name": format!("web-{number}"),
        "instance": {"id": id(number), "account": ACCOUNT, "source": "connector"},
        "policy": 3,
        "agent": {
            "activated": true,
            "status": agent_status,
            "lastCommunication": "2026-11-24T11:50:00Z",
        },
        "policySend": {"requested": "2026-11-23T08:00:00Z", "succeeded": "2026-11-23T08:01:00Z"},
        "securityUpdates": "active",
        "modules": {
            "antiMalware": {"state": "on", "status": "active", "realTimeScan": true},
            "intrusionPrevention": {"state": "prevent", "status": "active", "rules": 120},
            "webReputation": {"state": "off", "status": "inactive"},
            "firewall": {"state": "off", "status": "inactive"},
            "integrityMonitoring": {"state": "off", "status": "inactive"},
            "logInspection": {"state": "off", "status": "inactive"},
            "applicationControl": {"state": "off", "status": "inactive"},
        },
    })
}

/// A stage on which nothing is wrong.
fn stage() -> Stage {
    let stage = Stage::with(INSTANCES);
    read(&stage);
    *stage.world().dead_letters.lock().unwrap() = Some(0);
    stage
}

/// The Manager is read, and everything is as it should be.
fn read(stage: &Stage) {
    read_with(
        stage,
        (0..INSTANCES).map(|number| computer(number, "active")),
    );
}

fn read_with(stage: &Stage, computers: impl IntoIterator<Item = Value>) {
    let now = stage.time.now();
    let inventories = Inventories::new(vec![Ok(of_computers(now, computers))]);
    *stage.world().inventories.lock().unwrap() = inventories.into();
    *stage.world().managers.lock().unwrap() = vec![ManagerStatus {
        manager: "first".to_owned(),
        inventory: Some(Picture {
            taken_at: now,
            completeness: Completeness::Complete,
        }),
        checked_at: Some(now),
        problem: None,
        key_expires: KeyExpiry::Never,
        clock_skew_seconds: Some(0),
        is_withheld: false,
    }];
}

/// The Manager was tried to be read, and this was met.
fn meet(stage: &Stage, change: impl FnOnce(&mut ManagerStatus)) {
    let mut managers = stage.world().managers.lock().unwrap();
    managers[0].checked_at = Some(stage.time.now());
    change(&mut managers[0]);
}

fn met(kind: ProblemKind, text: &str) -> Option<Problem> {
    let text = text.to_owned();
    Some(Problem { kind, text })
}

fn health(stage: &Stage) -> Message {
    of_health(stage.hour())
}

fn of_health(message: Message) -> Message {
    message.with(
        "ruleParameters",
        json!({"rule": "evaluator-is-healthy"}).to_string(),
    )
}

fn last(stage: &Stage) -> Posting {
    let batches = stage.config().batches.lock().unwrap();
    let [posting] = &batches.last().unwrap()[..] else {
        panic!("not one result: {batches:?}");
    };
    posting.clone()
}

/// The verdict on the account, which is put once and without a look at what Config shows.
#[track_caller]
fn verdict(stage: &Stage) -> (Compliance, String) {
    let calls = stage.report.calls();
    let summary = stage.play_well(&health(stage));
    assert_eq!(stage.report.calls() - calls, 1, "more than one put");
    assert_eq!((summary.put, summary.unchanged), (1, 0));
    let put = last(stage);
    assert_eq!(put.resource().kind(), "AWS::::Account");
    assert_eq!(put.resource().id(), ACCOUNT);
    assert_eq!(put.at(), stage.time.now());
    (put.compliance(), put.annotation().to_owned())
}

/// What an hour of a rule about instances does, which knows nothing new.
fn instances_stay(stage: &Stage) -> (Summary, Option<String>) {
    let shown = stage.config().shown();
    let outcome = stage.play(&stage.hour());
    assert_eq!(outcome.summary.put, 0);
    assert_eq!(stage.config().shown(), shown);
    (
        outcome.summary,
        outcome.end.err().map(|failure| failure.to_string()),
    )
}

#[test]
fn it_is_put_on_every_run_whatever_config_shows() {
    let stage = stage();
    let healthy = "DS-HEA-001 evaluated 5/5; inventory of 2026-11-24 12:00Z";
    for _ in 0..3 {
        assert_eq!(verdict(&stage), (Compliant, healthy.to_owned()));
        stage.pass_minutes(10);
    }
    assert_eq!(stage.config().sizes(), [1, 1, 1]);
    let reads = stage
        .config()
        .reads
        .load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(reads, 0, "what Config shows was read");
}

#[test]
fn every_page_is_counted_and_what_is_terminated_is_not() {
    let stage = Stage::with(2_500);
    read_with(&stage, (0..2_500).map(|number| computer(number, "active")));
    let mut gone = instance(7);
    gone.state = serde_json::from_value(json!("terminated")).unwrap();
    stage.world().add(gone);
    let (compliance, line) = verdict(&stage);
    assert_eq!(compliance, Compliant);
    assert!(
        line.starts_with("DS-HEA-001 evaluated 2499/2499; "),
        "{line}"
    );
    assert_eq!(stage.world().asked(), [3, 0, 1]);
}

#[test]
fn a_test_changes_nothing_that_config_shows() {
    let stage = stage();
    let summary = stage.play_well(&health(&stage).with("resultToken", "TESTMODE"));
    assert_eq!(summary.put, 1);
    assert_eq!(stage.config().tests.lock().unwrap().len(), 1);
    assert!(stage.config().shown().is_empty());
}

#[test]
fn case_17_an_outage_shows_once_the_inventory_is_stale_and_flips_nothing() {
    let stage = stage();
    assert_eq!(stage.play_well(&stage.hour()).put, 5);
    stage.pass_minutes(60);
    let refused = || met(ProblemKind::Unreachable, "connection refused");
    meet(&stage, |status| status.problem = refused());
    let (compliance, line) = verdict(&stage);
    assert_eq!(compliance, Compliant);
    assert!(
        line.contains("reading of 2026-11-24 13:00Z failed: unreachable"),
        "{line}"
    );
    assert_eq!(instances_stay(&stage).1, None);
    stage.pass_minutes(61);
    meet(&stage, |status| status.problem = refused());
    let (compliance, line) = verdict(&stage);
    assert_eq!(compliance, NonCompliant);
    let stale =
        "DS-HEA-005 evaluated 0/5; the inventory of Manager \"first\" is of 2026-11-24 12:00Z";
    assert!(line.starts_with(stale), "{line}");
    assert!(line.contains("; 5 gaps, DS-GAP-002: "), "{line}");
    instances_stay(&stage);
}

#[test]
fn case_18_of_a_stale_inventory_nothing_is_put_and_one_run_recovers() {
    let stage = stage();
    stage.play_well(&stage.hour());
    stage.pass_minutes(180);
    let (summary, failure) = instances_stay(&stage);
    assert_eq!(summary.gaps["DS-GAP-002"].count, 5);
    assert!(failure.unwrap().contains("cannot be judged yet"));
    assert_eq!(verdict(&stage).0, NonCompliant);
    read(&stage);
    assert_eq!(instances_stay(&stage).1, None);
    let healthy = "DS-HEA-001 evaluated 5/5; inventory of 2026-11-24 15:00Z";
    assert_eq!(verdict(&stage), (Compliant, healthy.to_owned()));
}

#[test]
fn case_28_an_unknown_word_is_a_gap_of_that_instance() {
    let stage = stage();
    let status = |number| if number == 3 { "hibernating" } else { "active" };
    read_with(
        &stage,
        (0..INSTANCES).map(|number| computer(number, status(number))),
    );
    let (compliance, line) = verdict(&stage);
    assert_eq!(compliance, NonCompliant);
    let gap = format!("DS-HEA-011 evaluated 4/5; 1 gap, DS-GAP-004: {}: ", id(3));
    assert!(line.starts_with(&gap), "{line}");
    assert!(line.contains("\"hibernating\""), "{line}");
}

#[test]
fn case_30_a_rejected_key_shows_at_once() {
    let stage = stage();
    meet(&stage, |status| {
        status.problem = met(ProblemKind::KeyRejected, "HTTP 401")
    });
    let line = "DS-HEA-003 evaluated 5/5; Manager \"first\" rejects its key: \"HTTP 401\"";
    assert_eq!(verdict(&stage), (NonCompliant, line.to_owned()));
    assert_eq!(
        stage.play_well(&stage.hour()).put,
        5,
        "what is known is graded"
    );
}

#[test]
fn case_33_a_wrong_clock_shows() {
    let stage = stage();
    meet(&stage, |status| status.clock_skew_seconds = Some(-600));
    let line = "DS-HEA-010 evaluated 5/5; the clock of Manager \"first\" is 600 s behind";
    assert_eq!(verdict(&stage), (NonCompliant, line.to_owned()));
}

#[test]
fn case_34_an_account_that_keeps_its_inventory_shows_it() {
    let stage = stage();
    stage.play_well(&stage.hour());
    stage.pass_minutes(15);
    meet(&stage, |status| status.is_withheld = true);
    let (compliance, line) = verdict(&stage);
    assert_eq!(compliance, NonCompliant);
    let kept = "DS-HEA-009 evaluated 5/5; the inventory of Manager \"first\" stays that of 2026-11-24 12:00Z";
    assert!(line.starts_with(kept), "{line}");
    assert_eq!(instances_stay(&stage).1, None);
}

#[test]
fn dead_letters_show() {
    let stage = stage();
    *stage.world().dead_letters.lock().unwrap() = Some(2);
    let line = "DS-HEA-012 evaluated 5/5; 2 dead letters";
    assert_eq!(verdict(&stage), (NonCompliant, line.to_owned()));
}

/// What cannot be read is part of the result, and an error of the run, which is tried again.
#[test]
fn what_cannot_be_seen_is_not_healthy() {
    // Statuses, dead letters, inventories, and a page of instances are read in this order.
    let questions = [
        (
            1,
            "the state of the inventories",
            "DS-HEA-002 evaluated 5/5; ",
        ),
        (2, "the queue of dead letters", "DS-HEA-002 evaluated 5/5; "),
        (
            3,
            "the inventories",
            "DS-HEA-011 evaluated 0/5; 5 gaps, DS-GAP-001: ",
        ),
        (4, "the instances", "DS-HEA-002 the instances"),
    ];
    for (call, what, beginning) in questions {
        for trouble in [Trouble::Denied, Trouble::Silent] {
            let stage = stage();
            stage.gather.fail([call], trouble);
            let (summary, line) = stage.play_badly(&health(&stage));
            assert!(
                line.starts_with(&format!("{what} cannot be read: ")),
                "{line}"
            );
            assert_eq!(summary.put, 1, "{what}: {trouble:?}");
            assert_eq!(last(&stage).compliance(), NonCompliant);
            let annotation = last(&stage).annotation().to_owned();
            assert!(annotation.starts_with(beginning), "{annotation}");
            let slept: Duration = stage.time.sleeps().iter().sum();
            // Whoever answers in one word must leave time for instances to be counted.
            let most = if call <= 2 { GRANTED / 4 } else { GRANTED };
            assert!(slept < most, "{what}: {slept:?}");
        }
    }
}

#[test]
fn a_passing_outage_is_sat_out() {
    let stage = stage();
    stage.gather.fail([1, 3, 5], Trouble::Throttled);
    assert_eq!(stage.play_well(&health(&stage)).put, 1);
    assert_eq!(last(&stage).compliance(), Compliant);
}

#[test]
fn what_is_about_an_instance_is_not_about_the_account() {
    let stage = stage();
    let oversized = Message::oversized(&id(1).to_string(), stage.time.now());
    let deleted = stage.change(1).with_status("ResourceDeleted");
    for message in [stage.change(1), oversized, deleted] {
        assert_eq!(stage.play_well(&of_health(message)).put, 0);
    }
    assert_eq!((stage.gather.calls(), stage.report.calls()), (0, 0));
}

#[test]
fn what_config_does_not_take_is_put_again_or_told() {
    let stage = stage();
    let refusals = &stage.config().refusals;
    let account: rules::instance::AccountId = ACCOUNT.parse().unwrap();
    refusals.lock().unwrap().insert(account.into(), 1);
    assert_eq!(stage.play_well(&health(&stage)).put, 1);
    assert_eq!(stage.config().sizes(), [1, 1]);
    stage.report.fail_always(Trouble::Down);
    let (summary, line) = stage.play_badly(&health(&stage));
    assert_eq!((summary.put, summary.undelivered), (0, 1));
    let complaint = format!("AWS Config did not get the result of {ACCOUNT}: ");
    assert!(line.starts_with(&complaint), "{line}");
    stage.report.heal();
    *stage.config().deleted.lock().unwrap() = true;
    assert!(stage.play_well(&health(&stage)).rule_gone);
}

#[test]
fn its_parameters_are_its_own() {
    let stage = stage();
    for (name, value) in [("gracePeriodMinutes", "5"), ("keyExpiryDays", "x")] {
        let parameters = json!({"rule": "evaluator-is-healthy", name: value}).to_string();
        let (_, line) = stage.play_badly(&stage.hour().with("ruleParameters", parameters));
        let refused = format!("rule evaluator-is-healthy: parameter \"{name}\": ");
        assert!(line.starts_with(&refused), "{line}");
    }
    // A longer age is one for own counts as well.
    stage.pass_minutes(180);
    let longer = json!({"rule": "evaluator-is-healthy", "maxInventoryAgeMinutes": "200"});
    stage.play_well(&stage.hour().with("ruleParameters", longer.to_string()));
    let healthy = "DS-HEA-001 evaluated 5/5; inventory of 2026-11-24 12:00Z";
    assert_eq!(last(&stage).annotation(), healthy);
}
