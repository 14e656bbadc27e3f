//! Readers: how often they ask, and what they see while a version is switched.

use std::sync::Arc;

use deepgrade::{
    inventory::{Complaint, Kind, Library, Publisher, Status},
    ports::Error,
};

use rules::health::ProblemKind;

use crate::{
    memory::{Fate, Memory, finish},
    pictures::{
        FIRST, MANAGER, SECOND, account, at, gap, inventory_of, picture, publish, publisher, seen,
        time, whole,
    },
};

#[test]
fn a_reading_while_nothing_is_new_is_one_call_that_brings_nothing() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 2)], 1));
    let library = Library::new(store.clone(), account(FIRST));
    store.calls();
    let first = finish(library.inventories()).unwrap();
    let calls = store.calls();
    assert_eq!(
        calls.len(),
        5,
        "pointer, manifest, common, the account and the index: {calls:?}"
    );
    assert!(
        calls
            .iter()
            .all(|call| !call.contains(SECOND) && !call.contains("rules"))
    );
    let second = finish(library.inventories()).unwrap();
    assert_eq!(store.calls(), ["GET pointer.json"]);
    let same = first.readable().zip(second.readable());
    assert!(
        same.into_iter()
            .all(|(first, second)| std::ptr::eq(first, second))
    );
    // A status alone is one call as well.
    finish(publisher(&store).record(MANAGER, |before| before)).unwrap();
    store.calls();
    finish(library.inventories()).unwrap();
    assert_eq!(store.calls(), ["GET pointer.json"]);
    publish(&store, &picture(1, &[(FIRST, 3)], 1));
    store.calls();
    assert_eq!(seen(&finish(library.inventories()).unwrap()), whole(1, 4));
    assert_eq!(store.calls().len(), 4);
}

#[test]
fn nothing_published_is_a_gap_that_may_close() {
    let store = Memory::default();
    let library = Library::new(store.clone(), account(FIRST));
    let inventories = finish(library.inventories()).unwrap();
    let missing = gap(&inventories, FIRST, at(0)).unwrap();
    assert_eq!(missing.reason().code().id, "DS-GAP-001");
    assert_eq!(missing.lasting(), rules::gap::Lasting::Retryable);
    assert!(finish(library.statuses()).unwrap().is_empty());
}

#[test]
fn a_manager_that_was_never_read_is_a_gap_beside_one_that_was() {
    let store = Memory::default();
    let both = vec!["new".to_owned(), MANAGER.to_owned()];
    let publisher = Publisher::new(&store, both, time());
    let picture = inventory_of(MANAGER, 0, &[(FIRST, 1)], 0).into();
    finish(publisher.publish(&picture, Status::default())).unwrap();
    let library = Library::new(store.clone(), account(FIRST));
    let inventories = finish(library.inventories()).unwrap();
    assert_eq!(inventories.readable().count(), 1);
    let missing = gap(&inventories, FIRST, at(0)).unwrap();
    assert!(
        missing.to_string().contains("\"new\" was not read yet"),
        "{missing}"
    );
}

#[test]
fn the_status_of_every_manager_is_plain_to_see() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 1)], 0));
    let line = "Manager production: out of order".to_owned();
    let complaint = Complaint {
        kind: Kind::Unreachable,
        line,
    };
    let record = |before| Status {
        checked_at: at(601),
        problem: Some(complaint.clone()),
        ..before
    };
    finish(publisher(&store).record(MANAGER, record)).unwrap();
    // One that was made before does not come over it.
    finish(publisher(&store).record(MANAGER, |_| Status::default())).unwrap();
    store.calls();
    let library = Library::new(store.clone(), account(FIRST));
    let statuses = finish(library.statuses()).unwrap();
    assert_eq!(
        store
            .calls()
            .iter()
            .filter(|call| call.contains("GET pointer"))
            .count(),
        1
    );
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0].checked_at, Some(at(601)));
    let problem = statuses[0].problem.as_ref().unwrap();
    assert_eq!(
        (problem.kind, &problem.text),
        (ProblemKind::Unreachable, &complaint.line)
    );
    let pointer: serde_json::Value = serde_json::from_slice(&store.bytes("pointer.json")).unwrap();
    assert_eq!(pointer["managers"][0]["status"]["computers"], 2);
}

#[test]
fn a_store_that_is_out_of_order_is_an_error_to_try_again() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 0));
    for what in ["pointer", "manifest", "common", FIRST] {
        store.decide(move |call| {
            if call.contains(what) {
                Fate::Refused
            } else {
                Fate::Sound
            }
        });
        let library = Library::new(store.clone(), account(FIRST));
        let error = finish(library.inventories()).unwrap_err();
        assert!(error.is_retryable(), "{what}");
        store.heal();
        assert_eq!(
            seen(&finish(library.inventories()).unwrap()),
            whole(0, 3),
            "{what}"
        );
    }
}

#[test]
fn case_36_a_reader_during_a_switch_sees_one_version_or_the_other() {
    // After each of a reader's first steps, the version that it is at is switched away twice, so
    // that its objects are deleted.
    for steps in 0..12 {
        let store = Memory::default();
        publish(&store, &picture(0, &[(FIRST, 3)], 1));
        let library = Arc::new(Library::new(store.clone(), account(FIRST)));
        let mut reading = Box::pin(async { library.inventories().await });
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut done: Option<Result<_, Error>> = None;
        for _ in 0..steps {
            if let std::task::Poll::Ready(result) = reading.as_mut().poll(&mut context) {
                done = Some(result);
                break;
            }
        }
        publish(&store, &picture(1, &[(FIRST, 4)], 1));
        publish(&store, &picture(2, &[(FIRST, 5)], 1));
        let found = done.unwrap_or_else(|| finish(reading)).unwrap();
        let found = seen(&found);
        assert!(
            found == whole(0, 4) || found == whole(2, 6),
            "after {steps} steps: {found:?}"
        );
    }
}
