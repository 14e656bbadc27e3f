//! The function `backfill`: lists what GuardDuty, Macie and Inspector have found, in each of its
//! Regions, in the function's account and in those that it administers them for; writes down and sends
//! `respond` what the ledger does not have, and then writes down when it did.
//! A schedule invokes it; what the event says does not matter. It needs no key of a Manager.
//!
//! ```text
//! listing      one source in one Region
//! reporting    from which Regions Macie reports of members
//! book         what the ledger has, and what listings write into it
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rules::{instance::Region, ledger::Source, text::clean};
use serde::Serialize;

use super::{
    Invocation, Refused,
    accounts::Accounts,
    home, in_turn,
    respond::{QUARANTINE_QUEUE, queue},
    table, unfinished,
};
use crate::{
    aws::{clients::Clients, queues, table::DynamoTable},
    environment,
    function::Start,
    ledger::{Partition, note_partition, note_region},
    patience::{Deadline, Waits},
    ports::{Error, Fault, Passing},
    telemetry,
    time::Time,
};

mod book;
mod listing;
mod reporting;

use book::Book;
use listing::{LeftOut, Listing};
use reporting::Reporting;

/// The environment variable with the URL of the queue that `respond` is fed by.
const QUEUE: &str = "DEEPGRADE_QUEUE";
/// The environment variable with the Regions that are listed, with commas; the function's own without
/// it.
const REGIONS: &str = "DEEPGRADE_REGIONS";
/// How often messages are sent that SQS did not take.
const TRIES: u32 = 5;
/// How many rows of different accounts are written at a time.
const AT_A_TIME: usize = 16;
/// The part of the time in which it is asked where Macie reports from. The rest is for listing.
const FOR_REPORTING: f64 = 0.3;

/// The function, as long as Lambda keeps its process.
pub(super) struct BackfillFunction {
    clients: Arc<Clients>,
    time: Arc<dyn Time>,
    table: DynamoTable,
    queue: String,
    quarantine: Option<String>,
    /// The Regions that are listed; the function's own where there are none.
    regions: BTreeSet<Region>,
}

/// A Region that is listed, and what it is asked with.
struct Seat {
    region: Region,
    clients: Arc<Clients>,
}

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// By Region and source.
    regions: BTreeMap<Region, BTreeMap<&'static str, Listed>>,
}

/// What was listed of a source in a Region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    /// Whether it is switched on in the function's account.
    enabled: bool,
    /// Of how many accounts it counts as listed.
    accounts: usize,
    /// How many findings it has.
    findings: usize,
    /// How many of them were sent, since the ledger did not have them.
    sent: usize,
    /// How many nobody understands.
    malformed: usize,
    /// How many members could not be asked what they alone see, so that they do not count.
    unasked: usize,
    /// Why it was not listed to the end, or not for all accounts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl BackfillFunction {
    pub(super) fn new(start: &Start) -> Result<Self, String> {
        Ok(Self {
            clients: Arc::clone(&start.clients),
            time: Arc::clone(&start.time),
            table: table(start)?,
            queue: queue(QUEUE).ok_or_else(|| format!("{QUEUE} is not set"))?,
            quarantine: queue(QUARANTINE_QUEUE),
            regions: regions(environment::variable(REGIONS).as_deref())?,
        })
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let time = self.time.as_ref();
        let began = time.elapsed();
        let deadline = Deadline::new(time, invocation.ends(time));
        let home = home(&invocation)?;
        let own = Arc::clone(&self.clients);
        let accounts = Accounts::new(own, home.clone(), invocation.partition());
        let seats = self.seats(&home, &accounts).await?;
        let mut reporting = Reporting::new(&seats);
        let first = deadline.first_part(FOR_REPORTING);
        let looked = reporting.look(&self.table, home.account, &seats);
        if first.limit(looked).await.is_none() {
            tracing::warn!("the members of Macie are not all known: the time was over");
        }
        let mut book = Book::new(&self.table, time);
        let mut summary = Summary::default();
        let mut problems = Vec::new();
        let places = Source::ALL.iter();
        let places = places.flat_map(|source| seats.iter().map(|seat| (seat, *source)));
        for (seat, source) in in_turn(places.collect(), time.now()) {
            let mut listed = Listed::default();
            let listing = Listing {
                function: self,
                accounts: &accounts,
                book: &mut book,
                reporting: &reporting,
                own: home.account,
                seat,
                source,
                listed: &mut listed,
                left_out: LeftOut::default(),
            };
            match deadline.limit(listing.run()).await {
                Some(Ok(())) => {}
                Some(Err(error)) => listed.problems.push(error.to_string()),
                None => listed.problems.push("the time was over".to_owned()),
            }
            for problem in &mut listed.problems {
                *problem = clean(problem);
                let line = format!("{source} in {}: {problem}", seat.region);
                tracing::error!("not listed to the end: {line}");
                problems.push(line);
            }
            let region = summary.regions.entry(seat.region.clone()).or_default();
            region.insert(source.word(), listed);
        }
        // Whichever came first today, the same are told in the same words.
        problems.sort_unstable();
        let failure = unfinished("listed", &problems);
        let took = time.elapsed().saturating_sub(began);
        let all = summary.regions.values().flat_map(BTreeMap::values);
        let count = |of: fn(&Listed) -> usize| all.clone().map(of).sum();
        telemetry::write(&telemetry::counted(
            "backfill",
            &[
                ("Findings", count(|listed| listed.findings)),
                ("Sent", count(|listed| listed.sent)),
                ("Malformed", count(|listed| listed.malformed)),
                ("Problems", problems.len()),
            ],
            failure.as_deref(),
            took,
            time.now(),
        ));
        failure.map_or(Ok(summary), |line| Err(Refused::Unfinished(line)))
    }

    /// The Regions that are listed, each with clients of its own. They are looked at again, and Macie
    /// may report from each.
    async fn seats(&self, home: &Partition, accounts: &Accounts) -> Result<Vec<Seat>, Error> {
        let mut regions = self.regions.clone();
        if regions.is_empty() {
            regions.insert(home.region.clone());
        }
        let mut seats = Vec::new();
        for region in regions {
            let partition = accounts.own_in(&region);
            note_partition(&self.table, &partition).await?;
            note_region(&self.table, &partition).await?;
            let clients = accounts.clients(&partition).await?;
            seats.push(Seat { region, clients });
        }
        Ok(seats)
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
}

/// The Regions that a variable names; none where it is not set.
fn regions(value: Option<&str>) -> Result<BTreeSet<Region>, String> {
    let names = value.unwrap_or_default().split(',').map(str::trim);
    let names = names.filter(|name| !name.is_empty()).map(str::parse);
    let regions = names.collect::<Result<_, _>>();
    regions.map_err(|bad| format!("{REGIONS}: {bad}"))
}
