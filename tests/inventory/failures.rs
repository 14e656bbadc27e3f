//! A store that fails at each call in turn.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::{
    memory::{Fate, Memory, finish},
    pictures::{FIRST, SECOND, look, picture, pointer, publish, publish_with, publisher, whole},
};

const OLD: [(&str, usize); 2] = [(FIRST, 30), (SECOND, 2)];
/// The first account loses so much that its part is copied.
const NEW: [(&str, usize); 2] = [(FIRST, 3), (SECOND, 3)];

fn world() -> Memory {
    let store = Memory::default();
    publish(&store, &picture(0, &OLD, 1));
    publish(&store, &picture(15, &OLD, 1));
    store.calls();
    store
}

/// How a run goes on after the call that fails.
#[derive(Clone, Copy, Debug)]
enum After {
    /// The store is sound again.
    Sound,
    /// The function ends there: nothing it asks for happens any more.
    Crash,
}

#[test]
fn a_crash_at_any_call_leaves_one_version_whole_and_the_next_run_succeeds() {
    let store = world();
    publish(&store, &picture(30, &NEW, 1));
    let calls = store.calls().len();
    assert!(calls > 10, "{calls}");
    let mut new_seen = 0;
    for fate in [Fate::Refused, Fate::Unheard] {
        for after in [After::Sound, After::Crash] {
            for failing in 0..calls {
                let store = world();
                let made = Arc::new(AtomicUsize::new(0));
                store.decide(move |_| match (made.fetch_add(1, Relaxed), after) {
                    (call, _) if call == failing => fate,
                    (call, After::Crash) if call > failing => Fate::Refused,
                    _ => Fate::Sound,
                });
                let result = finish(publish_with(&publisher(&store), &picture(30, &NEW, 1)));
                store.heal();
                let place = format!("{fate:?} {after:?} at call {failing}");
                let second = look(&store, SECOND);
                let is_new = second == whole(30, 4);
                new_seen += usize::from(is_new);
                assert!(is_new || second == whole(15, 3), "{place}: {second:?}");
                assert!(
                    is_new || result.is_err(),
                    "{place}: success is said of nothing"
                );
                let first = look(&store, FIRST).unwrap();
                assert_eq!(first.labels.len(), 32, "{place}");
                assert_eq!(first.labels.contains(&"m30".to_owned()), is_new, "{place}");
                publish(&store, &picture(45, &OLD, 1));
                assert_eq!(look(&store, FIRST), whole(45, 31), "{place}");
                let named = pointer(&store);
                let previous = named.managers[0].previous.as_ref().unwrap();
                let expected = if is_new { 30 } else { 15 };
                assert_eq!(previous.taken_at, crate::pictures::at(expected), "{place}");
            }
        }
    }
    assert!(new_seen > 0, "some failures come after the switch");
}

#[test]
fn a_switch_whose_answer_is_lost_is_seen_to_have_happened() {
    let store = world();
    store.decide(|call| {
        if call == "PUT pointer.json" {
            Fate::Unheard
        } else {
            Fate::Sound
        }
    });
    finish(publish_with(&publisher(&store), &picture(30, &OLD, 1))).unwrap();
    store.heal();
    assert_eq!(look(&store, FIRST), whole(30, 31));
    assert_eq!(
        store.keys().len(),
        13,
        "what fell out is deleted all the same"
    );
}
