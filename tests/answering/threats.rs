//! Threats on hosts, from the finding to the line that AWS Config shows.

use deepgrade::{
    ledger::read_ledger,
    remediate::{Answered, Mode, Unanswered},
};
use jiff::SignedDuration;
use remediations::{
    action::Scan,
    finding::{About, EcsTask, Finding, Life, Wish},
    record::State,
};
use rules::{Gap, gap, ledger::Source, module::Module};
use testbed::{Fault, FaultBody, Injection, estate::Condition};

use super::{
    findings::{bucket, later, request, threat},
    stage::Stage,
};

const BITCOIN: &str = "CryptoCurrency:EC2/BitcoinTool.B!DNS";

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
fn with_acting_off_nothing_is_changed_anywhere() {
    for finding in every_kind() {
        let stage = Stage::new();
        let (_, instance) = stage.computer(Condition::Healthy);
        let finding = finding(instance);
        stage.world.scene.lock().unwrap().readers = vec![instance];
        stage
            .answer_in(&stage.process(), &finding, Mode::DryRun)
            .unwrap();
        stage.pass(20);
        stage.follow_up_as(Mode::DryRun);
        assert_eq!(stage.writes(), [""; 0], "{:?}", finding.about);
        assert!(stage.world.scene.lock().unwrap().notices.is_empty());
        let records = stage.records();
        let planned = records
            .iter()
            .find(|record| record.instance.is_some())
            .unwrap();
        let acts = planned.plan.as_ref().unwrap().steps.iter();
        let acts = acts.filter(|step| matches!(step.doing, remediations::plan::Doing::Act(_)));
        if acts.count() > 0 {
            assert!(
                planned.line().contains("acting is off"),
                "{}",
                planned.line()
            );
        }
    }
}

/// Findings of every kind on an instance.
fn every_kind() -> Vec<Box<dyn Fn(rules::instance::InstanceId) -> Finding>> {
    vec![
        Box::new(|instance| threat(BITCOIN, &[instance])),
        Box::new(|_| bucket()),
        Box::new(|instance| {
            super::findings::vulnerability("v", instance, &super::inspector::some_cves())
        }),
        Box::new(|instance| request("r1", instance, Wish::RunScans)),
        Box::new(|instance| {
            let modules = vec![Module::IntegrityMonitoring, Module::LogInspection];
            request("r2", instance, Wish::EnableModules { modules })
        }),
        Box::new(|instance| {
            let policy = "Linux Server".into();
            request("r3", instance, Wish::AssignPolicy { policy })
        }),
    ]
}

#[test]
fn the_kill_switch_stops_what_a_deployer_allows() {
    let stage = Stage::new();
    let now = super::stage::as_of();
    let flow = stage.process();
    stage.wait_for(async {
        assert_eq!(flow.mode(Mode::Acting).await, Ok(Mode::Acting));
        deepgrade::remediate::throw(&*stage.ledger, true, now)
            .await
            .unwrap();
        assert_eq!(flow.mode(Mode::Acting).await, Ok(Mode::DryRun));
        deepgrade::remediate::throw(&*stage.ledger, false, now)
            .await
            .unwrap();
        assert_eq!(flow.mode(Mode::Acting).await, Ok(Mode::Acting));
        assert_eq!(flow.mode(Mode::DryRun).await, Ok(Mode::DryRun));
    });
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
fn case_40_an_unmanaged_instance_is_told_of_once_and_nothing_is_written() {
    let stage = Stage::new();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    stage
        .world
        .scene
        .lock()
        .unwrap()
        .instances
        .insert(unknown, Some("team-data".to_owned()));
    let finding = threat(BITCOIN, &[unknown]);
    stage.answer(&finding).unwrap();
    stage.answer(&later(&finding, 60)).unwrap();
    stage.until_quiet();
    assert_eq!(stage.writes(), [""; 0]);
    let scene = stage.world.scene.lock().unwrap();
    assert_eq!(scene.notices.len(), 1);
    let notice = &scene.notices[0];
    assert_eq!(notice.owner.as_deref(), Some("team-data"));
    assert!(
        notice.message.contains("no Manager has a computer for it"),
        "{}",
        notice.message
    );
    drop(scene);
    assert_eq!(stage.record().state, State::Unprotected);
    assert!(
        stage
            .line()
            .starts_with("not protected, message to the owner done"),
        "{}",
        stage.line()
    );
}

#[test]
fn an_instance_that_becomes_managed_is_answered_after_all() {
    let stage = Stage::new();
    let (computer, instance) = stage.computer(Condition::Healthy);
    stage.at_manager(computer, |computer| computer.agent.fingerprint = None);
    stage.publish();
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert_eq!(stage.record().state, State::Unprotected, "{}", stage.line());
    stage.at_manager(computer, |computer| {
        computer.agent.fingerprint = Some("AA:BB".to_owned());
    });
    stage.until_quiet();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
}

#[test]
fn case_41_what_a_stale_inventory_does_not_show_is_looked_up_live() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.pass(180);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.world.scene.lock().unwrap().published = None;
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert_eq!(stage.record().state, State::Pending, "{}", stage.line());
}

