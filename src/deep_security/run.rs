//! One reading or examination of a Manager: its deadline, its tries, its date.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rules::text::{clean, fitted};

use super::{
    call::{Call, Reply},
    connection::Connection,
    error::{Error, Problem},
    limits::Limits,
    reader::Access,
    retry::{Budget, Tries},
};
use crate::{json_error, pacing::Pacing, time::Time};

/// How much of a complaint about an answer is shown, in characters: it may quote the answer.
const COMPLAINT: usize = 200;

/// What all runs on one Manager have in common.
#[derive(Debug)]
pub(super) struct Manager {
    pub(super) name: Box<str>,
    pub(super) connection: Connection,
    pub(super) limits: Limits,
    pub(super) time: Arc<dyn Time>,
    pub(super) pacing: Pacing<Arc<dyn Time>>,
    pub(super) budget: Budget,
}

impl Manager {
    /// Sets up what enters a Manager with one key. It makes no call.
    ///
    /// # Errors
    /// When the key cannot be sent, or when there are no authorities to verify certificates with.
    pub(super) fn new(access: Access, time: Arc<dyn Time>) -> Result<Self, Error> {
        let Access {
            name,
            url,
            key,
            ca,
            limits,
        } = access;
        let name: Box<str> = name.unwrap_or_else(|| url.to_string()).into();
        let connection = Connection::new(url, &key, ca.as_ref(), &limits)
            .map_err(|problem| Error::new(&name, None, problem))?;
        Ok(Self {
            name,
            connection,
            pacing: Pacing::a_minute(limits.calls_a_minute, Arc::clone(&time)),
            budget: Budget::default(),
            limits,
            time,
        })
    }
}

/// A run.
#[derive(Debug)]
pub(super) struct Run<'a> {
    manager: &'a Manager,
    started: Duration,
    seen: Mutex<Seen>,
}

/// What a run has seen so far.
#[derive(Debug, Default)]
struct Seen {
    calls: u32,
    began: Option<Timestamp>,
    clock_skew: Option<SignedDuration>,
    version: Option<Box<str>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(manager: &'a Manager) -> Self {
        Self {
            manager,
            started: manager.time.elapsed(),
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn limits(&self) -> &'a Limits {
        &self.manager.limits
    }

    /// How many calls went out.
    pub(super) fn calls(&self) -> u32 {
        self.seen().calls
    }

    /// When the first answer was given that has a date, by the Manager's clock.
    pub(super) fn began(&self) -> Option<Timestamp> {
        self.seen().began
    }

    /// How far the Manager's clock is ahead of ours, as the first answer says that has a date.
    pub(super) fn clock_skew(&self) -> Option<SignedDuration> {
        self.seen().clock_skew
    }

    /// The version of the Manager, as the latest answer says.
    pub(super) fn version(&self) -> Option<Box<str>> {
        self.seen().version.clone()
    }

    pub(super) fn error(&self, call: Option<&Call>, problem: Problem) -> Error {
        Error::new(&self.manager.name, call, problem)
    }

    fn remaining(&self) -> Duration {
        let spent = self.manager.time.elapsed().saturating_sub(self.started);
        self.limits().deadline.saturating_sub(spent)
    }

    fn too_late(&self) -> Problem {
        Problem::Deadline(self.limits().deadline)
    }

    /// Makes a call until it succeeds, or until there is no use in it.
    pub(super) async fn ask<T>(
        &self,
        call: &Call,
        body: Option<String>,
        read: impl Fn(&Reply) -> Result<T, Problem>,
    ) -> Result<T, Error> {
        let mut tries = self.tries();
        loop {
            match self
                .attempt(call, body.clone(), |reply| Ok((read(reply)?, 1)))
                .await
            {
                Ok(value) => return Ok(value),
                Err(problem) => self.pause(&mut tries, call, problem).await?,
            }
        }
    }

    pub(super) fn tries(&self) -> Tries<'a> {
        Tries::new(
            &self.manager.limits,
            &self.manager.budget,
            self.manager.time.elapsed(),
        )
    }

