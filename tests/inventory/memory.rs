//! A store in memory, with faults on demand.

use std::{
    collections::BTreeMap,
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use deepgrade::{
    inventory::{Condition, ETag, Found, Put, Store},
    ports::{Error, Passing},
};

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is answered.
    Sound,
    /// It has no effect.
    Refused,
    /// It has its effect, and nobody hears of it.
    Unheard,
}

/// A store; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

/// What becomes of a call, by its words.
type Decide = Box<dyn FnMut(&str) -> Fate + Send>;

#[derive(Default)]
struct State {
    objects: BTreeMap<String, (Vec<u8>, u64)>,
    states: u64,
    calls: Vec<String>,
    fate: Option<Decide>,
}

impl fmt::Debug for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Memory")
    }
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Decides on every call from now on; it is shown as `GET pointer.json`.
    pub(crate) fn decide(&self, fate: impl FnMut(&str) -> Fate + Send + 'static) {
        self.state().fate = Some(Box::new(fate));
    }

    pub(crate) fn heal(&self) {
        self.state().fate = None;
    }

    /// The calls since this was asked last.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// The keys that end so.
    pub(crate) fn ending(&self, end: &str) -> Vec<String> {
        let keys = self.keys().into_iter();
        keys.filter(|key| key.ends_with(end)).collect()
    }

    pub(crate) fn remove(&self, key: &str) {
        assert!(self.state().objects.remove(key).is_some(), "{key}");
    }

    pub(crate) fn bytes(&self, key: &str) -> Vec<u8> {
        self.state().objects[key].0.clone()
    }

    /// Changes an object behind everybody's back.
    pub(crate) fn alter(&self, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        state.states += 1;
        let number = state.states;
        let object = state.objects.get_mut(key).unwrap();
        change(&mut object.0);
        object.1 = number;
    }

    /// Lets others go first, as every real call does.
    async fn call<T>(&self, call: String, act: impl FnOnce(&mut State) -> T) -> Result<T, Error> {
        let mut waited = false;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut waited, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        let mut state = self.state();
        state.calls.push(call.clone());
        let mut decide = state.fate.take();
        let fate = decide.as_mut().map_or(Fate::Sound, |decide| decide(&call));
        state.fate = decide;
        let failed = Error::Retryable(Passing::Unavailable, format!("{call}: out of order"));
        match fate {
            Fate::Sound => Ok(act(&mut state)),
            Fate::Refused => Err(failed),
            Fate::Unheard => {
                act(&mut state);
                Err(failed)
            }
        }
    }
}

fn tag(number: u64) -> ETag {
    ETag(format!("\"{number}\""))
}

impl Store for Memory {
    async fn get(&self, key: &str, known: Option<&ETag>) -> Result<Found, Error> {
        let get = |state: &mut State| match state.objects.get(key) {
            None => Found::Missing,
            Some((_, number)) if known == Some(&tag(*number)) => Found::Unchanged,
            Some((bytes, number)) => Found::Object {
                bytes: bytes.clone(),
                etag: tag(*number),
            },
        };
        self.call(format!("GET {key}"), get).await
    }

    async fn put(&self, key: &str, bytes: Vec<u8>, condition: &Condition) -> Result<Put, Error> {
        let put = |state: &mut State| {
            let there = state.objects.get(key).map(|(_, number)| tag(*number));
            let holds = match condition {
                Condition::Always => true,
                Condition::IfAbsent => there.is_none(),
                Condition::IfMatches(etag) => there.as_ref() == Some(etag),
            };
            if !holds {
                return Put::Conflict;
            }
            state.states += 1;
            let number = state.states;
            state.objects.insert(key.to_owned(), (bytes, number));
            Put::Done(tag(number))
        };
        self.call(format!("PUT {key}"), put).await
    }

    async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        let delete = |state: &mut State| {
            for key in keys {
                state.objects.remove(key);
            }
        };
        self.call(format!("DELETE {}", keys.len()), delete).await
    }
}

/// Waits for something that waits for nothing but this store.
pub(crate) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("it waits for something else");
}
