//! Instances without a managed computer, and those of which that cannot be told.

use remediations::record::State;
use testbed::estate::Condition;

use super::{
    findings::{BITCOIN, later, threat},
    stage::Stage,
};

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
fn what_was_cut_short_and_cannot_be_planned_says_why() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    stage.claim_and_die(&threat(BITCOIN, &[instance]));
    stage.world.scene.lock().unwrap().published = None;
    stage.manager.refuse_connections();
    stage.pass(20);
    stage.follow_up();
    assert_eq!(stage.record().state, State::Unplanned);
    assert!(
        stage.line().starts_with("no plan yet: "),
        "{}",
        stage.line()
    );
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
