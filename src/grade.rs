//! The flow of the function `rule`: an event of AWS Config in, what differs put, a summary out.
//!
//! ```text
//! event → rule and parameters → what Config shows → facts → verdicts → what differs → put
//!                                    (instances)
//!                             → statuses, own counts → verdict ────────────────────→ put
//!                                    (health)
//! ```
//!
//! A run delivers what it knows before it ends in an error, and it ends before its time is over.

use std::sync::Arc;

use jiff::Timestamp;
use rules::{
    Gap, Prepared, Verdict,
    exceptions::{Exceptions, Unread},
    gap,
    inventories::Inventories,
    inventory::Inventory,
};

use crate::{
    event::config::{ConfigEvent, Task},
    patience::{Deadline, patiently},
    ports::{Extract, Gather, Report},
    posting::{Posting, Resource},
    reconcile::Step,
    time::Time,
};

mod delivery;
mod failure;
mod health;
mod instances;
mod summary;

pub use crate::patience::Stop;
use delivery::Delivery;
pub use failure::{Failure, Problem};
use health::Examination;
use instances::Grading;
pub use summary::{GapCount, Subject, Summary};

/// The part of the time that may go into reading: what is known must still be delivered.
const FOR_READING: f64 = 0.8;

/// The part of that which may go into reading the exceptions: what needs none is graded without them.
const FOR_EXCEPTIONS: f64 = 0.25;

/// Grades by the ports that it is given.
#[derive(Debug)]
pub struct Flow<'a, G, R> {
    /// Where facts come from.
    pub gather: &'a G,
    /// Where results go.
    pub report: &'a R,
    /// The clock.
    pub time: &'a dyn Time,
}

/// What became of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What was done, also where the run failed.
    pub summary: Summary,
    /// Whether it was all.
    pub end: Result<(), Failure>,
}

impl<G: Gather, R: Report> Flow<'_, G, R> {
    /// Does what an event asks for, until `ends` by [`Time::elapsed`] at the latest.
    pub async fn run(&self, event: &ConfigEvent, ends: std::time::Duration) -> Outcome {
        let prepared = match event.prepared() {
            Ok(prepared) => prepared,
            Err(complaint) => return Outcome::refused(complaint),
        };
        let deadline = Deadline::new(self.time, ends);
        let mut run = Run {
            flow: self,
            event,
            deadline,
            delivery: Delivery::new(self.report, &event.token, deadline),
            summary: Summary::of(prepared.rule()),
            problems: Vec::new(),
        };
        match prepared {
            Prepared::Instance(grader) => {
                let grader = grader.with_exceptions(run.exceptions().await);
                Grading::new(&mut run, &grader).perform().await;
            }
            Prepared::Account(grader) => Examination::new(&mut run, &grader).perform().await,
        }
        run.end().await
    }
}

impl Outcome {
    fn refused(complaint: String) -> Self {
        Self {
            summary: Summary::default(),
            end: Err(Problem::Refused(complaint).into()),
        }
    }
}

/// One run of the flow, whatever its rule is about.
struct Run<'a, G, R> {
    flow: &'a Flow<'a, G, R>,
    event: &'a ConfigEvent,
    deadline: Deadline<'a>,
    delivery: Delivery<'a, R>,
    summary: Summary,
    problems: Vec<Problem>,
}

impl<'a, G: Gather, R: Report> Run<'a, G, R> {
    /// What the Managers know, as far as it is asked for; a gap where that cannot be read.
    async fn inventories(&mut self, extract: Extract) -> Arc<Inventories> {
        let gather = self.flow.gather;
        let read = patiently(self.reading(), || gather.inventories(extract)).await;
        let inventories = read.unwrap_or_else(|stop| {
            // The cause is for the error: in an annotation it would change from run to run.
            self.problems.push(Problem::Unread("the inventories", stop));
            let gap = Gap::retryable(&gap::INVENTORY_MISSING, "the inventories cannot be read");
            Arc::new(Inventories::new(vec![Err(gap)]))
        });
        self.summary.oldest_inventory = inventories.readable().map(Inventory::taken_at).min();
        inventories
    }

    /// The deployer's exceptions, where something is graded.
    async fn exceptions(&mut self) -> Result<Arc<Exceptions>, Unread> {
        if matches!(self.event.task, Task::Nothing | Task::NotApplicable(..)) {
            return Ok(Arc::default());
        }
        let gather = self.flow.gather;
        let reading = self.reading().first_part(FOR_EXCEPTIONS);
        let read = patiently(reading, || gather.exceptions()).await;
        read.map_err(|stop| {
            let passes = !matches!(&stop, Stop::Error(error) if !error.is_retryable());
            // The cause is for the error, as that of the inventories.
            self.problems.push(Problem::Unread("the exceptions", stop));
            let text = "the exceptions cannot be read, and one may be made for what was found";
            let gap = if passes {
                Gap::retryable(&gap::EXCEPTIONS_UNREAD, text)
            } else {
                Gap::standing(&gap::EXCEPTIONS_UNREAD, text)
            };
            let excepted_as = gather.excepted_as();
            Unread { excepted_as, gap }
        })
    }

    /// The time for something to be read.
    fn reading(&self) -> Deadline<'a> {
        self.deadline.first_part(FOR_READING)
    }

    /// The time that is graded at: that of the event, or of the clock where an event
    /// was delivered so late that what was fresh then no longer is.
    fn now(&self) -> Timestamp {
        self.event.at.max(self.flow.time.now())
    }

    fn posting(&mut self, resource: Resource, verdict: &Verdict) -> Posting {
        self.summary.count_verdict(verdict);
        Posting::new(resource, verdict, self.event.at)
    }

    fn settle(&mut self, step: Step) {
        match step {
            Step::Put(posting) => {
                tracing::debug!(
                    rule = self.summary.rule,
                    resource = %posting.resource(),
                    verdict = posting.compliance().word(),
                    reason = posting.annotation(),
                );
                self.delivery.add(posting);
            }
            Step::Unchanged => self.summary.unchanged += 1,
            Step::Superseded => self.summary.superseded += 1,
        }
    }

    /// Delivers the rest, and tells what became of the run.
    async fn end(mut self) -> Outcome {
        let delivered = self.delivery.finish().await;
        self.summary.put = delivered.put;
        self.summary.undelivered = delivered.left.len();
        self.summary.throttled = delivered.throttled;
        self.summary.rule_gone =
            delivered.rule_gone || self.problems.iter().any(Problem::is_rule_gone);
        if self.summary.rule_gone {
            // Nobody waits for results, and no other attempt could put them.
            tracing::warn!(rule_name = self.event.rule_name, "the Config rule is gone");
            return Outcome {
                summary: self.summary,
                end: Ok(()),
            };
        }
        self.problems.extend(self.summary.retryable_gaps());
        self.problems.extend(delivered.problem());
        Outcome {
            summary: self.summary,
            end: Failure::unless_empty(self.problems),
        }
    }
}
