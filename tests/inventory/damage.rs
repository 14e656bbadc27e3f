//! Damaged and foreign objects: a reader sees the previous version, or a gap.

use std::io::{Read, Write};

use deepgrade::inventory::Library;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    memory::{Memory, finish},
    pictures::{FIRST, SECOND, account, at, gap, look, picture, pointer, publish, whole},
};

fn world() -> Memory {
    let store = Memory::default();
    for minute in [0, 15] {
        publish(&store, &picture(minute, &[(FIRST, 3), (SECOND, 2)], 1));
    }
    store
}

/// The object of the current version that ends so.
pub(crate) fn current(store: &Memory, end: &str) -> String {
    let version = pointer(store).managers[0]
        .current
        .clone()
        .unwrap()
        .version
        .to_string();
    let keys = store.ending(end).into_iter();
    let mut keys = keys.filter(|key| key.contains(&version));
    keys.next().unwrap()
}

fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

const READ: [&str; 3] = ["manifest.json.gz", "common.json.gz", "111122223333.json.gz"];

#[test]
fn case_36_an_object_that_is_not_there_gives_the_previous_version() {
    for end in READ {
        let store = world();
        store.remove(&current(&store, end));
        assert_eq!(look(&store, FIRST), whole(0, 4), "{end}");
    }
}

#[test]
fn case_36_a_wrong_sum_gives_the_previous_version_and_two_give_a_gap() {
    for end in READ {
        let store = world();
        store.alter(&current(&store, end), |bytes| flip(bytes));
        assert_eq!(look(&store, FIRST), whole(0, 4), "{end}");
        for key in store.ending(end) {
            store.alter(&key, |bytes| bytes.push(0));
        }
        assert_eq!(look(&store, FIRST), None, "{end}");
        let library = Library::new(store.clone(), account(FIRST));
        let damaged = gap(&finish(library.inventories()).unwrap(), FIRST, at(15)).unwrap();
        assert_eq!(damaged.reason().code().id, "DS-GAP-001");
        assert_eq!(damaged.lasting(), rules::gap::Lasting::Retryable);
        // The next version heals it.
        publish(&store, &picture(30, &[(FIRST, 3), (SECOND, 2)], 1));
        assert_eq!(look(&store, FIRST), whole(30, 4), "{end}");
    }
}

#[test]
fn damage_to_one_account_is_not_seen_by_another() {
    let store = world();
    store.remove(&current(&store, "111122223333.json.gz"));
    assert_eq!(look(&store, SECOND), whole(15, 3));
}

#[test]
fn bad_input_35_another_version_of_the_shape_is_refused() {
    let store = world();
    store.alter("pointer.json", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text
            .replace("\"schemaVersion\":\"1\"", "\"schemaVersion\":\"2\"")
            .into();
    });
    let library = Library::new(store.clone(), account(FIRST));
    let refused = gap(&finish(library.inventories()).unwrap(), FIRST, at(15)).unwrap();
    let line = refused.to_string();
    assert!(
        line.contains("schemaVersion is \"2\", and only \"1\" can be read"),
        "{line}"
    );
}

fn unpack(bytes: &[u8]) -> Value {
    let mut text = String::new();
    let mut packed = GzDecoder::new(bytes);
    packed.read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn pack(value: &Value) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(value.to_string().as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Gzip would notice most damage by itself; what is whole and another is told by its sum alone.
#[test]
fn case_36_an_object_that_is_whole_and_not_the_one_that_was_published_is_refused() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 3] = [
        ("111122223333.json.gz", |part| part["computers"] = json!([])),
        ("common.json.gz", |part| part["computers"] = json!([])),
        ("manifest.json.gz", |manifest| {
            manifest["accounts"] = json!({})
        }),
    ];
    for (end, change) in changes {
        let store = world();
        store.alter(&current(&store, end), |bytes| {
            let mut value = unpack(bytes);
            change(&mut value);
            *bytes = pack(&value);
        });
        assert_eq!(look(&store, FIRST), whole(0, 4), "{end}");
    }
}

/// Changes a manifest and the part of an account, with all sums made to fit.
fn forge(store: &Memory, change: impl Fn(&mut Value, &mut Value)) {
    let sum = |bytes: &[u8]| deepgrade::inventory::Digest::of(bytes).to_string();
    let (manifest_key, part_key) = (
        current(store, "manifest.json.gz"),
        current(store, "111122223333.json.gz"),
    );
    let mut manifest = unpack(&store.bytes(&manifest_key));
    let mut part = unpack(&store.bytes(&part_key));
    change(&mut manifest, &mut part);
    let part = pack(&part);
    manifest["accounts"][FIRST]["buckets"][0]["sha256"] = sum(&part).into();
    let manifest = pack(&manifest);
    let mut pointer: Value = serde_json::from_slice(&store.bytes("pointer.json")).unwrap();
    pointer["managers"][0]["current"]["sha256"] = sum(&manifest).into();
    store.alter(&part_key, |bytes| *bytes = part);
    store.alter(&manifest_key, |bytes| *bytes = manifest);
    store.alter("pointer.json", |bytes| *bytes = pointer.to_string().into());
}

#[test]
fn bad_input_35_what_is_of_another_manager_account_time_or_version_is_refused() {
    let store = world();
    forge(&store, |_, _| ());
    assert_eq!(look(&store, FIRST), whole(15, 4), "the forger forges well");
    type Change = fn(&mut Value, &mut Value);
    let changes: [Change; 9] = [
        |_, part| part["manager"] = "other".into(),
        |_, part| part["takenAt"] = "2026-08-01T12:16:00Z".into(),
        |_, part| part["schemaVersion"] = "2".into(),
        |_, part| part["computers"][0]["instance"]["account"] = SECOND.into(),
        |_, part| part["computers"] = "none".into(),
        |manifest, _| manifest["manager"] = "other".into(),
        |manifest, _| manifest["version"] = "other".into(),
        |manifest, _| manifest["takenAt"] = "2026-08-01T12:16:00Z".into(),
        |manifest, _| manifest["schemaVersion"] = "2".into(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let store = world();
        forge(&store, change);
        assert_eq!(look(&store, FIRST), whole(0, 4), "change {number}");
    }
}

#[test]
fn a_part_that_cannot_be_kept_is_a_gap_until_a_second_picture_agrees() {
    let store = Memory::default();
    for minute in [0, 15] {
        publish(&store, &picture(minute, &[(FIRST, 30)], 1));
    }
    for key in store.ending("111122223333.json.gz") {
        store.remove(&key);
    }
    publish(&store, &picture(30, &[], 1));
    assert_eq!(look(&store, FIRST), None);
    publish(&store, &picture(45, &[], 1));
    assert_eq!(look(&store, FIRST), whole(45, 1));
}