#[test]
fn what_cannot_be_seen_is_open_and_is_planned_once_it_can() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.world.scene.lock().unwrap().published = None;
    stage.manager.refuse_connections();
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    assert_eq!(stage.record().state, State::Unplanned);
    assert!(stage.record().state.is_open());
    assert!(
        stage.line().starts_with("no plan yet: "),
        "{}",
        stage.line()
    );
    stage.manager.accept_connections();
    stage.until_quiet();
    assert_eq!(stage.record().state, State::Answered, "{}", stage.line());
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
    let claimed_after = 9;
    assert!(stage.answer_and_die(&finding, claimed_after));
    assert!(matches!(stage.record().state, State::Claimed { .. }));
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
fn case_54_a_message_that_fails_is_sent_later_and_alone() {
    let stage = Stage::new();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    let scene = || stage.world.scene.lock().unwrap();
    scene().instances.insert(unknown, None);
    scene().messages_fail = true;
    stage.answer(&threat(BITCOIN, &[unknown])).unwrap();
    assert!(stage.record().has_message_to_send());
    assert!(
        stage.line().contains("message to the owner waiting"),
        "{}",
        stage.line()
    );
    scene().messages_fail = false;
    stage.until_quiet();
    assert_eq!(scene().notices.len(), 1);
    assert!(!stage.record().has_message_to_send());
}

#[test]
fn bad_input_30_a_sample_is_told_of_and_never_scanned() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let sample = Finding {
        sample: true,
        ..threat(BITCOIN, &[instance])
    };
    stage.answer(&sample).unwrap();
    stage.until_quiet();
    assert_eq!(stage.writes(), [""; 0]);
    assert_eq!(stage.world.scene.lock().unwrap().notices.len(), 1);
    assert_eq!(stage.record().instance, None);
    assert_eq!(stage.record().state, State::Answered);
}

#[test]
fn bad_input_31_an_archived_finding_is_settled_without_an_action() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let archived = Finding {
        life: Life::Archived,
        ..threat(BITCOIN, &[instance])
    };
    assert_eq!(stage.answer(&archived).unwrap(), [Answered::Settled]);
    assert_eq!(stage.record().state, State::Archived);
    assert_eq!(stage.writes(), [""; 0]);
}

#[test]
fn what_is_archived_at_its_source_later_is_over() {
    let stage = Stage::new();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    stage
        .world
        .scene
        .lock()
        .unwrap()
        .instances
        .insert(unknown, None);
    let finding = threat(BITCOIN, &[unknown]);
    stage.answer(&finding).unwrap();
    let lives = [(finding.id.clone(), Life::Archived)];
    stage.world.scene.lock().unwrap().lives.extend(lives);
    stage.follow_up();
    assert_eq!(stage.record().state, State::Archived);
    let expires = stage
        .ledger
        .all()
        .iter()
        .any(|row| row.state.is_some() && row.expires_at.is_some());
    assert!(expires);
}

