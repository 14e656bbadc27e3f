//! Writers: what is put where, in which order, and what two of them do to each other.

use deepgrade::inventory::{Published, Publisher, Status};

use crate::{
    memory::{Fate, Memory, finish},
    pictures::{
        FIRST, MANAGER, NOBODY, SECOND, at, inventory_of, look, picture, pointer, publish,
        publish_with, publisher, time, whole,
    },
};

#[test]
fn a_version_is_written_before_the_pointer_and_without_computers_of_no_instance() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 2)], 1));
    let calls = store.calls();
    assert_eq!(calls.first().unwrap(), "GET pointer.json");
    assert_eq!(calls.last().unwrap(), "PUT pointer.json");
    assert!(
        calls[calls.len() - 2].ends_with("manifest.json.gz"),
        "{calls:?}"
    );
    // Pointer, two accounts, common, index, rules, manifest, pointer.
    assert_eq!(calls.len(), 8, "{calls:?}");
    assert_eq!(look(&store, FIRST), whole(0, 4));
    assert_eq!(look(&store, SECOND), whole(0, 3));
    assert_eq!(look(&store, NOBODY), whole(0, 1), "a proven absence");
}

#[test]
fn two_versions_are_kept_and_what_falls_out_is_deleted() {
    let store = Memory::default();
    for minute in 0..4 {
        publish(&store, &picture(minute, &[(FIRST, 3), (SECOND, 2)], 1));
        // Two accounts, common, index, rules and manifest in each of at most two versions.
        assert_eq!(store.keys().len(), 1 + 6 * (minute.min(1) as usize + 1));
        assert_eq!(look(&store, FIRST), whole(minute, 4));
    }
    let shelf = &pointer(&store).managers[0];
    assert_eq!(shelf.current.as_ref().unwrap().taken_at, at(3));
    assert_eq!(shelf.previous.as_ref().unwrap().taken_at, at(2));
}

#[test]
fn an_older_picture_never_replaces_a_newer_one() {
    let store = Memory::default();
    publish(&store, &picture(5, &[(FIRST, 3)], 0));
    let before = store.keys();
    for minute in [4, 5] {
        let published = publish(&store, &picture(minute, &[(FIRST, 2)], 0));
        assert_eq!(published, Published::Superseded);
    }
    assert_eq!(store.keys(), before);
    assert_eq!(look(&store, FIRST), whole(5, 3));
}

#[test]
fn a_manager_whose_clock_was_put_back_is_published_again() {
    let store = Memory::default();
    publish(&store, &picture(606, &[(FIRST, 3)], 0));
    publish(&store, &picture(599, &[(FIRST, 3)], 0));
    assert_eq!(look(&store, FIRST), whole(599, 3));
}

/// Publishes `ours`, and lets another writer publish `theirs` right before our pointer is put.
fn race(ours: u32, theirs: u32) -> (Memory, Published) {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3), (SECOND, 1)], 1));
    let other = Memory::clone(&store);
    let mut ours_publishes = Box::pin(async {
        publish_with(&publisher(&store), &picture(ours, &[(FIRST, 4)], 1)).await
    });
    // Everything but the last call: until the pointer is about to be put.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while store.ending("manifest.json.gz").len() < 2 {
        assert!(ours_publishes.as_mut().poll(&mut context).is_pending());
    }
    publish(&other, &picture(theirs, &[(FIRST, 5)], 1));
    let published = finish(ours_publishes).unwrap();
    (other, published)
}

#[test]
fn case_35_of_two_writers_the_newer_picture_wins_and_the_losers_objects_are_gone() {
    let (store, published) = race(1, 2);
    assert_eq!(published, Published::Superseded);
    assert_eq!(look(&store, FIRST), whole(2, 6));
    // Pointer, 6 of the first version, 5 of the winner.
    assert_eq!(store.keys().len(), 12, "{:?}", store.keys());
    let (store, published) = race(2, 1);
    assert!(matches!(published, Published::Current(_)));
    assert_eq!(look(&store, FIRST), whole(2, 5));
    assert_eq!(
        pointer(&store).managers[0]
            .previous
            .as_ref()
            .unwrap()
            .taken_at,
        at(1)
    );
    assert_eq!(store.keys().len(), 11, "{:?}", store.keys());
    let (_, published) = race(1, 1);
    assert_eq!(published, Published::Superseded, "of the same second");
}

#[test]
fn a_writer_gives_up_when_the_pointer_never_holds_still() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 0));
    store.calls();
    let disturbed = Memory::clone(&store);
    let puts = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = puts.clone();
    // A pointer that always changed: its state is never the one that was read.
    let publishing =
        async { publish_with(&publisher(&store), &picture(1, &[(FIRST, 3)], 0)).await };
    let mut publishing = Box::pin(publishing);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let error = loop {
        if let std::task::Poll::Ready(result) = publishing.as_mut().poll(&mut context) {
            break result.unwrap_err();
        }
        disturbed.alter("pointer.json", |_| ());
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    };
    assert!(
        error.is_retryable() && error.to_string().contains("all the time"),
        "{error}"
    );
    assert!(puts.load(std::sync::atomic::Ordering::Relaxed) < 100);
    assert_eq!(look(&store, FIRST), whole(0, 3));
    assert_eq!(
        store.keys().len(),
        6,
        "the objects that nobody names are gone"
    );
}

#[test]
fn managers_come_and_go_with_the_settings() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 0));
    let both = vec!["new".to_owned(), MANAGER.to_owned()];
    let wider = Publisher::new(&store, both, time());
    finish(wider.record(MANAGER, |before| before)).unwrap();
    let names: Vec<String> = pointer(&store)
        .managers
        .into_iter()
        .map(|shelf| shelf.name)
        .collect();
    assert_eq!(names, ["new", MANAGER]);
    assert!(pointer(&store).managers[0].current.is_none());
    assert_eq!(look(&store, FIRST), whole(0, 3));
    let other = Publisher::new(&store, vec!["new".to_owned()], time());
    let new = inventory_of("new", 1, &[(FIRST, 1)], 0).into();
    finish(other.publish(&new, Status::default())).unwrap();
    assert_eq!(pointer(&store).managers.len(), 1);
    assert_eq!(look(&store, FIRST), whole(1, 1));
    assert_eq!(
        store.keys().len(),
        6,
        "what was of the other Manager is deleted"
    );
}

#[test]
fn a_pointer_that_is_not_understood_is_not_overwritten() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 0));
    for content in ["{\"schemaVersion\":\"2\"}", "{", ""] {
        store.alter("pointer.json", |bytes| *bytes = content.into());
        let error = finish(publish_with(
            &publisher(&store),
            &picture(1, &[(FIRST, 3)], 0),
        ));
        let error = error.unwrap_err();
        assert!(
            !error.is_retryable() && error.to_string().contains("pointer.json"),
            "{error}"
        );
        assert_eq!(store.bytes("pointer.json"), content.as_bytes());
    }
}

#[test]
fn objects_that_cannot_be_deleted_do_not_undo_a_publication() {
    let store = Memory::default();
    for minute in 0..2 {
        publish(&store, &picture(minute, &[(FIRST, 3)], 0));
    }
    store.decide(|call| {
        if call.starts_with("DELETE") {
            Fate::Refused
        } else {
            Fate::Sound
        }
    });
    publish(&store, &picture(2, &[(FIRST, 3)], 0));
    assert_eq!(look(&store, FIRST), whole(2, 3));
}
