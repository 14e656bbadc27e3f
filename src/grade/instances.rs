//! A run of a rule about instances: one of them, or all.

use std::sync::Arc;

use rules::{
    Gap, Grader, Verdict,
    facts::Need,
    gap,
    guard::GuardPolicy,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    ledger::Ledgers,
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

/// What is known beside the instances, as far as the rule asks for it.
#[derive(Clone, Copy)]
struct Known<'k> {
    inventories: &'k Inventories,
    web_edges: Option<&'k WebEdges>,
    ledgers: Option<&'k Ledgers>,
    guard: &'k Guard,
}

/// The deployer's own rules in Guard, as far as the rule asks for them; a gap where they cannot be
/// read.
type Guard = Result<Option<Arc<dyn GuardPolicy>>, Gap>;

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
        let guard = self.guard().await;
        let inventories = self.inventories(Some(instance.id)).await?;
        let web = self.web(&guard).await?;
        let ledgers = self.ledgers(&guard).await;
        let known = Known {
            inventories: &inventories,
            web_edges: web.as_ref().map(|web| &web.edges),
            ledgers: ledgers.as_ref(),
            guard: &guard,
        };
        let resource = Resource::from(instance.id);
        match self.grade(instance, known) {
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
        let guard = self.guard().await;
        let inventories = self.inventories(None).await?;
        let ledgers = self.ledgers(&guard).await;
        let web = self.web(&guard).await?;
        let known = Known {
            inventories: &inventories,
            web_edges: web.as_ref().map(|web| &web.edges),
            ledgers: ledgers.as_ref(),
            guard: &guard,
        };
        if let Some(web) = &web {
            self.each(&web.instances, known, &mut present).await?;
        } else {
            let gather = self.run.flow.gather;
            let mut next = None;
            loop {
                let page = patiently(reading, || gather.instances(next.as_deref())).await;
                let page = page.map_err(|stop| Problem::Unread("the instances", stop))?;
                self.each(&page.items, known, &mut present).await?;
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

    /// Grades instances while there is time: rules of a deployer may take as long as a call.
    async fn each(
        &mut self,
        instances: &[Instance],
        known: Known<'_>,
        present: &mut Reconciliation,
    ) -> Result<(), Problem> {
        let grading = self.run.reading();
        for instance in instances {
            if grading.is_over() {
                let stop = Stop::TimeOver(None);
                return Err(Problem::Unread("what holds for all instances", stop));
            }
            let resource = Resource::from(instance.id);
            match self.grade(instance, known) {
                Ok(verdict) => {
                    let posting = self.run.posting(resource, &verdict);
                    self.run.settle(present.wanted(posting));
                }
                Err(_) => present.leave(&resource),
            }
        }
        self.run.delivery.deliver_full_batches().await;
        Ok(())
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

    /// The deployer's own rules, where the rule asks for them; a gap where they cannot be read.
    async fn guard(&mut self) -> Guard {
        if !self.grader.needs().contains(&Need::GuardPolicy) {
            return Ok(None);
        }
        let reading = self.run.reading();
        let gather = self.run.flow.gather;
        patiently(reading, || gather.guard()).await.map_err(|stop| {
            // The cause is for the error, as that of an inventory.
            let lasts = matches!(&stop, Stop::Error(error) if !error.is_retryable());
            self.run
                .problems
                .push(Problem::Unread("the Guard rules", stop));
            let text = "the Guard rules cannot be read";
            if lasts {
                Gap::standing(&gap::GUARD_RULES_MISSING, text)
            } else {
                Gap::retryable(&gap::GUARD_RULES_MISSING, text)
            }
        })
    }

    /// Whether the rule asks for facts of that kind. The deployer's own rules may look at anything,
    /// and mostly do not.
    fn asks(&self, need: Need, guard: &Guard) -> bool {
        let needs = self.grader.needs();
        let looks = || match guard {
            Ok(Some(policy)) => policy.looks_at(need),
            Ok(None) | Err(_) => false,
        };
        needs.contains(&need) && (!needs.contains(&Need::GuardPolicy) || looks())
    }

    /// What stands between the internet and the instances, with the instances, where the rule asks
    /// for it.
    async fn web(&mut self, guard: &Guard) -> Result<Option<Web>, Problem> {
        if !self.asks(Need::WebEdges, guard) {
            return Ok(None);
        }
        let reading = self.run.reading();
        let gather = self.run.flow.gather;
        let read = patiently(reading, || gather.web()).await;
        match read {
            Ok(web) => Ok(Some(web)),
            Err(stop) => {
                let unread = Problem::Unread("the web edges", stop);
                if !self.grader.needs().contains(&Need::GuardPolicy) {
                    return Err(unread);
                }
                // Of the deployer's own rules some look elsewhere: to the others it is a gap.
                self.run.problems.push(unread);
                Ok(None)
            }
        }
    }

    /// What became of findings, where the rule asks for it; a gap where that cannot be read.
    async fn ledgers(&mut self, guard: &Guard) -> Option<Ledgers> {
        if !self.asks(Need::Ledger, guard) {
            return None;
        }
        let reading = self.run.reading();
        let gather = self.run.flow.gather;
        let read = patiently(reading, || gather.ledgers()).await;
        Some(read.unwrap_or_else(|stop| {
            // The cause is for the error, as that of an inventory.
            self.run.problems.push(Problem::Unread("the ledger", stop));
            let gap = Gap::retryable(&gap::LEDGER_MISSING, "the ledger cannot be read");
            let event = self.run.event;
            Ledgers::default().with(event.account, event.region.clone(), Err(gap))
        }))
    }

    /// Grades and counts. A gap has no verdict.
    fn grade(&mut self, instance: &Instance, known: Known<'_>) -> Result<Verdict, Gap> {
        let Known {
            inventories,
            web_edges,
            ledgers,
            guard,
        } = known;
        let mut facts = self.grader.facts(self.run.now(), instance, inventories);
        if let Some(web_edges) = web_edges {
            facts = facts.with_web_edges(web_edges);
        }
        if let Some(ledgers) = ledgers {
            facts = facts.with_ledgers(ledgers);
        }
        facts = match guard {
            Ok(Some(policy)) => facts.with_guard_policy(&**policy),
            Ok(None) => facts,
            Err(gap) => facts.without(Need::GuardPolicy, gap.clone()),
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
        let mut needs = self.grader.needs().iter();
        let is_asked =
            |need: &Need| need.is_of_inventory() || *need == Need::IntrusionPreventionRules;
        if !needs.any(is_asked) {
            return Ok(Arc::default());
        }
        let needed = Extract::of(instance, self.grader.needs());
        let wished = needed.with(self.grader.wishes());
        let problems = self.run.problems.len();
        let mut inventories = self.run.inventories(wished).await;
        // What is only wished for costs nothing that is needed.
        if wished != needed && !inventories.all_readable() {
            self.run.problems.truncate(problems);
            inventories = self.run.inventories(needed).await;
        }
        let checked = self.grader.check_policy_names(&inventories);
        checked.map_err(|bad| Problem::Refused(bad.to_string()))?;
        Ok(inventories)
    }
}