#[test]
fn what_happens_to_an_instance_that_is_gone_is_over() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    stage
        .world
        .scene
        .lock()
        .unwrap()
        .terminated
        .insert(instance);
    stage.follow_up();
    assert_eq!(stage.record().state, State::Gone);
}

#[test]
fn a_threat_that_cites_no_instance_is_recorded_and_told_of() {
    let stage = Stage::new();
    stage
        .answer(&threat("Policy:S3/BucketAnonymousAccessGranted", &[]))
        .unwrap();
    assert_eq!(stage.record().state, State::Answered);
    let scene = stage.world.scene.lock().unwrap();
    assert!(scene.notices[0].message.ends_with("cites no EC2 instance"));
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
fn a_bucket_leads_to_its_readers_and_to_no_other_instance() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.world.scene.lock().unwrap().readers = vec![instance];
    stage.answer(&bucket()).unwrap();
    stage.until_quiet();
    let records = stage.records();
    assert_eq!(records.len(), 2);
    for record in &records {
        assert_eq!(record.state, State::Answered, "{}", record.line());
    }
    stage.world.scene.lock().unwrap().readers.clear();
    stage.answer(&later(&bucket(), 60)).unwrap();
    let records = stage.records();
    let reader = records
        .iter()
        .find(|record| record.instance.is_some())
        .unwrap();
    assert_eq!(reader.state, State::Closed, "it leads there no more");
    let closed = Finding {
        life: Life::Closed,
        ..later(&bucket(), 120)
    };
    stage.answer(&closed).unwrap();
    assert!(
        stage
            .records()
            .iter()
            .all(|record| record.state == State::Closed)
    );
}

/// An instance that nobody could see may read the bucket: nothing is in order before it is found.
#[test]
fn readers_that_could_not_be_found_are_a_gap_until_they_are() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let scene = || stage.world.scene.lock().unwrap();
    let why = "the instances of us-east-1 cannot be read";
    scene().reader_gaps = vec![Gap::standing(&gap::NOT_REPORTED, why)];
    stage.answer(&bucket()).unwrap();
    assert_eq!(stage.record().state, State::Failed, "{}", stage.line());
    assert!(stage.line().contains(why), "{}", stage.line());
    let listing = |stage: &Stage| {
        let ledger = stage
            .wait_for(read_ledger(&*stage.ledger, &stage.partition()))
            .unwrap();
        let ages = SignedDuration::from_hours(24);
        let listing = ledger.listing(instance, Source::Macie, super::stage::as_of(), ages);
        listing.unwrap_err().to_string()
    };
    assert!(
        listing(&stage).contains("not every instance"),
        "{}",
        listing(&stage)
    );
    scene().reader_gaps.clear();
    scene().readers = vec![instance];
    stage.pass(61);
    stage.until_quiet();
    let records = stage.records();
    assert_eq!(records.len(), 2, "{records:?}");
    assert!(records.iter().all(|record| record.state == State::Answered));
    assert!(
        listing(&stage).contains("never listed"),
        "{}",
        listing(&stage)
    );
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

#[test]
fn case_61_a_start_that_is_refused_is_tried_again_after_a_minute() {
    let stage = Stage::new();
    let partition = stage.partition();
    let scene = || stage.world.scene.lock().unwrap();
    scene().starts_fail = true;
    stage.wait_for(stage.process().kick(&partition)).unwrap();
    scene().starts_fail = false;
    stage
        .wait_for(stage.process().kick_if_due(&partition))
        .unwrap();
    assert!(scene().starts.is_empty(), "a minute has not passed");
    stage.pass(2);
    stage
        .wait_for(stage.process().kick_if_due(&partition))
        .unwrap();
    assert_eq!(scene().starts.len(), 1);
    for _ in 0..50 {
        stage.wait_for(stage.process().kick(&partition)).unwrap();
    }
    assert_eq!(scene().starts.len(), 1, "once a minute at most");
    stage.pass(2);
    stage
        .wait_for(stage.process().kick_if_due(&partition))
        .unwrap();
    assert_eq!(
        scene().starts.len(),
        2,
        "what was wanted meanwhile is not lost"
    );
}
