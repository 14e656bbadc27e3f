//! The flow of the function `rule`: an event of AWS Config in, what differs put, a summary out.
//!
//! ```text
//! event → rule and parameters → what Config shows → facts → verdicts → what differs → put
//! ```
//!
//! A run delivers what it knows before it ends in an error, and it ends before its time is over.

use std::sync::Arc;

use jiff::Timestamp;
use rules::{
    Gap, Grader, Verdict,
    facts::Need,
    gap,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    inventory::Inventory,
    web::WebEdges,
};

use crate::{
    event::config::{ConfigEvent, Task},
    ports::{Gather, Report, Web},
    posting::{Posting, Resource},
    reconcile::{Reconciliation, Step, gone},
    report::Word,
    time::Time,
};

pub(crate) mod deadline;
mod delivery;
mod failure;
pub(crate) mod patience;
mod summary;

use deadline::Deadline;
use delivery::Delivery;
pub use failure::{Failure, Problem};
pub use patience::Stop;
use patience::patiently;
pub use summary::{GapCount, Subject, Summary};

/// The part of the time that may go into learning what Config shows of one resource. What is not
/// known by then is not worth more: the result is put in any case.
const FOR_ONE_RESULT: f64 = 0.25;
/// The part of the time that may go into reading: what is known must still be delivered.
const FOR_READING: f64 = 0.8;

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
        let grader = match event.grader() {
            Ok(grader) => grader,
            Err(complaint) => return Outcome::refused(complaint),
        };
        let deadline = Deadline::new(self.time, ends);
        let mut run = Run {
            flow: self,
            event,
            deadline,
            delivery: Delivery::new(self.report, &event.token, deadline),
            summary: Summary::of(grader.rule()),
            grader,
            problems: Vec::new(),
        };
        let done = match &event.task {
            Task::Nothing => Ok(()),
            Task::NotApplicable(resource, verdict) => {
                run.settle_one(resource.clone(), verdict).await
            }
            Task::Given(instance) => run.one(instance).await,
            Task::Read(id) => run.by_id(*id).await,
            Task::All => run.all().await,
        };
        run.problems.extend(done.err());
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

/// One run of the flow.
struct Run<'a, G, R> {
    flow: &'a Flow<'a, G, R>,
    event: &'a ConfigEvent,
    deadline: Deadline<'a>,
    delivery: Delivery<'a, R>,
    summary: Summary,
    grader: Grader,
    problems: Vec<Problem>,
}

