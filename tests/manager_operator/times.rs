//! What the Manager shows of scans.

use std::collections::BTreeSet;

use deepgrade::deep_security::operator::{Operator, ScanStatus, TaskKind};
use remediations::action::{Scan, Target};
use rules::{fact::Fact, gap::Lasting, module::Module};
use serde_json::json;
use testbed::{Fault, FaultBody, Injection, Limits, Manager, clock::MINUTE, estate::Condition};

use crate::bench::{computer, manager, names, number, operator, set, task_name, wait_for};

fn start(operator: &Operator, computer: u64, kind: TaskKind) {
    let name = task_name(computer, kind);
    wait_for(operator.create_task(&name, computer, kind)).unwrap();
}

/// Lets the agents take their commands and do them.
fn let_work(manager: &Manager) {
    manager.advance(15 * MINUTE);
}

#[test]
fn a_scan_moves_its_own_time_and_no_other() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    for scan in Scan::ALL {
        let before = wait_for(operator.scan_times(id)).unwrap();
        start(&operator, id, TaskKind::Scan(*scan));
        let meanwhile = wait_for(operator.scan_times(id)).unwrap();
        let waiting = &meanwhile.computer.agent_tasks;
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        for other in Scan::ALL {
            assert_eq!(
                meanwhile.last(*other),
                before.last(*other),
                "handed out only"
            );
        }
        let_work(&manager);
        let after = wait_for(operator.scan_times(id)).unwrap();
        for other in Scan::ALL {
            let moved = after.last(*other).unwrap() != before.last(*other).unwrap();
            assert_eq!(moved, other == scan, "{other} after {scan}");
        }
        assert_eq!(after.last(*scan).unwrap(), Some(manager.now()));
        assert!(after.computer.agent_tasks.is_empty());
    }
}

#[test]
fn a_recommendation_scan_is_done_when_its_time_differs_and_it_is_valid() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    manager.estate(|estate| {
        let computer = estate.computers.get_mut(&number(id)).unwrap();
        computer.scans.recommendation = None;
    });
    let scan = || wait_for(operator.scan_times(id)).unwrap().recommendation;
    let never = scan();
    assert_eq!(never.status, Fact::Known(ScanStatus::None));
    assert_eq!(never.last(), Ok(None));
    assert_eq!(never.done_since(None), Ok(false));
    start(&operator, id, TaskKind::Scan(Scan::Recommendation));
    let_work(&manager);
    let done = scan();
    assert_eq!(done.done_since(None), Ok(true));
    assert_eq!(done.done_since(done.last().unwrap()), Ok(false));
    manager.inject(Injection::on(
        "GET *assignments",
        Fault::Replace("recommendationScanStatus".to_owned(), "unknown".into()),
    ));
    assert_eq!(scan().done_since(None), Ok(false));
    manager.inject(Injection::on(
        "GET *assignments",
        Fault::Replace("recommendationScanStatus".to_owned(), "stale".into()),
    ));
    let gap = scan().done_since(None).unwrap_err().to_string();
    assert!(gap.contains("\"stale\""), "{gap}");
}

#[test]
fn either_time_of_a_malware_scan_counts() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let set_times = |scheduled, manual| {
        manager.estate(|estate| {
            let computer = estate.computers.get_mut(&number(id)).unwrap();
            computer.scans.scheduled_malware = scheduled;
            computer.scans.manual_malware = manual;
        });
        let times = wait_for(operator.scan_times(id)).unwrap();
        times.last(Scan::Malware).unwrap()
    };
    assert_eq!(set_times(None, None), None);
    assert_eq!(set_times(Some(5_000), None), Some(5_000));
    assert_eq!(set_times(Some(5_000), Some(7_000)), Some(7_000));
    assert_eq!(set_times(Some(9_000), Some(7_000)), Some(9_000));
}

#[test]
fn a_policy_send_is_seen_when_it_succeeded() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    let sent = || {
        let times = wait_for(operator.scan_times(id)).unwrap().computer;
        times.policy_sent().unwrap()
    };
    let before = sent();
    start(&operator, id, TaskKind::PolicySend);
    assert_eq!(sent(), before);
    let_work(&manager);
    assert_ne!(sent(), before);
}

/// A time that an answer lacks must not pass for "never": the next answer would show an old scan
/// as a new one.
#[test]
fn an_answer_without_a_module_or_a_time_is_a_gap_and_not_never() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    manager.estate(|estate| {
        estate.overlay(
            number(id),
            json!({"antiMalware": null, "integrityMonitoring": {"lastIntegrityScan": "soon"},
                "computerStatus": {"agentStatus": "hibernating"}}),
        );
    });
    manager.inject(Injection::on(
        "GET *assignments",
        Fault::Replace("lastRecommendationScanDate".to_owned(), json!(null)),
    ));
    let times = wait_for(operator.scan_times(id)).unwrap();
    assert!(times.computer.managed.is_err());
    for scan in Scan::ALL {
        let gap = times.last(*scan).unwrap_err();
        assert_eq!(gap.lasting(), Lasting::Standing, "{gap}");
    }
}

