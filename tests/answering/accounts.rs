//! Buckets whose policy lets roles of other accounts in: their instances are in the ledger of their
//! own account, and what cannot be seen there is a gap there, and nowhere else.

use deepgrade::ledger::{
    Key, Partition, Row, Table as _, note_listed, note_partition, read_ledger,
};
use jiff::SignedDuration;
use remediations::{
    finding::{Finding, Life},
    record::{Record, State},
};
use rules::{
    Gap, gap,
    instance::{AccountId, InstanceId, Region},
    ledger::{Source, Standing},
};
use testbed::estate::Condition;

use super::{
    findings::{bucket, later},
    stage::Stage,
};

/// Another account, a Region that it is in, and an instance of it that nobody manages.
pub(crate) fn other() -> (Partition, InstanceId) {
    let partition = Partition::read("444455556666#eu-central-1").unwrap();
    (partition, "i-0123456789abcdef0".parse().unwrap())
}

/// A stage whose ledger knows the other account.
pub(crate) fn stage() -> Stage {
    let stage = Stage::new();
    let (partition, instance) = other();
    know(&stage, &partition);
    let mut scene = stage.world.scene.lock().unwrap();
    scene
        .instances
        .insert(instance, Some("team-data".to_owned()));
    drop(scene);
    stage
}

fn know(stage: &Stage, partition: &Partition) {
    let noted = note_partition(&*stage.ledger, partition);
    stage.wait_for(noted).unwrap();
}

/// A third account that the ledger knows.
pub(crate) fn third(stage: &Stage) -> AccountId {
    let partition = Partition::read("777788889999#us-west-2").unwrap();
    know(stage, &partition);
    partition.account
}

pub(crate) fn lets_in(
    stage: &Stage,
    account: AccountId,
    found: Result<Vec<(InstanceId, Region)>, Gap>,
) {
    let mut scene = stage.world.scene.lock().unwrap();
    scene.elsewhere.insert(account, found);
}

/// Lets the bucket's policy let the instance of the other account in.
pub(crate) fn readable(stage: &Stage) {
    let (partition, instance) = other();
    lets_in(
        stage,
        partition.account,
        Ok(vec![(instance, partition.region)]),
    );
}

pub(crate) fn unreadable(stage: &Stage, account: AccountId) {
    let why = format!("roles of account {account} cannot be read: access denied");
    let gap = Gap::standing(&gap::FINDING_WITHOUT_PLAN, why);
    lets_in(stage, account, Err(gap));
}

/// The records of the other account.
fn theirs(stage: &Stage) -> Vec<Record> {
    let (partition, _) = other();
    let mut records = stage.records();
    records.retain(|record| Partition::from(record) == partition);
    records
}

fn head(stage: &Stage) -> Record {
    let records = stage.records();
    let head = records.iter().find(|record| record.is_head());
    head.expect("the finding itself").clone()
}

/// What rules are told of an instance: how its findings stand, or why there may be others.
fn told(stage: &Stage, partition: &Partition, id: InstanceId) -> Result<Vec<Standing>, String> {
    let ledger = stage
        .wait_for(read_ledger(&*stage.ledger, partition))
        .unwrap();
    let day = SignedDuration::from_hours(24);
    match ledger.listing(id, Source::Macie, super::stage::as_of(), day) {
        Err(gap) if gap.reason().code() == &gap::FINDING_WITHOUT_PLAN => {
            Err(gap.reason().text().to_owned())
        }
        _ => {
            let entries = ledger.entries(id, Source::Macie);
            Ok(entries.map(|entry| entry.standing).collect())
        }
    }
}

#[test]
fn an_instance_of_another_account_is_in_the_ledger_of_its_own() {
    let stage = stage();
    let (partition, instance) = other();
    readable(&stage);
    stage.answer(&bucket()).unwrap();
    let records = theirs(&stage);
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].state, State::Unprotected);
    assert_eq!(records[0].instance, Some(instance));
    assert_eq!(
        told(&stage, &partition, instance),
        Ok(vec![Standing::Open]),
        "its own account shows it"
    );
    assert_eq!(told(&stage, &stage.partition(), instance), Ok(vec![]));
    let scene = stage.world.scene.lock().unwrap();
    let notice = &scene.notices[0];
    assert_eq!(notice.partition, partition);
    assert!(
        notice
            .message
            .contains("on i-0123456789abcdef0 in 444455556666 eu-central-1"),
        "{}",
        notice.message
    );
    drop(scene);
    let trail = head(&stage).plan.unwrap().trail.join("\n");
    assert_eq!(trail, "i-0123456789abcdef0 in account 444455556666");
}

#[test]
fn what_ends_at_its_source_ends_in_every_account() {
    for by_source in [true, false] {
        let stage = stage();
        readable(&stage);
        stage.answer(&bucket()).unwrap();
        if by_source {
            let closed = Finding {
                life: Life::Closed,
                ..later(&bucket(), 60)
            };
            stage.answer(&closed).unwrap();
            assert_eq!(theirs(&stage)[0].state, State::Closed);
        } else {
            let lives = [(bucket().id, Life::Archived)];
            stage.world.scene.lock().unwrap().lives.extend(lives);
            stage.follow_up();
            assert_eq!(theirs(&stage)[0].state, State::Archived);
        }
    }
}

