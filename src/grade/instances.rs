//! A run of a rule about instances: one of them, or all.

use std::sync::Arc;

use rules::{
    Gap, Grader, Verdict,
    facts::Need,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    web::WebEdges,
};

use super::{Run, failure::Problem};
use crate::{
    event::config::Task,
    patience::Deadline,
    patience::{Stop, patiently},
    ports::{Extract, Gather, Report, Web},
    posting::Resource,
    reconcile::{Reconciliation, Step, gone},
    report::Word,
};

/// The part of the time that may go into learning what Config shows of one resource. What is not
/// known by then is not worth more: the result is put in any case.
const FOR_ONE_RESULT: f64 = 0.25;

/// A run, with the rule that it grades by.
pub(super) struct Grading<'r, 'a, G, R> {
    run: &'r mut Run<'a, G, R>,
    grader: &'r Grader,
}

impl<'r, 'a, G: Gather, R: Report> Grading<'r, 'a, G, R> {
    pub(super) fn new(run: &'r mut Run<'a, G, R>, grader: &'r Grader) -> Self {
        Self { run, grader }
    }

    /// Does what the event asks for.
    pub(super) async fn perform(mut self) {
        let event = self.run.event;
        let done = match &event.task {
            Task::Nothing => Ok(()),
            Task::NotApplicable(resource, verdict) => {
                self.settle_one(resource.clone(), verdict).await
            }
            Task::Given(instance) => self.one(instance).await,
            Task::Read(id) => self.by_id(*id).await,
            Task::All => self.all().await,
        };
        self.run.problems.extend(done.err());
    }

    /// Grades one instance and puts the result.
    async fn one(&mut self, instance: &Instance) -> Result<(), Problem> {
        let inventories = self.inventories(Some(instance.id)).await?;
        let web = self.web().await?;
        let edges = web.as_ref().map(|web| &web.edges);
        let resource = Resource::from(instance.id);
        match self.grade(instance, &inventories, edges) {
            Ok(verdict) => self.settle_one(resource, &verdict).await,
            Err(gap) => {
                self.run.summary.is_about(&resource, Err(&gap));
                Ok(())
            }
        }
    }

    /// Grades one instance that the event does not describe.
    async fn by_id(&mut self, id: InstanceId) -> Result<(), Problem> {
        let reading = self.run.reading();
        let gather = self.run.flow.gather;
        let read = patiently(reading, || gather.instance(id)).await;
        match read.map_err(|stop| Problem::Unread("the instance", stop))? {
            Some(instance) => self.one(&instance).await,
            None => self.settle_one(id.into(), &gone()).await,
        }
    }

    /// Puts the result of one resource unless Config shows it.
    async fn settle_one(&mut self, resource: Resource, verdict: &Verdict) -> Result<(), Problem> {
        let reading = self.run.deadline.first_part(FOR_ONE_RESULT);
        let (report, rule_name) = (self.run.flow.report, &self.run.event.rule_name);
        let shown = patiently(reading, || report.result_of_resource(rule_name, &resource)).await;
        self.run.summary.is_about(&resource, Ok(verdict));
        let posting = self.run.posting(resource.clone(), verdict);
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
        self.run.settle(step);
        Ok(())
    }

    /// Grades every instance, and puts what differs from what Config shows.
    async fn all(&mut self) -> Result<(), Problem> {
        let reading = self.run.reading();
        // What Config shows is read first: whatever is put from now on by others is not gone.
        let mut present = self.present(reading).await?;
        let inventories = self.inventories(None).await?;
        if let Some(web) = self.web().await? {
            self.each(&web.instances, &inventories, Some(&web.edges), &mut present);
        } else {
            let gather = self.run.flow.gather;
            let mut next = None;
            loop {
                let page = patiently(reading, || gather.instances(next.as_deref())).await;
                let page = page.map_err(|stop| Problem::Unread("the instances", stop))?;
                self.each(&page.items, &inventories, None, &mut present);
                self.run.delivery.deliver_full_batches().await;
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        // Only now is it certain that what was not seen is not there.
        for step in present.rest(self.run.event.at) {
            self.run.summary.count(Word::NotApplicable);
            self.run.settle(step);
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
                    let posting = self.run.posting(resource, &verdict);
                    self.run.settle(present.wanted(posting));
                }
                Err(_) => present.leave(&resource),
            }
        }
    }

    async fn present(&self, reading: Deadline<'_>) -> Result<Reconciliation, Problem> {
        let (report, rule_name) = (self.run.flow.report, &self.run.event.rule_name);
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

    /// What stands between the internet and the instances, with the instances, where the rule asks
    /// for it.
    async fn web(&self) -> Result<Option<Web>, Problem> {
        if !self.grader.needs().contains(&Need::WebEdges) {
            return Ok(None);
        }
        let reading = self.run.reading();
        let gather = self.run.flow.gather;
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
        let facts = self.grader.facts(self.run.now(), instance, inventories);
        let facts = match web_edges {
            Some(web_edges) => facts.with_web_edges(web_edges),
            None => facts,
        };
        let graded = self.grader.grade(&facts);
        if let Err(gap) = &graded {
            tracing::debug!(rule = self.run.summary.rule, instance = %instance.id, %gap);
            self.run.summary.count_gap(&instance.id, gap);
        }
        graded
    }

    /// What the Managers know, of one instance or of all, where the rule asks for it.
    async fn inventories(
        &mut self,
        instance: Option<InstanceId>,
    ) -> Result<Arc<Inventories>, Problem> {
        if self.grader.needs().is_empty() {
            return Ok(Arc::default());
        }
        let extract = Extract::of(instance, self.grader.needs());
        let inventories = self.run.inventories(extract).await;
        let checked = self.grader.check_policy_names(&inventories);
        checked.map_err(|bad| Problem::Refused(bad.to_string()))?;
        Ok(inventories)
    }
}