    /// Makes a call once, and reads what was asked for with the number of its items.
    pub(super) async fn attempt<T>(
        &self,
        call: &Call,
        body: Option<String>,
        read: impl FnOnce(&Reply) -> Result<(T, usize), Problem>,
    ) -> Result<T, Problem> {
        let (reply, ms) = self.send(call, body).await;
        let status = reply.as_ref().ok().map(Reply::status);
        let result = reply.and_then(|reply| read(&reply));
        let (items, problem) = (
            result.as_ref().ok().map(|(_, items)| *items),
            result.as_ref().err(),
        );
        log(call, ms, status, items, problem);
        let (value, _) = result?;
        self.manager.budget.earn();
        Ok(value)
    }

    /// Makes a call once.
    pub(super) async fn exchange(&self, call: &Call) -> Result<Reply, Problem> {
        let (reply, ms) = self.send(call, None).await;
        log(
            call,
            ms,
            reply.as_ref().ok().map(Reply::status),
            None,
            reply.as_ref().err(),
        );
        reply
    }

    /// Sends a call in its turn, and says how many milliseconds it took.
    async fn send(&self, call: &Call, body: Option<String>) -> (Result<Reply, Problem>, u128) {
        let manager = self.manager;
        manager.pacing.wait().await;
        let before = manager.time.elapsed();
        let remaining = self.remaining();
        if remaining.is_zero() {
            return (Err(self.too_late()), 0);
        }
        {
            let mut seen = self.seen();
            seen.calls = seen.calls.saturating_add(1);
        }
        let result = manager.connection.exchange(call, body, remaining).await;
        let result = result.map_err(|problem| match problem {
            Problem::ConnectTimeout(_) if self.remaining().is_zero() => self.too_late(),
            // What was to change something may have done so.
            Problem::Silent(_) if self.remaining().is_zero() && !call.writes() => self.too_late(),
            Problem::ConnectTimeout(_) => Problem::ConnectTimeout(self.limits().connect),
            Problem::Silent(_) => Problem::Silent(self.limits().idle),
            other => other,
        });
        if let Ok(reply) = &result {
            let mut seen = self.seen();
            if let (None, Some(date)) = (seen.began, reply.date()) {
                seen.began = Some(date);
                seen.clock_skew = Some(date.duration_since(manager.time.now()));
            }
            seen.version = reply.version().map(|version| clean(version).into());
        }
        (
            result,
            manager.time.elapsed().saturating_sub(before).as_millis(),
        )
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// When there is none, the problem that the last one met.
    pub(super) async fn pause(
        &self,
        tries: &mut Tries<'_>,
        call: &Call,
        problem: Problem,
    ) -> Result<(), Error> {
        let now = self.manager.time.elapsed();
        match tries.after(&problem, now, fastrand::f64()) {
            Some(wait) if wait < self.remaining() => {
                self.manager.time.sleep(wait).await;
                Ok(())
            }
            _ => Err(self
                .error(Some(call), problem)
                .after(tries.made(), tries.spent(now))),
        }
    }
}

/// One line for each call. Neither its body nor its headers are ever logged.
fn log(
    call: &Call,
    ms: u128,
    status: Option<u16>,
    items: Option<usize>,
    problem: Option<&Problem>,
) {
    let problem = problem.map(tracing::field::display);
    if call.writes() {
        // What is changed in a Manager is told also where nobody asked for more.
        tracing::info!(method = %call.method, path = &*call.path, status, ms, problem);
    } else {
        tracing::debug!(method = %call.method, path = &*call.path, status, ms, items, problem);
    }
}

/// What it means that an answer cannot be read: an answer that is cut off or garbled may be whole
/// the next time, one that says something else will say it again.
pub(super) fn unreadable(error: &serde_json::Error) -> Problem {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => Problem::Damaged("it ends in the middle".to_owned()),
        Category::Syntax | Category::Io => Problem::Damaged(shown(error)),
        Category::Data => Problem::Unexpected(shown(error)),
    }
}

fn shown(error: &serde_json::Error) -> String {
    fitted(&clean(&json_error::in_words(error)), COMPLAINT)
}
