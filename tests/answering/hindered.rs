//! Steps that could not be done for a reason that somebody can mend: they are tried again until they
//! can, and not sooner than after a pause.

use jiff::SignedDuration;
use remediations::{
    finding::Finding,
    outcome::Outcome,
    record::{Record, State},
};
use testbed::{Fault, FaultBody, Injection, Key as ManagerKey, SECRET, estate::Condition};

use super::{
    findings::{BITCOIN, threat, vulnerability},
    inspector::covered,
    stage::Stage,
};

const CREATE: &str = "POST /scheduledtasks";

fn forbidden() -> Fault {
    Fault::Status(403, FaultBody::Message("no right".to_owned()))
}

fn keys(stage: &Stage, keys: Vec<ManagerKey>) {
    stage.manager.options(|options| options.keys = keys);
}

fn is_hindered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Hindered { .. })
}

fn tasks(stage: &Stage) -> usize {
    let calls = stage.manager.calls();
    let made = |call: &&testbed::Call| {
        call.name() == CREATE && call.status.is_some_and(|status| status == 200)
    };
    calls.iter().filter(made).count()
}

#[test]
fn a_refused_key_is_tried_once_an_hour_until_it_opens() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    keys(&stage, Vec::new());
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
    assert!(stage.record().state.is_open());
    assert!(
        stage.line().contains("will be tried again"),
        "{}",
        stage.line()
    );
    assert!(stage.line().contains("401"), "{}", stage.line());
    stage.manager.forget_calls();
    for _ in 0..5 {
        stage.pass(10);
        assert!(!stage.follow_up().changed);
    }
    assert_eq!(stage.manager.calls().len(), 0, "it is left alone");
    // Days later it is still tried.
    for _ in 0..50 {
        stage.pass(61);
        stage.follow_up();
    }
    assert!(!stage.manager.calls().is_empty());
    assert!(
        stage.record().outcomes.iter().any(is_hindered),
        "{}",
        stage.line()
    );
    keys(&stage, vec![ManagerKey::operator(SECRET)]);
    stage.pass(61);
    stage.publish();
    stage.until_quiet();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
}

#[test]
fn a_right_that_is_given_later_lets_each_scan_run_once() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.manager.inject(Injection::on(CREATE, forbidden()));
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert!(
        stage.line().contains("lacks a right (403)"),
        "{}",
        stage.line()
    );
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    assert_eq!(tasks(&stage), 0);
    stage.manager.heal();
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    let scans = tasks(&stage);
    assert!(scans >= 2, "{scans}");
    for _ in 0..3 {
        stage.until_quiet();
    }
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
}

/// What was assigned before the right was taken away is sent all the same.
#[test]
fn what_is_assigned_in_two_tries_is_sent() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    let assigned = "POST /computers/*/integritymonitoring/assignments";
    stage.manager.inject(Injection::on(assigned, forbidden()));
    stage.until_quiet();
    let line = stage.line();
    assert!(
        line.contains("apply the recommendations will be tried again"),
        "{line}"
    );
    stage.manager.estate(|estate| {
        for computer in estate.computers.values_mut() {
            computer.recommended.clear();
        }
    });
    stage.manager.heal();
    stage.manager.forget_calls();
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    let calls = stage.manager.calls();
    let sends = calls.iter().filter_map(|call| call.body.as_ref());
    let sends = sends.filter(|body| body["type"] == "send-policy");
    assert_eq!(sends.count(), 1, "{}", stage.line());
}

/// A computer has all the time for a scan from when the Manager took it.
#[test]
fn what_was_refused_for_a_day_has_a_day_from_then_on() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.at_manager(computer, |computer| computer.agent.speaks = false);
    stage.manager.inject(Injection::on(CREATE, forbidden()));
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    stage.pass(23 * 60);
    stage.publish();
    stage.manager.heal();
    stage.follow_up();
    assert!(
        stage.line().contains("malware scan requested"),
        "{}",
        stage.line()
    );
    stage.pass(120);
    stage.publish();
    stage.follow_up();
    assert!(
        stage.line().contains("malware scan requested"),
        "{}",
        stage.line()
    );
}

#[test]
fn what_the_manager_refuses_as_it_is_stays_failed() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let refused = Fault::Status(400, FaultBody::Message("no such thing".to_owned()));
    stage
        .manager
        .inject(Injection::on("POST /policies/*", refused));
    let finding = vulnerability("f1", instance, &[covered(&stage)]);
    stage.answer(&finding).unwrap();
    assert_eq!(stage.record().state, State::Failed, "{}", stage.line());
    stage.manager.heal();
    stage.pass(120);
    stage.publish();
    stage.follow_up();
    assert_eq!(stage.record().state, State::Failed, "{}", stage.line());
}

#[test]
fn refused_errands_take_no_place_and_none_is_sent_beyond_the_cap() {
    let mut stage = Stage::new();
    stage.limits.errands_at_once = 4;
    let healthy = stage.computers(Condition::Healthy);
    stage.manager.inject(Injection::on(CREATE, forbidden()));
    let findings: Vec<Finding> = healthy
        .iter()
        .take(4)
        .enumerate()
        .map(|(number, (_, id))| {
            let id_of = format!("{number}6afba5c5c43e07c");
            Finding {
                id: id_of.parse().unwrap(),
                ..threat(BITCOIN, &[*id])
            }
        })
        .collect();
    for finding in &findings {
        stage.answer(finding).unwrap();
    }
    let hindered = |record: &Record| record.outcomes.iter().any(is_hindered);
    assert_eq!(stage.records().len(), 4);
    assert!(
        stage.records().iter().all(hindered),
        "{:?}",
        stage.records()
    );
    stage.manager.heal();
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    assert_eq!(tasks(&stage), 4, "no more at once than the cap allows");
    for _ in 0..6 {
        stage.until_quiet();
    }
    for record in stage.records() {
        assert_eq!(record.state, State::Answered, "{}", record.line());
    }
}

/// A finding that its source closed in the middle of a scan leaves an errand that nobody looks at.
#[test]
fn errands_of_findings_that_ended_free_their_place() {
    let mut stage = Stage::new();
    stage.limits.errands_at_once = 3;
    let healthy = stage.computers(Condition::Healthy);
    let (first, second) = (healthy[0].1, healthy[1].1);
    stage.answer(&threat(BITCOIN, &[first])).unwrap();
    assert_eq!(tasks(&stage), 3);
    let closed = Finding {
        life: remediations::finding::Life::Closed,
        ..super::findings::later(&threat(BITCOIN, &[first]), 60)
    };
    stage.answer(&closed).unwrap();
    stage.pass(60);
    let other = Finding {
        id: "26afba5c5c43e07c".parse().unwrap(),
        ..threat(BITCOIN, &[second])
    };
    stage.answer(&other).unwrap();
    stage.until_quiet();
    assert_eq!(tasks(&stage), 6);
}

/// What is planned while acting is off waits for a deployer to turn it on, however long that takes.
#[test]
fn a_plan_that_waited_for_acting_is_carried_out() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    let dry = deepgrade::remediate::Mode::DryRun;
    stage.answer_in(&stage.process(), &finding, dry).unwrap();
    stage.pass(48 * 60);
    stage.publish();
    stage.follow_up();
    assert!(
        stage.line().contains("malware scan requested"),
        "{}",
        stage.line()
    );
    assert!(SignedDuration::from_hours(48) > stage.limits.patience);
}
