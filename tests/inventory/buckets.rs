//! Large accounts are cut: a question about one instance reads a part of the account, and sees of
//! the instance exactly what the whole shows.

use std::collections::BTreeSet;

use deepgrade::{inventory::Library, ports::Extract};
use jiff::SignedDuration;
use rules::{computer::ComputerId, instance::InstanceId, inventories::Inventories};
use serde_json::json;

use crate::{
    assigned::of_minute,
    damage::current,
    memory::{Memory, finish},
    pictures::{
        FIRST, MANAGER, SECOND, account, at, from_json, instance, look, picture, publish, whole,
    },
};

const LARGE: usize = 2_500;

fn one(id: InstanceId, intrusion_prevention: bool) -> Extract {
    Extract {
        instance: Some(id),
        intrusion_prevention,
    }
}

/// The computer that stands for an instance, and how many name it.
fn sighted(inventories: &Inventories, id: InstanceId) -> Option<(ComputerId, usize)> {
    let instance = json!({"id": id, "account": FIRST, "region": "us-east-1", "state": "running"});
    let instance = serde_json::from_value(instance).unwrap();
    let sighting = inventories.sighting(&instance, at(0), SignedDuration::from_mins(120));
    let sighting = sighting.unwrap()?;
    Some((sighting.computer().id, sighting.records()))
}

/// A large account in which every tenth instance has two computers.
fn with_duplicates() -> Memory {
    let computer = |id: usize, number: usize| {
        let link = json!({"id": instance(number), "account": FIRST, "source": "connector"});
        let spoke = json!({"activated": true, "lastCommunication": at(0)});
        json!({"id": id, "instance": link, "agent": spoke})
    };
    let first = (1..=LARGE).map(|number| computer(number, number));
    let second = (1..=LARGE / 10).map(|number| computer(LARGE + number, 10 * number));
    let inventory = from_json(json!({
        "schemaVersion": "1", "manager": MANAGER, "takenAt": at(0), "completeness": "complete",
        "computers": first.chain(second).collect::<Vec<_>>(), "policies": [],
    }));
    let store = Memory::default();
    publish(&store, &inventory.into());
    store
}

#[test]
fn one_instance_is_seen_as_in_the_whole_by_reading_one_bucket() {
    let store = with_duplicates();
    let buckets = store.ending(".json.gz").into_iter();
    let buckets = buckets.filter(|key| key.contains("/accounts/")).count();
    assert_eq!(buckets, 6);
    let all = finish(Library::new(store.clone(), account(FIRST)).inventories()).unwrap();
    let mut read = BTreeSet::new();
    for number in [1, 10, 17, 500, 1_230, LARGE, LARGE + 1] {
        let id = instance(number);
        let library = Library::new(store.clone(), account(FIRST));
        store.calls();
        let found = sighted(&finish(library.extract(one(id, false))).unwrap(), id);
        let calls = store.calls();
        assert_eq!(
            calls.len(),
            4,
            "pointer, manifest, common and a bucket: {calls:?}"
        );
        read.extend(calls.into_iter().filter(|call| call.contains("/accounts/")));
        assert_eq!(found, sighted(&all, id), "{number}");
        let expected = match number {
            number if number > LARGE => None,
            number if number % 10 == 0 => Some((LARGE + number / 10, 2)),
            number => Some((number, 1)),
        };
        let expected = expected.map(|(id, records)| (id as ComputerId, records));
        assert_eq!(found, expected, "{number}");
    }
    assert!(read.len() > 1, "instances fall into different buckets");
}

#[test]
fn what_was_read_is_kept_for_the_next_question() {
    let store = with_duplicates();
    let library = Library::new(store.clone(), account(FIRST));
    let calls = |extract| {
        finish(library.extract(extract)).unwrap();
        store.calls().len()
    };
    store.calls();
    assert_eq!(calls(one(instance(1), false)), 4);
    assert_eq!(calls(one(instance(1), false)), 1);
    assert!((1..=20).any(|number| calls(one(instance(number), false)) == 3));
    assert_eq!(
        calls(Extract::default()),
        1 + 1 + 6,
        "the whole: common and six buckets"
    );
    assert_eq!(calls(one(instance(2), false)), 1);
    assert_eq!(calls(Extract::default()), 1);
}

#[test]
fn the_whole_of_a_large_account_is_every_bucket_and_is_kept_and_collected_like_a_small_one() {
    let store = Memory::default();
    publish(
        &store,
        &of_minute(0, &[(FIRST, LARGE), (SECOND, 3)], 1).into(),
    );
    assert_eq!(look(&store, FIRST), whole(0, LARGE + 1));
    // Half of it is gone, in every bucket: the breaker counts over all of them.
    publish(&store, &picture(15, &[(FIRST, LARGE / 2), (SECOND, 3)], 1));
    let seen = look(&store, FIRST).unwrap();
    assert_eq!((seen.taken, seen.labels.len()), (at(0), LARGE + 2));
    let id = instance(FIRST.parse::<usize>().unwrap() * 100_000 + LARGE - 1);
    let library = Library::new(store.clone(), account(FIRST));
    let inventories = finish(library.extract(one(id, true))).unwrap();
    let (computer, _) = sighted(&inventories, id).unwrap();
    let known = inventories
        .readable()
        .next()
        .unwrap()
        .intrusion_prevention()
        .unwrap();
    assert_eq!(
        known.assigned_to_computer(computer).unwrap().as_slice(),
        [1000]
    );
    // A second picture agrees, and another one: nothing of the first is left.
    for minute in [30, 45, 60] {
        publish(
            &store,
            &picture(minute, &[(FIRST, LARGE / 2), (SECOND, 3)], 1),
        );
    }
    assert_eq!(look(&store, FIRST), whole(60, LARGE / 2 + 1));
    assert_eq!(
        store.keys().len(),
        2 * (3 + 1 + 1 + 3) + 1,
        "{:?}",
        store.keys()
    );
}

#[test]
fn a_damaged_bucket_is_seen_by_who_reads_it() {
    let store = Memory::default();
    for minute in [0, 15] {
        publish(&store, &picture(minute, &[(FIRST, LARGE)], 1));
    }
    store.alter(&current(&store, "-001.json.gz"), |bytes| bytes.push(0));
    assert_eq!(look(&store, FIRST), whole(0, LARGE + 1));
    let first = FIRST.parse::<usize>().unwrap() * 100_000;
    let taken = |number: usize| {
        let library = Library::new(store.clone(), account(FIRST));
        let inventories = finish(library.extract(one(instance(first + number), false))).unwrap();
        inventories.readable().next().unwrap().taken_at()
    };
    let seen: BTreeSet<_> = (0..20).map(taken).collect();
    assert_eq!(seen, BTreeSet::from([at(0), at(15)]));
}
