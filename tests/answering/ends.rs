//! Findings of which nothing can come, or nothing any more.

use deepgrade::remediate::Answered;
use remediations::{
    finding::{Finding, Life},
    record::State,
};
use testbed::estate::Condition;

use super::{
    findings::{BITCOIN, threat},
    stage::Stage,
};

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

/// Whoever takes a finding out of the archive need not change anything about it.
#[test]
fn a_finding_that_is_taken_out_of_the_archive_is_open_again() {
    let stage = Stage::new();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    let scene = || stage.world.scene.lock().unwrap();
    scene().instances.insert(unknown, None);
    let finding = threat(BITCOIN, &[unknown]);
    stage.answer(&finding).unwrap();
    scene().lives.insert(finding.id.clone(), Life::Archived);
    stage.follow_up();
    assert_eq!(stage.record().state, State::Archived);
    scene().lives.insert(finding.id.clone(), Life::Active);
    stage.answer(&finding).unwrap();
    assert_eq!(stage.record().state, State::Unprotected);
}