#[test]
fn instances_of_other_accounts_are_looked_for_daily_and_let_go() {
    let stage = stage();
    stage.answer(&bucket()).unwrap();
    assert_eq!(theirs(&stage), []);
    readable(&stage);
    stage.pass(24 * 60);
    stage.publish();
    stage.follow_up();
    assert_eq!(theirs(&stage)[0].state, State::Unprotected);
    lets_in(&stage, other().0.account, Ok(vec![]));
    stage.pass(24 * 60);
    stage.publish();
    stage.follow_up();
    assert_eq!(
        theirs(&stage)[0].state,
        State::Closed,
        "it leads there no more"
    );
}

#[test]
fn an_account_that_cannot_be_read_is_a_gap_there_until_it_can() {
    let stage = stage();
    let (partition, instance) = other();
    let (_, own) = stage.computer(Condition::Healthy);
    stage.world.scene.lock().unwrap().readers = vec![own];
    unreadable(&stage, partition.account);
    stage.answer(&bucket()).unwrap();
    stage.until_quiet();
    let why = "roles of account 444455556666 cannot be read: access denied";
    let gap = told(&stage, &partition, instance).unwrap_err();
    assert!(gap.contains("not every instance"), "{gap}");
    let theirs_now = theirs(&stage);
    assert!(
        theirs_now[0].line().contains(why),
        "{}",
        theirs_now[0].line()
    );
    // The plan says so too, and nothing of the own account is in doubt.
    let head = head(&stage);
    assert_eq!(head.state, State::Answered, "{}", head.line());
    let plan = head.plan.unwrap();
    assert!(
        plan.steps.iter().any(|step| step.reason.contains(why)),
        "{plan:?}"
    );
    assert!(plan.trail.iter().any(|line| line.contains(why)), "{plan:?}");
    assert_eq!(
        told(&stage, &stage.partition(), own),
        Ok(vec![Standing::Answered])
    );
    // Within the hour after it can be read, the instance is found, and the gap is gone.
    readable(&stage);
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    assert_eq!(told(&stage, &partition, instance), Ok(vec![Standing::Open]));
    assert_eq!(theirs(&stage).len(), 2);
    // What was seen is not forgotten while it is out of sight.
    unreadable(&stage, partition.account);
    stage.answer(&later(&bucket(), 60)).unwrap();
    let standing = theirs(&stage);
    let standing = standing.iter().find(|record| record.instance.is_some());
    assert!(standing.unwrap().state.is_open());
    assert!(told(&stage, &partition, instance).is_err());
}

#[test]
fn an_account_that_the_ledger_does_not_know_is_told_of_in_the_plan_alone() {
    let stage = stage();
    unreadable(&stage, "999988887777".parse().unwrap());
    stage.answer(&bucket()).unwrap();
    let records = stage.records();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].state, State::Answered);
    let line = records[0].line();
    assert!(
        line.contains("roles of account 999988887777 cannot be read"),
        "{line}"
    );
}

#[test]
fn an_account_whose_sources_were_listed_is_graded_without_a_finding_of_its_own() {
    let stage = Stage::new();
    let (partition, instance) = other();
    let noted = note_listed(&*stage.ledger, &partition);
    stage.wait_for(noted).unwrap();
    unreadable(&stage, partition.account);
    stage.answer(&bucket()).unwrap();
    assert!(told(&stage, &partition, instance).is_err());
}

#[test]
fn what_nobody_can_lead_is_a_gap_in_every_account_until_somebody_can() {
    let stage = stage();
    let (partition, instance) = other();
    let unread = |is: bool| stage.world.scene.lock().unwrap().bucket_unread = is;
    unread(true);
    stage.answer(&bucket()).unwrap();
    assert!(told(&stage, &partition, instance).is_err());
    assert!(told(&stage, &stage.partition(), instance).is_err());
    unread(false);
    stage.pass(61);
    stage.publish();
    stage.follow_up();
    assert_eq!(told(&stage, &partition, instance), Ok(vec![]));
    assert_eq!(told(&stage, &stage.partition(), instance), Ok(vec![]));
}

/// Somebody edited a row of the other account. It is a gap there, and the rest goes on.
#[test]
fn a_row_of_another_account_that_cannot_be_read_holds_up_nobody_else() {
    let stage = stage();
    let (partition, instance) = other();
    let (_, own) = stage.computer(Condition::Healthy);
    stage.world.scene.lock().unwrap().readers = vec![own];
    readable(&stage);
    let finding = bucket();
    let key = Key::record(&partition, Some(instance), finding.source, &finding.id);
    let row = Row::new(key, &"edited").unwrap();
    stage.wait_for(stage.ledger.write(&row)).unwrap();
    stage.answer(&finding).unwrap();
    let rows = stage.ledger.all();
    let records = rows.iter().filter_map(|row| row.record().ok());
    let states: Vec<(bool, State)> = records
        .map(|record| (record.is_head(), record.state))
        .collect();
    assert_eq!(states, [(true, State::Answered), (false, State::Pending)]);
}
