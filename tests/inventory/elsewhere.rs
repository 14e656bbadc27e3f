//! Instances that a computer names under another account: the reader, who sees its own account's
//! computers only, has a gap where the whole inventory has one.

use deepgrade::{inventory::Library, ports::Extract};
use jiff::{SignedDuration, Timestamp};
use rules::{
    Gap,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    inventory::Inventory,
};
use serde_json::json;

use crate::{
    damage::current,
    memory::{Fate, Memory, finish},
    pictures::{FIRST, SECOND, account, at, instance, inventory_of, picture, publish},
};

/// The number of the first instance of an account, as pictures count.
fn first_of(id: &str) -> usize {
    id.parse::<usize>().unwrap() * 100_000
}

fn instance_of(id: InstanceId) -> Instance {
    let value = json!({"id": id, "account": FIRST, "region": "us-east-1", "state": "running"});
    serde_json::from_value(value).unwrap()
}

/// Whether a computer stands for an instance of the first account, or why that cannot be said.
fn sighted(inventories: &Inventories, id: InstanceId, now: Timestamp) -> Result<bool, Gap> {
    let max_age = SignedDuration::from_mins(120);
    let sighting = inventories.sighting(&instance_of(id), now, max_age)?;
    Ok(sighting.is_some())
}

fn asked(id: InstanceId) -> Extract {
    Extract {
        instance: Some(id),
        ..Extract::default()
    }
}

/// The same, by a reader that is asked about all instances and by one that is asked about this one.
fn read(store: &Memory, id: InstanceId, now: Timestamp) -> Result<bool, Gap> {
    let ask = |extract| {
        let library = Library::new(store.clone(), account(FIRST));
        sighted(&finish(library.extract(extract)).unwrap(), id, now)
    };
    let (all, one) = (ask(Extract::default()), ask(asked(id)));
    assert_eq!(all, one, "{id}");
    all
}

fn whole(inventory: Inventory, id: InstanceId, now: Timestamp) -> Result<bool, Gap> {
    sighted(&Inventories::new(vec![Ok(inventory)]), id, now)
}

#[test]
fn an_instance_that_is_named_under_another_account_is_a_gap_and_not_missing() {
    let accounts = [(FIRST, 3), (SECOND, 2)];
    let store = Memory::default();
    publish(&store, &picture(0, &accounts, 1));
    let ids = [
        (first_of(FIRST), Ok(true)),
        (first_of(SECOND) + 1, Err("DS-GAP-009")),
        (100_000, Ok(true)),
        (77, Ok(false)),
    ];
    for (number, expected) in ids {
        let id = instance(number);
        let code = |told: Result<bool, Gap>| told.map_err(|gap| gap.reason().code().id);
        let inventory = inventory_of(crate::pictures::MANAGER, 0, &accounts, 1);
        assert_eq!(
            code(whole(inventory, id, at(0))),
            expected,
            "the whole, {number}"
        );
        assert_eq!(
            code(read(&store, id, at(0))),
            expected,
            "the reader, {number}"
        );
    }
    let gap = read(&store, instance(first_of(SECOND)), at(0)).unwrap_err();
    assert_eq!(gap.lasting(), rules::gap::Lasting::Standing);
    assert!(gap.to_string().contains("another account"), "{gap}");
}

#[test]
fn what_the_breaker_keeps_of_another_account_is_named_there_as_well() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 40)], 0));
    publish(&store, &picture(15, &[(FIRST, 3)], 0));
    let named = read(&store, instance(first_of(SECOND) + 39), at(15));
    assert_eq!(named.unwrap_err().reason().code().id, "DS-GAP-009");
    publish(&store, &picture(30, &[(FIRST, 3)], 0));
    assert_eq!(
        read(&store, instance(first_of(SECOND) + 39), at(30)),
        Ok(false)
    );
}

#[test]
fn while_what_is_kept_of_another_account_is_damaged_nothing_is_said_to_be_missing() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 40)], 0));
    for key in store.ending(&format!("{SECOND}.json.gz")) {
        store.remove(&key);
    }
    publish(&store, &picture(15, &[(FIRST, 3)], 0));
    assert_eq!(read(&store, instance(first_of(FIRST)), at(15)), Ok(true));
    let gap = read(&store, instance(77), at(15)).unwrap_err();
    assert_eq!(gap.reason().code().id, "DS-GAP-001");
    publish(&store, &picture(30, &[(FIRST, 3)], 0));
    assert_eq!(read(&store, instance(77), at(30)), Ok(false));
}

#[test]
fn the_index_is_read_for_an_instance_that_is_not_found_and_told_apart_by_its_sum() {
    let store = Memory::default();
    for minute in [0, 15] {
        publish(&store, &picture(minute, &[(FIRST, 3), (SECOND, 2)], 1));
    }
    let library = Library::new(store.clone(), account(FIRST));
    let reads = |number: usize| {
        store.calls();
        let id = instance(number);
        let inventories = finish(library.extract(asked(id))).unwrap();
        let calls = store.calls().into_iter();
        let calls = calls.filter(|call| call.contains("instances")).count();
        (sighted(&inventories, id, at(15)), calls)
    };
    assert_eq!(reads(first_of(FIRST)), (Ok(true), 0));
    assert_eq!(reads(77), (Ok(false), 1));
    assert_eq!(reads(78), (Ok(false), 0), "it is kept");
    assert!(reads(first_of(SECOND)).0.is_err());
    // A damaged one gives the previous version, as any object does.
    let damage = |key: &String| store.alter(key, |bytes| bytes[0] ^= 1);
    let now_current = current(&store, "instances.bin");
    damage(&now_current);
    let told = |store: &Memory| {
        let library = Library::new(store.clone(), account(FIRST));
        let inventories = finish(library.extract(asked(instance(77)))).unwrap();
        inventories.readable().next().map(Inventory::taken_at)
    };
    assert_eq!(told(&store), Some(at(0)));
    let keys = store.ending("instances.bin").into_iter();
    keys.filter(|key| *key != now_current)
        .for_each(|key| damage(&key));
    assert_eq!(told(&store), None);
    // And a store that is out of order is an error.
    store.decide(|call| {
        if call.contains("instances") {
            Fate::Refused
        } else {
            Fate::Sound
        }
    });
    let library = Library::new(store.clone(), account(FIRST));
    assert!(finish(library.inventories()).unwrap_err().is_retryable());
}

#[test]
fn an_account_that_is_alone_reads_no_index() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 1));
    store.calls();
    assert_eq!(read(&store, instance(77), at(0)), Ok(false));
    assert!(!store.calls().iter().any(|call| call.contains("instances")));
}

/// Whoever reads the index of everybody's instances learns no name of them.
#[test]
fn the_index_holds_no_name_and_no_account() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 2)], 1));
    let bytes = store.bytes(&store.ending("instances.bin")[0]);
    assert_eq!(bytes.len(), 5 * 8);
    let name = instance(first_of(SECOND)).to_string();
    let number = u64::from_str_radix(&name[3..], 16).unwrap();
    let found = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(!found(&number.to_be_bytes()[2..]) && !found(name.as_bytes()));
}
