//! Threats on managed hosts, from the finding to the line that AWS Config shows.

use deepgrade::remediate::{Answered, Unanswered};
use remediations::{
    action::Scan,
    finding::{About, EcsTask},
    record::State,
};
use rules::module::Module;
use serde_json::json;
use testbed::{Fault, FaultBody, Injection, estate::Condition};

use super::{
    findings::{BITCOIN, later, threat},
    stage::Stage,
};

/// How often a Manager was asked for a recommendation scan.
fn recommendation_scans_asked_for(stage: &Stage) -> usize {
    let calls = stage.manager.calls().into_iter();
    let bodies = calls.filter_map(|call| call.body);
    bodies
        .filter(|body| body["type"] == "scan-for-recommendations")
        .count()
}

/// How often a scheduled task was made.
fn tasks_made(stage: &Stage) -> usize {
    let writes = stage.writes();
    writes
        .iter()
        .filter(|write| *write == "POST /scheduledtasks")
        .count()
}

#[test]
fn a_managed_instance_is_scanned_and_what_is_recommended_is_applied() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    let record = stage.record();
    assert_eq!(record.state, State::Pending);
    let line = stage.line();
    assert!(
        line.contains("recommendation scan requested 2026-08-01T12:00Z"),
        "{line}"
    );
    assert!(line.contains("malware scan requested"), "{line}");
    stage.until_quiet();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
    let line = stage.line();
    assert!(line.contains("malware scan done 2026-08-01T12:1"), "{line}");
    assert!(
        line.contains("rules applied") || line.contains("rule applied"),
        "{line}"
    );
    let target = remediations::action::Target::Computer(computer);
    for module in [Module::IntrusionPrevention, Module::IntegrityMonitoring] {
        let seen = stage.wait_for(stage.world.managers.assignments("ds", target, module));
        assert_eq!(seen.unwrap().unwrap().recommended.len(), 0, "{module}");
    }
}

#[test]
fn case_37_the_same_finding_five_times_makes_one_task_a_scan() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat("Recon:EC2/Portscan", &[instance]);
    stage.answer(&finding).unwrap();
    let made = tasks_made(&stage);
    for _ in 0..4 {
        assert_eq!(stage.answer(&finding).unwrap(), [Answered::Duplicate]);
    }
    assert_eq!(tasks_made(&stage), made);
    assert!(made >= 1);
}

#[test]
fn case_38_a_newer_version_within_the_window_makes_no_new_scan() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    stage.answer(&finding).unwrap();
    stage.until_quiet();
    let scans = |stage: &Stage| {
        let calls = stage.manager.calls();
        let made = calls
            .iter()
            .filter(|call| call.name() == "POST /scheduledtasks");
        let kinds = made.map(|call| call.body.as_ref().unwrap()["type"].to_string());
        kinds.filter(|kind| kind.contains("scan-for")).count()
    };
    let made = scans(&stage);
    assert!(made >= 2, "{made}");
    stage.answer(&later(&finding, 60)).unwrap();
    assert_eq!(stage.record().finding.version, later(&finding, 60).version);
    stage.until_quiet();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
    assert_eq!(scans(&stage), made, "no scan was repeated");
}

#[test]
fn case_39_an_older_version_after_a_newer_one_is_superseded() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    stage.answer(&later(&finding, 60)).unwrap();
    let before = stage.ledger.all();
    assert_eq!(stage.answer(&finding).unwrap(), [Answered::Superseded]);
    assert_eq!(stage.ledger.all(), before);
}

#[test]
fn case_58_a_finding_that_waited_six_hours_is_answered_unless_a_later_one_was() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    stage.pass(6 * 60);
    stage.answer(&finding).unwrap();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
    stage.answer(&later(&finding, 60)).unwrap();
    assert_eq!(stage.answer(&finding).unwrap(), [Answered::Superseded]);
}

#[test]
fn case_44_a_task_whose_making_was_answered_504_is_found_by_name() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let lost = Fault::Status(504, FaultBody::Html);
    stage.manager.inject(
        Injection::on("POST /scheduledtasks", lost)
            .after_effect()
            .times(1),
    );
    stage
        .answer(&threat("Recon:EC2/Portscan", &[instance]))
        .unwrap();
    let line = stage.line();
    assert!(line.contains("recommendation scan requested"), "{line}");
    let scans = stage.record().outcomes.len() - 2;
    assert_eq!(tasks_made(&stage), scans, "one task a scan: {line}");
}

