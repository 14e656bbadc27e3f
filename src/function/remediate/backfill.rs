//! The function `backfill`: lists what GuardDuty, Macie and Inspector have found in the function's
//! account and Region, writes down and sends `respond` what the ledger does not have, and then writes
//! down when it did.
//! A schedule invokes it; what the event says does not matter. It needs no key of a Manager.

use std::{collections::BTreeMap, sync::Arc};

use remediations::{
    Finding,
    finding::{Life, Version},
    record::State,
};
use rules::{
    instance::InstanceId,
    ledger::{Source, Watermark},
    text::clean,
};
use serde::Serialize;

use super::{
    Invocation, Refused, home, listed,
    respond::{QUARANTINE_QUEUE, queue},
    table,
};
use crate::{
    aws::{clients::Clients, findings::Findings, queues, table::DynamoTable},
    event::finding::write,
    function::Start,
    ledger::{Key, Partition, Row, Table as _, Write, note_partition, note_region, read_records},
    patience::{Deadline, Waits},
    ports::{Error, Fault, Passing},
    remediate::Limits,
    telemetry,
    time::Time,
};

/// The environment variable with the URL of the queue that `respond` is fed by.
const QUEUE: &str = "DEEPGRADE_QUEUE";
/// How often messages are sent that SQS did not take.
const TRIES: u32 = 5;

/// The function, as long as Lambda keeps its process.
pub(super) struct BackfillFunction {
    clients: Arc<Clients>,
    time: Arc<dyn Time>,
    table: DynamoTable,
    queue: String,
    quarantine: Option<String>,
}

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// By source.
    sources: BTreeMap<&'static str, Listed>,
}

/// What was listed of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    /// Whether it is switched on.
    enabled: bool,
    /// How many findings it has.
    findings: usize,
    /// How many of them were sent, since the ledger did not have them.
    sent: usize,
    /// How many nobody understands.
    malformed: usize,
    /// Why it was not listed to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What the ledger has: versions that were dealt with.
type Known = BTreeMap<Key, (Version, Life)>;

impl BackfillFunction {
    pub(super) fn new(start: &Start) -> Result<Self, String> {
        Ok(Self {
            clients: Arc::clone(&start.clients),
            time: Arc::clone(&start.time),
            table: table(&start.clients)?,
            queue: queue(QUEUE).ok_or_else(|| format!("{QUEUE} is not set"))?,
            quarantine: queue(QUARANTINE_QUEUE),
        })
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let time = self.time.as_ref();
        let began = time.elapsed();
        let deadline = Deadline::new(time, invocation.ends(time));
        let home = home(&invocation)?;
        let known = self.known(&home).await?;
        note_partition(&self.table, &home).await?;
        note_region(&self.table, &home).await?;
        let mut summary = Summary::default();
        let mut failure = None;
        for source in Source::ALL {
            let mut listed = Listed::default();
            let done = deadline.limit(self.source(&home, *source, &known, &mut listed));
            let problem = match done.await {
                Some(Ok(())) => None,
                Some(Err(error)) => Some(clean(&error.to_string())),
                None => Some("the time was over".to_owned()),
            };
            if let Some(problem) = &problem {
                tracing::error!(%source, "not listed to the end: {problem}");
                failure = failure.or_else(|| {
                    Some(format!(
                        "the findings of {source} are not all listed: {problem}"
                    ))
                });
            }
            listed.problem = problem;
            summary.sources.insert(source.word(), listed);
        }
        let took = time.elapsed().saturating_sub(began);
        let count = |of: fn(&Listed) -> usize| summary.sources.values().map(of).sum();
        telemetry::write(&telemetry::counted(
            "backfill",
            &[
                ("Findings", count(|listed| listed.findings)),
                ("Sent", count(|listed| listed.sent)),
                ("Malformed", count(|listed| listed.malformed)),
                (
                    "Problems",
                    count(|listed| usize::from(listed.problem.is_some())),
                ),
            ],
            failure.as_deref(),
            took,
            time.now(),
        ));
        failure.map_or(Ok(summary), |line| Err(Refused::Unfinished(line)))
    }

