//! What is done at all: acting off, the kill switch, and when AWS Config is asked to look.

use deepgrade::{
    ledger::{Key, Row, Table as _},
    remediate::{Mode, throw},
    time::Time as _,
};
use remediations::finding::{Finding, Wish};
use rules::module::Module;
use serde_json::json;
use testbed::estate::Condition;

use super::{
    findings::{BITCOIN, bucket, request, threat},
    stage::Stage,
};

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

/// A web ACL that was changed lies among the findings of its account and Region.
#[test]
fn a_row_that_is_no_finding_is_none_that_cannot_be_read() {
    let stage = Stage::new();
    let key = Key::web_acl(&stage.partition(), stage.time.now(), "arn:aws:wafv2:x");
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.answer(&threat(BITCOIN, &[instance])).unwrap();
    let row = Row::new(key, &json!({"schemaVersion": 1})).unwrap();
    stage.wait_for(stage.ledger.write(&row)).unwrap();
    assert_eq!(stage.follow_up().unreadable, [""; 0]);
}

/// The switch is looked at before each thing that is done, not only when a run begins.
#[test]
fn what_is_stopped_meanwhile_does_nothing_more() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let finding = threat(BITCOIN, &[instance]);
    let flow = stage.process();
    stage
        .wait_for(throw(flow.table(), true, stage.time.now()))
        .unwrap();
    stage.answer_in(&flow, &finding, Mode::Acting).unwrap();
    assert_eq!(stage.writes(), [""; 0]);
    assert!(stage.record().state.is_open(), "{}", stage.line());
    stage
        .wait_for(throw(flow.table(), false, stage.time.now()))
        .unwrap();
    stage.follow_up();
    assert!(!stage.writes().is_empty());
}