impl<G: Gather, R: Report> Run<'_, G, R> {
    /// Grades one instance and puts the result.
    async fn one(&mut self, instance: &Instance) -> Result<(), Problem> {
        let inventories = self.inventories().await?;
        let web = self.web().await?;
        let edges = web.as_ref().map(|web| &web.edges);
        let resource = Resource::from(instance.id);
        match self.grade(instance, &inventories, edges) {
            Ok(verdict) => self.settle_one(resource, &verdict).await,
            Err(gap) => {
                self.summary.is_about(&resource, Err(&gap));
                Ok(())
            }
        }
    }

    /// Grades one instance that the event does not describe.
    async fn by_id(&mut self, id: InstanceId) -> Result<(), Problem> {
        let reading = self.deadline.first_part(FOR_READING);
        let gather = self.flow.gather;
        let read = patiently(reading, || gather.instance(id)).await;
        match read.map_err(|stop| Problem::Unread("the instance", stop))? {
            Some(instance) => self.one(&instance).await,
            None => self.settle_one(id.into(), &gone()).await,
        }
    }

    /// Puts the result of one resource unless Config shows it.
    async fn settle_one(&mut self, resource: Resource, verdict: &Verdict) -> Result<(), Problem> {
        let reading = self.deadline.first_part(FOR_ONE_RESULT);
        let (report, rule_name) = (self.flow.report, &self.event.rule_name);
        let shown = patiently(reading, || report.result_of_resource(rule_name, &resource)).await;
        self.summary.is_about(&resource, Ok(verdict));
        let posting = self.posting(resource.clone(), verdict);
        let step = match shown {
            Ok(shown) => {
                let mut present = Reconciliation::default();
                shown.into_iter().for_each(|shown| present.note(shown));
                present.wanted(posting)
            }
            Err(Stop::Error(error)) if error.is_rule_gone() => {
                return Err(Problem::Unread("what Config shows", Stop::Error(error)));
            }
            // To put what Config shows already costs a little; to leave out what it does not show
            // would be wrong.
            Err(stop) => {
                tracing::info!("what Config shows of {resource} is unknown: {stop}");
                Step::Put(posting)
            }
        };
        self.settle(step);
        Ok(())
    }

    /// Grades every instance, and puts what differs from what Config shows.
    async fn all(&mut self) -> Result<(), Problem> {
        let reading = self.deadline.first_part(FOR_READING);
        // What Config shows is read first: whatever is put from now on by others is not gone.
        let mut present = self.present(reading).await?;
        let inventories = self.inventories().await?;
        if let Some(web) = self.web().await? {
            self.each(&web.instances, &inventories, Some(&web.edges), &mut present);
        } else {
            let gather = self.flow.gather;
            let mut next = None;
            loop {
                let page = patiently(reading, || gather.instances(next.as_deref())).await;
                let page = page.map_err(|stop| Problem::Unread("the instances", stop))?;
                self.each(&page.items, &inventories, None, &mut present);
                self.delivery.deliver_full_batches().await;
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        // Only now is it certain that what was not seen is not there.
        for step in present.rest(self.event.at) {
            self.summary.count(Word::NotApplicable);
            self.settle(step);
        }
        Ok(())
    }

    fn each(
        &mut self,
        instances: &[Instance],
        inventories: &Inventories,
        web_edges: Option<&WebEdges>,
        present: &mut Reconciliation,
    ) {
        for instance in instances {
            let resource = Resource::from(instance.id);
            match self.grade(instance, inventories, web_edges) {
                Ok(verdict) => {
                    let posting = self.posting(resource, &verdict);
                    self.settle(present.wanted(posting));
                }
                Err(_) => present.leave(&resource),
            }
        }
    }

    async fn present(&self, reading: Deadline<'_>) -> Result<Reconciliation, Problem> {
        let (report, rule_name) = (self.flow.report, &self.event.rule_name);
        let mut present = Reconciliation::default();
        let mut next = None;
        loop {
            let page = patiently(reading, || {
                report.results_of_rule(rule_name, next.as_deref())
            });
            let unread = |stop| Problem::Unread("what Config shows", stop);
            let page = page.await.map_err(unread)?;
            page.items.into_iter().for_each(|shown| present.note(shown));
            next = page.next;
            if next.is_none() {
                return Ok(present);
            }
        }
    }

    /// What the Managers know; a gap where that cannot be read.
    async fn inventories(&mut self) -> Result<Arc<Inventories>, Problem> {
        if self.grader.rule().needs.is_empty() {
            return Ok(Arc::default());
        }
        let reading = self.deadline.first_part(FOR_READING);
        let gather = self.flow.gather;
        let read = patiently(reading, || gather.inventories()).await;
        let inventories = read.unwrap_or_else(|stop| {
            // The cause is for the error: in an annotation it would change from run to run.
            self.problems.push(Problem::Unread("the inventories", stop));
            let gap = Gap::retryable(&gap::INVENTORY_MISSING, "the inventories cannot be read");
            Arc::new(Inventories::new(vec![Err(gap)]))
        });
        self.summary.oldest_inventory = inventories.readable().map(Inventory::taken_at).min();
        let checked = self.grader.check_policy_names(&inventories);
        checked.map_err(|bad| Problem::Refused(bad.to_string()))?;
        Ok(inventories)
    }

    /// What stands between the internet and the instances, with the instances, where the rule asks
    /// for it.
    async fn web(&self) -> Result<Option<Web>, Problem> {
        if !self.grader.rule().needs.contains(&Need::WebEdges) {
            return Ok(None);
        }
        let reading = self.deadline.first_part(FOR_READING);
        let gather = self.flow.gather;
        let read = patiently(reading, || gather.web()).await;
        let unread = |stop| Problem::Unread("the web edges", stop);
        read.map(Some).map_err(unread)
    }

    /// Grades and counts. A gap has no verdict.
    fn grade(
        &mut self,
        instance: &Instance,
        inventories: &Inventories,
        web_edges: Option<&WebEdges>,
    ) -> Result<Verdict, Gap> {
        let facts = self.grader.facts(self.now(), instance, inventories);
        let facts = match web_edges {
            Some(web_edges) => facts.with_web_edges(web_edges),
            None => facts,
        };
        let graded = self.grader.grade(&facts);
        if let Err(gap) = &graded {
            tracing::debug!(rule = self.summary.rule, instance = %instance.id, %gap);
            self.summary.count_gap(&instance.id, gap);
        }
        graded
    }

    /// The time that instances are graded at: that of the event, or of the clock where an event
    /// was delivered so late that what was fresh then no longer is.
    fn now(&self) -> Timestamp {
        self.event.at.max(self.flow.time.now())
    }

    fn posting(&mut self, resource: Resource, verdict: &Verdict) -> Posting {
        self.summary.count(verdict.compliance().into());
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
