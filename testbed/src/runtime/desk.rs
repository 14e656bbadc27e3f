//! What is to be invoked and who waits for it, and the HTTP API that functions poll.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::outcome::Outcome;
use crate::clock;
use crate::server::{Ask, Reply, Service, lock};

const ROOT: &str = "/2018-06-01/runtime/";

/// What an invocation hears.
#[derive(Debug)]
pub(crate) enum News {
    /// A function has it; its deadline runs.
    Taken,
    /// It is over.
    Over(Outcome),
}

/// An invocation that no function has yet.
#[derive(Debug)]
struct Waiting {
    id: String,
    event: Vec<u8>,
    deadline: Duration,
    news: Sender<News>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    taken: BTreeMap<String, Sender<News>>,
    /// Processes that were started here and run.
    running: usize,
    /// Why nobody polls any more.
    ended: Option<Outcome>,
    made: u64,
    /// How often all processes had ended: a poll of one that is dead must get nothing.
    generation: u64,
}

impl State {
    /// Tells all who wait, and all who come later until somebody polls again.
    fn end(&mut self, outcome: &Outcome) {
        let waiting = self.waiting.drain(..).map(|waiting| waiting.news);
        let taken = std::mem::take(&mut self.taken).into_values();
        for news in waiting.chain(taken) {
            // Whoever gave up waiting need not hear it.
            let _ = news.send(News::Over(outcome.clone()));
        }
        self.ended = Some(outcome.clone());
    }
}

/// The Runtime API of one function.
#[derive(Debug)]
pub(crate) struct Desk {
    arn: String,
    state: Mutex<State>,
    arrival: Notify,
}

impl Desk {
    pub(crate) fn new(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            state: Mutex::default(),
            arrival: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Queues an invocation and gives its id.
    pub(crate) fn invoke(&self, event: &Value, deadline: Duration, news: Sender<News>) -> String {
        let mut state = self.state();
        state.made += 1;
        let id = format!("00000000-0000-4000-8000-{:012x}", state.made);
        if let Some(outcome) = state.ended.clone().filter(|_| state.running == 0) {
            let _ = news.send(News::Over(outcome));
            return id;
        }
        state.waiting.push_back(Waiting {
            id: id.clone(),
            event: event.to_string().into_bytes(),
            deadline,
            news,
        });
        self.arrival.notify_waiters();
        id
    }

    /// Forgets an invocation that nobody waits for any more.
    pub(crate) fn forget(&self, id: &str) {
        let mut state = self.state();
        state.waiting.retain(|waiting| waiting.id != id);
        state.taken.remove(id);
    }

    /// A process was started.
    pub(crate) fn started(&self) {
        let mut state = self.state();
        state.running += 1;
        state.ended = None;
    }

    /// A process ended.
    pub(crate) fn exited(&self, code: Option<i32>) {
        let mut state = self.state();
        state.running = state.running.saturating_sub(1);
        if state.running == 0 {
            // A function that could not start says so and then exits: the first is the reason.
            let outcome = state.ended.take().unwrap_or(Outcome::Exited(code));
            state.end(&outcome);
            state.generation += 1;
            self.arrival.notify_waiters();
        }
    }

    /// Waits until there is an invocation, and hands it out; `None` if the process that asks has
    /// ended meanwhile.
    async fn next(&self) -> Option<Reply> {
        let generation = self.state().generation;
        let waiting = loop {
            // Before the look, so that what arrives between look and wait is not missed.
            let arrival = self.arrival.notified();
            if self.state().generation != generation {
                return None;
            }
            if let Some(waiting) = self.take() {
                break waiting;
            }
            arrival.await;
        };
        let deadline = i64::try_from(waiting.deadline.as_millis()).unwrap_or(i64::MAX);
        let deadline = clock::real_now().saturating_add(deadline);
        let trace = format!("Root=1-{:08x}-{:024x};Sampled=0", 0, self.state().made);
        let mut reply = Reply::json(200, waiting.event);
        for (name, value) in [
            ("lambda-runtime-aws-request-id", waiting.id),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", self.arn.clone()),
            ("lambda-runtime-trace-id", trace),
        ] {
            reply.set_header(name, value);
        }
        Some(reply)
    }

    fn take(&self) -> Option<Waiting> {
        let mut state = self.state();
        state.ended = None;
        let waiting = state.waiting.pop_front()?;
        let _ = waiting.news.send(News::Taken);
        state.taken.insert(waiting.id.clone(), waiting.news.clone());
        Some(waiting)
    }

    /// Takes the end of an invocation that a function has.
    fn finish(&self, id: &str, outcome: Outcome) -> Reply {
        match self.state().taken.remove(id) {
            Some(news) => {
                let _ = news.send(News::Over(outcome));
                accepted()
            }
            None => refused(400, "InvalidRequestID", "Invalid request ID"),
        }
    }
}

impl Service for Desk {
    async fn answer(&self, ask: Ask) -> Option<Reply> {
        let path: Vec<&str> = match ask.path.strip_prefix(ROOT) {
            Some(path) => path.split('/').collect(),
            None => Vec::new(),
        };
        Some(match (ask.method.as_str(), path.as_slice()) {
            ("GET", ["invocation", "next"]) => return self.next().await,
            ("POST", ["invocation", id, "response"]) => {
                self.finish(id, Outcome::Response(response(&ask)))
            }
            ("POST", ["invocation", id, "error"]) => {
                let (kind, message) = error(&ask);
                self.finish(id, Outcome::Error { kind, message })
            }
            ("POST", ["init", "error"]) => {
                let (kind, message) = error(&ask);
                self.state().end(&Outcome::InitError { kind, message });
                accepted()
            }
            _ => refused(404, "NotFound", "No such path"),
        })
    }
}

fn response(ask: &Ask) -> Value {
    match &ask.body {
        None => Value::Null,
        Some(Ok(body)) => body.clone(),
        Some(Err(_)) => String::from_utf8_lossy(&ask.raw).into(),
    }
}

/// Kind and message of an error, from the body or, failing that, from the header.
fn error(ask: &Ask) -> (String, String) {
    let body = ask.json();
    let member = |name: &str| Some(body?.get(name)?.as_str()?.to_owned());
    let header = ask.headers.get("lambda-runtime-function-error-type");
    let header = header.and_then(|value| value.to_str().ok());
    let kind = member("errorType").or_else(|| header.map(str::to_owned));
    (
        kind.unwrap_or_default(),
        member("errorMessage").unwrap_or_default(),
    )
}

fn accepted() -> Reply {
    Reply::json(202, json!({"status": "OK"}).to_string().into_bytes())
}

fn refused(status: u16, kind: &str, message: &str) -> Reply {
    let body = json!({"errorType": kind, "errorMessage": message});
    Reply::json(status, body.to_string().into_bytes())
}
