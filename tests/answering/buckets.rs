//! Buckets: the instances that can reach one, and what becomes of the finding on each.

use deepgrade::ledger::read_ledger;
use jiff::SignedDuration;
use remediations::{
    finding::{Finding, Life},
    record::{Record, State},
};
use rules::{Gap, gap, ledger::Source};
use testbed::estate::Condition;

use super::{
    findings::{bucket, later},
    stage::Stage,
};

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

/// An instance that is not seen any more, while not everything is seen, may still be a reader.
#[test]
fn a_reader_that_is_out_of_sight_is_not_forgotten() {
    let stage = Stage::new();
    let (_, instance) = stage.computer(Condition::Healthy);
    let scene = || stage.world.scene.lock().unwrap();
    scene().readers = vec![instance];
    stage.answer(&bucket()).unwrap();
    scene().readers.clear();
    scene().reader_gaps = vec![Gap::standing(&gap::NOT_REPORTED, "a Region cannot be read")];
    stage.answer(&later(&bucket(), 60)).unwrap();
    let closed = Finding {
        life: Life::Closed,
        ..later(&bucket(), 120)
    };
    stage.answer(&closed).unwrap();
    let records = stage.records();
    assert!(
        records.iter().all(|record| record.state == State::Closed),
        "{records:?}"
    );
}

/// Instances come and go, while a finding stays.
#[test]
fn an_instance_that_may_read_the_bucket_later_is_found_within_a_day() {
    let stage = Stage::new();
    let healthy = stage.computers(Condition::Healthy);
    let (first, second) = (healthy[0].1, healthy[1].1);
    stage.world.scene.lock().unwrap().readers = vec![first];
    stage.answer(&bucket()).unwrap();
    stage.until_quiet();
    let changed = stage.records();
    assert_eq!(changed.len(), 2);
    stage.world.scene.lock().unwrap().readers = vec![first, second];
    stage.until_quiet();
    assert_eq!(stage.records(), changed, "once a day is enough");
    stage.pass(24 * 60);
    stage.publish();
    stage.follow_up();
    let records = stage.records();
    let is_second = |record: &&Record| record.instance == Some(second);
    let record = records.iter().find(is_second).expect("a record");
    assert_eq!(record.state, State::Pending, "{}", record.line());
    // One that its source does not stand by any more leads nowhere.
    let lives = [(bucket().id, Life::Archived)];
    stage.world.scene.lock().unwrap().lives.extend(lives);
    stage.follow_up();
    let records = stage.records();
    let head = records.iter().find(|record| record.instance.is_none());
    assert_eq!(head.unwrap().state, State::Archived);
}

#[test]
fn a_reader_in_another_region_is_closed_with_the_finding_of_its_bucket() {
    let stage = Stage::new();
    let unknown = "i-0123456789abcdef0".parse().unwrap();
    {
        let mut scene = stage.world.scene.lock().unwrap();
        scene.instances.insert(unknown, None);
        scene.readers = vec![unknown];
        scene.readers_in = Some("us-east-1".parse().unwrap());
    }
    stage.answer(&bucket()).unwrap();
    let lives = [(bucket().id, Life::Archived)];
    stage.world.scene.lock().unwrap().lives.extend(lives);
    stage.follow_up();
    let records = stage.records();
    let reader = records.iter().find(|record| record.instance.is_some());
    assert_eq!(reader.unwrap().state, State::Archived);
}