#[test]
fn case_46_a_computer_that_will_not_scan_is_told_and_its_times_stand_still() {
    let manager = manager();
    let operator = operator(&manager);
    // An agent in error may speak, and then it does what it is told to; it is not asked to.
    for (condition, managed, scans) in [
        (Condition::Healthy, true, true),
        (Condition::AgentWarning, true, true),
        (Condition::AgentOffline, false, false),
        (Condition::AgentError, false, true),
        (Condition::NeverActivated, false, false),
    ] {
        let id = computer(&manager, condition);
        let before = wait_for(operator.scan_times(id)).unwrap();
        assert_eq!(before.computer.managed, Ok(managed), "{condition:?}");
        start(&operator, id, TaskKind::Scan(Scan::Malware));
        manager.advance(24 * 60 * MINUTE);
        let after = wait_for(operator.scan_times(id)).unwrap();
        let moved = after.last(Scan::Malware) != before.last(Scan::Malware);
        assert_eq!(moved, scans, "{condition:?}");
    }
}

#[test]
fn many_computers_are_read_together() {
    let manager = manager();
    let operator = operator(&manager);
    let all: Vec<u64> = manager.estate(|estate| {
        let ids = estate.computers.keys();
        ids.map(|id| u64::try_from(*id).unwrap()).collect()
    });
    let few: BTreeSet<u64> = [all[0], all[1], all[all.len() / 2], all[all.len() - 1]].into();
    let times = wait_for(operator.computer_times(&few)).unwrap();
    assert_eq!(names(&manager), ["POST /computers/search"]);
    let ids: BTreeSet<u64> = times.iter().map(|times| times.id).collect();
    assert_eq!(ids, few);
    for times in times {
        let alone = wait_for(operator.scan_times(times.id)).unwrap();
        assert_eq!(times, alone.computer);
    }
}

#[test]
fn many_computers_are_read_by_pages_from_each_to_the_next_and_the_deleted_are_left_out() {
    let manager = manager();
    manager.options(|options| options.limits = Limits::none());
    let mut access = crate::bench::access(&manager);
    access.limits.largest_page = 3;
    let (operator, _) = crate::bench::timed(access);
    let all: Vec<u64> = manager.estate(|estate| {
        let ids = estate.computers.keys();
        ids.map(|id| u64::try_from(*id).unwrap()).collect()
    });
    manager.estate(|estate| estate.computers.remove(&number(all[41])));
    let wanted: BTreeSet<u64> = [all[2], all[3], all[4], all[40], all[41], all[90]].into();
    let times = wait_for(operator.computer_times(&wanted)).unwrap();
    let ids: Vec<u64> = times.iter().map(|times| times.id).collect();
    assert_eq!(ids, [all[2], all[3], all[4], all[40], all[90]]);
    assert_eq!(names(&manager).len(), 3, "not the 120 computers, by threes");
    let everything: BTreeSet<u64> = all.iter().copied().collect();
    let times = wait_for(operator.computer_times(&everything)).unwrap();
    assert_eq!(times.len(), all.len() - 1);
    assert_eq!(wait_for(operator.computer_times(&set([]))).unwrap(), []);
    let gone = wait_for(operator.computer_times(&set([all[41], 1_000_000]))).unwrap();
    assert_eq!(gone, []);
}

#[test]
fn a_page_that_the_manager_cannot_deliver_is_halved_and_nothing_is_left_out() {
    let manager = manager();
    let mut access = crate::bench::access(&manager);
    (access.limits.largest_page, access.limits.smallest_page) = (100, 10);
    let (operator, _) = crate::bench::timed(access);
    let failure = Fault::Status(500, FaultBody::Html);
    let fault = Fault::PageAbove(30, Box::new(failure));
    manager.inject(Injection::on("POST /computers/search", fault));
    let all: BTreeSet<u64> = manager.estate(|estate| {
        let ids = estate.computers.keys();
        ids.map(|id| u64::try_from(*id).unwrap()).collect()
    });
    let times = wait_for(operator.computer_times(&all)).unwrap();
    let found: BTreeSet<u64> = times.iter().map(|times| times.id).collect();
    assert_eq!(found, all);
}

#[test]
fn the_times_of_a_computer_that_was_deleted_are_typed_as_gone() {
    let manager = manager();
    let operator = operator(&manager);
    let id = computer(&manager, Condition::Healthy);
    manager.estate(|estate| estate.computers.remove(&number(id)));
    assert!(wait_for(operator.scan_times(id)).unwrap_err().is_gone());
    let target = Target::Computer(id);
    let assignments = operator.assignments(target, Module::LogInspection);
    assert!(wait_for(assignments).unwrap_err().is_gone());
}
