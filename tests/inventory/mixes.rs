//! Random runs of writers, readers, failures and crashes: nobody ever sees a mix.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use deepgrade::{
    inventory::{Library, Published},
    ports::Error,
};
use proptest::prelude::*;

use crate::{
    memory::{Fate, Memory, finish},
    pictures::{
        FIRST, Seen, account, at, look, picture, pointer, publish, publish_with, publisher, seen,
    },
};

#[derive(Clone, Debug)]
enum Step {
    /// A writer sets out with a picture of that minute.
    Write(u32),
    /// One of the writers makes so many steps.
    Go(usize, usize),
    /// One of the writers is no more.
    Crash(usize),
    /// The reader makes so many steps.
    Read(usize),
    /// The next calls fail, with or without an effect.
    Fail(u8, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1_u32..60).prop_map(Step::Write),
        8 => (0_usize..3, 1_usize..12).prop_map(|(writer, steps)| Step::Go(writer, steps)),
        1 => (0_usize..3).prop_map(Step::Crash),
        5 => (1_usize..6).prop_map(Step::Read),
        1 => (1_u8..3, any::<bool>()).prop_map(|(calls, effect)| Step::Fail(calls, effect)),
    ]
}

/// How many computers the account has in the picture of a minute: so few that none is kept.
fn computers(minute: u32) -> usize {
    1 + (minute as usize * 7) % 5
}

fn check(seen: &Seen) -> Result<(), TestCaseError> {
    let label = &seen.labels[0];
    let minute: u32 = label[1..].parse().unwrap();
    prop_assert!(seen.labels.iter().all(|other| other == label), "{seen:?}");
    prop_assert_eq!(seen.taken, at(minute));
    // Its own, one that may be anybody's, and the policy.
    prop_assert_eq!(seen.labels.len(), computers(minute) + 2);
    Ok(())
}

type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + 'a>>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn every_picture_that_is_seen_was_published_whole(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        let store = Memory::default();
        publish(&store, &picture(0, &[(FIRST, computers(0))], 1));
        let library = Library::new(store.clone(), account(FIRST));
        let mut context = Context::from_waker(Waker::noop());
        let mut writers: Vec<Running<'_, Published>> = Vec::new();
        let mut reader: Option<Running<'_, _>> = None;
        let mut newest = at(0);
        for step in steps {
            match step {
                Step::Write(minute) if writers.len() < 3 => {
                    let store = &store;
                    writers.push(Box::pin(async move {
                        let picture = picture(minute, &[(FIRST, computers(minute))], 1);
                        publish_with(&publisher(store), &picture).await
                    }));
                }
                Step::Write(_) => {}
                Step::Go(writer, steps) => {
                    for _ in 0..steps {
                        let Some(running) = writers.get_mut(writer) else { break };
                        if running.as_mut().poll(&mut context).is_ready() {
                            drop(writers.remove(writer));
                        }
                    }
                }
                Step::Crash(writer) => {
                    if writer < writers.len() {
                        drop(writers.remove(writer));
                    }
                }
                Step::Read(steps) => {
                    for _ in 0..steps {
                        let reading = reader.get_or_insert_with(|| Box::pin(library.inventories()));
                        if let Poll::Ready(result) = reading.as_mut().poll(&mut context) {
                            reader = None;
                            if let Ok(inventories) = result
                                && let Some(seen) = seen(&inventories)
                            {
                                check(&seen)?;
                            }
                        }
                    }
                }
                Step::Fail(mut calls, effect) => store.decide(move |_| {
                    let fails = calls > 0;
                    calls = calls.saturating_sub(1);
                    match (fails, effect) {
                        (false, _) => Fate::Sound,
                        (true, false) => Fate::Refused,
                        (true, true) => Fate::Unheard,
                    }
                }),
            }
            let current = pointer(&store).managers[0].current.clone().unwrap();
            prop_assert!(current.taken_at >= newest, "an older picture came over a newer one");
            newest = current.taken_at;
        }
        store.heal();
        // Whatever is left half done, readers see one picture, and the next run succeeds.
        check(&look(&store, FIRST).unwrap())?;
        for writer in writers {
            let _ = finish(writer);
        }
        check(&look(&store, FIRST).unwrap())?;
        publish(&store, &picture(100, &[(FIRST, computers(100))], 1));
        check(&look(&store, FIRST).unwrap())?;
        prop_assert_eq!(look(&store, FIRST).unwrap().taken, at(100));
    }
}