    /// Lists a source, sends what is missing, and then writes down that it was listed.
    async fn source(
        &self,
        home: &Partition,
        source: Source,
        known: &Known,
        listed: &mut Listed,
    ) -> Result<(), Error> {
        let listed_at = self.time.now();
        let findings = Findings::of(&self.clients, home.account, &home.region, source).await?;
        listed.enabled = findings.is_some();
        let mut odd = None;
        if let Some(findings) = findings {
            let mut next = None;
            loop {
                let page = findings.page(next.as_deref()).await?;
                let mut missing = Vec::new();
                for finding in page.items {
                    listed.findings += 1;
                    match finding {
                        Ok(finding) if is_known(&finding, known) => {}
                        Ok(finding) => {
                            let (now, kept) = (self.time.now(), Limits::default().retention);
                            let places = places(&finding);
                            listed::note(&self.table, &finding, &places, kept, now).await?;
                            missing.push(write(&finding));
                        }
                        Err(malformed) => {
                            let why = format!("{home}: {malformed}");
                            self.quarantine(&why).await?;
                            listed.malformed += 1;
                            odd.get_or_insert(why);
                        }
                    }
                }
                for some in missing.chunks(queues::AT_ONCE) {
                    self.send(some).await?;
                    listed.sent += some.len();
                }
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        // Which instances it is about is not known: it may be any.
        if let Some(why) = odd {
            let line = format!(
                "not all are understood, {} in number: {why}",
                listed.malformed
            );
            return Err(Error::Permanent(Fault::Deployment, line));
        }
        let enabled = listed.enabled;
        self.mark(home, source, Watermark { enabled, listed_at })
            .await
    }

    /// What the ledger has of the account and Region.
    async fn known(&self, home: &Partition) -> Result<Known, Error> {
        // A row that cannot be read is not known: `respond` says what is wrong with it.
        let (records, _) = read_records(&self.table, home).await?;
        let is_known = |state: &State| !matches!(state, State::Claimed { .. } | State::Unplanned);
        let records = records.iter().filter(|record| is_known(&record.state));
        let known = records.map(|record| {
            let seen = (record.version(), record.finding.life);
            (Key::of_record(record), seen)
        });
        Ok(known.collect())
    }

    /// Sends messages until SQS has taken all of them.
    async fn send(&self, bodies: &[String]) -> Result<(), Error> {
        let mut left = bodies.to_vec();
        let mut waits = Waits::default();
        for _ in 0..TRIES {
            let again = queues::send_all(self.clients.sqs(), &self.queue, &left).await?;
            let is_left = |place: &usize| again.contains(place);
            let places = left.into_iter().enumerate();
            left = places
                .filter(|(place, _)| is_left(place))
                .map(|(_, body)| body)
                .collect();
            if left.is_empty() {
                return Ok(());
            }
            self.time.sleep(waits.next()).await;
        }
        let line = format!("{} messages were not taken by the queue", left.len());
        Err(Error::Retryable(Passing::Unavailable, line))
    }

    /// Puts a finding aside that nobody understands, so that somebody sees it.
    async fn quarantine(&self, why: &str) -> Result<(), Error> {
        tracing::error!("put aside: {why}");
        let Some(queue) = &self.quarantine else {
            let line = format!("{QUARANTINE_QUEUE} is not set, and {why}");
            return Err(Error::Permanent(Fault::Deployment, line));
        };
        queues::send(self.clients.sqs(), queue, why, why).await
    }

    /// Writes down when a source was listed, unless a later listing is there.
    async fn mark(
        &self,
        home: &Partition,
        source: Source,
        watermark: Watermark,
    ) -> Result<(), Error> {
        let key = Key::watermark(home, source);
        for _ in 0..TRIES {
            let row = self.table.read(&key).await?;
            let before: Option<Watermark> = row.as_ref().and_then(|row| row.read().ok());
            if before.is_some_and(|before| before.listed_at > watermark.listed_at) {
                return Ok(());
            }
            let row = Row::after(row.as_ref(), key.clone(), &watermark)?;
            if self.table.write(&row).await? == Write::Done {
                return Ok(());
            }
        }
        let line = format!("row {key} of the ledger is written by others all the time");
        Err(Error::Retryable(Passing::Unavailable, line))
    }
}

/// Whether the ledger has a version of a finding, in every place where it is recorded.
fn is_known(finding: &Finding, known: &Known) -> bool {
    let partition = Partition::from(finding);
    places(finding).into_iter().all(|instance| {
        let key = Key::record(&partition, instance, finding.source, &finding.id);
        known
            .get(&key)
            .is_some_and(|seen| *seen == (finding.version, finding.life))
    })
}

/// Where a finding is recorded: on instances, or by itself.
fn places(finding: &Finding) -> Vec<Option<InstanceId>> {
    match finding.recorded_on() {
        [] => vec![None],
        instances => instances.iter().copied().map(Some).collect(),
    }
}