/// The Manager has sent the task on its way and deleted it, and the agent takes its time: nothing
/// tells that the scan was asked for.
#[test]
fn a_scan_that_may_be_under_way_is_not_asked_for_again_within_its_window() {
    let (create, search) = ("POST /scheduledtasks", "POST /scheduledtasks/search");
    let nothing = Fault::Replace("scheduledTasks".to_owned(), json!([]));
    let broken = Fault::Status(502, FaultBody::Html);
    for (lost, looked) in [(Fault::SignInPage, nothing), (broken, Fault::Reset)] {
        let stage = Stage::new();
        let (computer, instance) = stage.computer(Condition::Healthy);
        stage.at_manager(computer, |computer| computer.agent.speaks = false);
        let case = format!("{lost:?}");
        let lost = Injection::on(create, lost).after_effect();
        stage.manager.inject(lost);
        stage.manager.inject(Injection::on(search, looked).from(2));
        let finding = threat("Recon:EC2/Portscan", &[instance]);
        stage.answer(&finding).unwrap();
        let asked = recommendation_scans_asked_for(&stage);
        stage.manager.heal();
        for _ in 0..23 {
            stage.pass(60);
            stage.publish();
            stage.follow_up();
            let line = stage.line();
            assert!(
                line.contains("whether it has it is not known"),
                "{case}: {line}"
            );
        }
        assert_eq!(
            recommendation_scans_asked_for(&stage),
            asked,
            "{case}: {}",
            stage.line()
        );
        // Nothing came of it in all its window.
        stage.at_manager(computer, |computer| computer.agent.speaks = true);
        stage.pass(120);
        stage.publish();
        stage.follow_up();
        assert!(
            recommendation_scans_asked_for(&stage) > asked,
            "{case}: {}",
            stage.line()
        );
    }
}

#[test]
fn case_46_a_scan_that_an_offline_agent_never_runs_ends_as_not_run() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.at_manager(computer, |computer| computer.agent.speaks = false);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    stage.pass(60);
    stage.publish();
    stage.follow_up();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
    stage.pass(25 * 60);
    stage.publish();
    stage.follow_up();
    assert_eq!(stage.record().state, State::Failed);
    let line = stage.line();
    assert!(
        line.contains("malware scan failed: not run within 24 hours"),
        "{line}"
    );
    assert!(!line.contains("done"), "{line}");
}

#[test]
fn case_50_a_claim_of_the_dead_is_taken_over_after_it_ran_out_and_not_before() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    stage.claim_and_die(&finding);
    assert!(matches!(
        stage.answer(&finding),
        Err(Unanswered::Busy { .. })
    ));
    stage.pass(14);
    assert!(matches!(
        stage.answer(&finding),
        Err(Unanswered::Busy { .. })
    ));
    stage.pass(2);
    stage.answer(&finding).unwrap();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
}

#[test]
fn a_task_of_ecs_leads_to_its_instance() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let task = "arn:aws:ecs:eu-west-1:111122223333:task/c/0a1b";
    stage
        .world
        .scene
        .lock()
        .unwrap()
        .tasks
        .insert(task.to_owned(), instance);
    let mut finding = threat("Execution:Runtime/NewBinaryExecuted", &[]);
    let About::Threat(threat) = &mut finding.about else {
        panic!("{finding:?}");
    };
    threat.tasks.push(EcsTask {
        cluster: "arn:aws:ecs:eu-west-1:111122223333:cluster/c".into(),
        task: task.into(),
    });
    stage.answer(&finding).unwrap();
    let records = stage.records();
    let on_instance = records
        .iter()
        .find(|record| record.instance == Some(instance))
        .unwrap();
    assert_eq!(on_instance.state, State::Pending);
    assert!(on_instance.plan.as_ref().unwrap().trail[0].contains("runs on it"));
}

#[test]
fn a_module_that_is_off_makes_its_scan_a_skipped_one() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.at_manager(computer, |computer| {
        computer
            .own
            .module(testbed::estate::Module::AntiMalware)
            .state = Some(testbed::estate::State::Off);
    });
    stage.publish();
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    let line = stage.line();
    assert!(
        line.contains("malware scan skipped: anti-malware is off"),
        "{line}"
    );
    let calls = stage.manager.calls();
    let malware = calls.iter().any(|call| {
        call.body
            .as_ref()
            .is_some_and(|body| body["type"] == "scan-for-malware")
    });
    assert!(!malware && Scan::Malware.module().is_some());
}
