//! The lines of the functions that answer findings.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use remediations::record::State;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Metric, line};
use crate::remediate::Answered;

/// What one run answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answers {
    /// How many messages or events there were.
    pub messages: usize,
    /// How many findings stand how on an instance, in the word of the ledger.
    pub states: BTreeMap<&'static str, usize>,
    /// How many of them are open.
    pub open: usize,
    /// How many were closed by their source.
    pub settled: usize,
    /// How many had been answered before.
    pub duplicates: usize,
    /// How many were older than what had been answered.
    pub superseded: usize,
    /// How many were taken over by somebody else.
    pub taken_over: usize,
    /// How many messages hold nothing that is answered.
    pub ignored: usize,
    /// How many messages nobody understands and were put aside.
    pub quarantined: usize,
    /// How many messages have to come again.
    pub returned: usize,
    /// In how many accounts and Regions the response rules are to run.
    pub kicks: usize,
    /// How long the oldest message was in its queue, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_lag: Option<i64>,
    /// How long ago the oldest finding was changed by its source, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding_lag: Option<i64>,
}

impl Answers {
    /// Counts what became of a finding.
    pub fn note(&mut self, answered: &Answered) {
        match answered {
            Answered::Recorded(record) => {
                let state: State = record.state;
                *self.states.entry(state.word()).or_default() += 1;
                self.open += usize::from(state.is_open());
            }
            Answered::Settled => self.settled += 1,
            Answered::Duplicate => self.duplicates += 1,
            Answered::Superseded => self.superseded += 1,
            Answered::TakenOver => self.taken_over += 1,
        }
    }

    /// Notes for how many seconds a message was in its queue.
    pub fn note_queued(&mut self, seconds: i64) {
        self.queue_lag = self.queue_lag.max(Some(seconds));
    }

    /// Notes how many seconds ago a finding was changed by its source.
    pub fn note_changed(&mut self, seconds: i64) {
        self.finding_lag = self.finding_lag.max(Some(seconds));
    }
}

/// The line of a run that answered findings.
#[must_use]
pub fn answered(
    function: &str,
    answers: &Answers,
    failure: Option<&str>,
    took: Duration,
    now: Timestamp,
) -> Value {
    let mut metrics = vec![
        Metric::milliseconds("Duration", took.as_millis()),
        Metric::count("Messages", answers.messages),
        Metric::count("Open", answers.open),
        Metric::count("Settled", answers.settled),
        Metric::count("Duplicates", answers.duplicates),
        Metric::count("Superseded", answers.superseded),
        Metric::count("Ignored", answers.ignored),
        Metric::count("Quarantined", answers.quarantined),
        Metric::count("Returned", answers.returned),
        Metric::count("Kicks", answers.kicks),
    ];
    let lags = [
        ("QueueLag", answers.queue_lag),
        ("FindingLag", answers.finding_lag),
    ];
    metrics.extend(
        lags.into_iter()
            .filter_map(|(name, lag)| Some(Metric::seconds(name, lag?))),
    );
    let mut rest = said(function, failure);
    rest.insert("states".to_owned(), json!(answers.states));
    line("Function", &metrics, now.as_millisecond(), rest)
}

/// The line of a run that counted things.
#[must_use]
pub fn counted(
    function: &str,
    counts: &[(&'static str, usize)],
    failure: Option<&str>,
    took: Duration,
    now: Timestamp,
) -> Value {
    let counts = counts
        .iter()
        .map(|(name, count)| Metric::count(*name, *count));
    let metrics: Vec<Metric> = std::iter::once(Metric::milliseconds("Duration", took.as_millis()))
        .chain(counts)
        .collect();
    line(
        "Function",
        &metrics,
        now.as_millisecond(),
        said(function, failure),
    )
}

fn said(function: &str, failure: Option<&str>) -> Map<String, Value> {
    let mut rest = Map::new();
    let mut say = |name: &str, value: Value| rest.insert(name.to_owned(), value);
    say("level", json!(failure.map_or("INFO", |_| "ERROR")));
    say("message", json!(failure.unwrap_or("done")));
    say("Function", json!(function));
    rest
}
