//! A run of the rule about the account. Its result is put every time, without a look at what Config
//! shows: it is the proof that results which did not change were checked again.

use rules::{
    AccountGrader,
    exceptions::{Exceptions, StandingCounts},
    health::{Health, Tally, Unseen},
    inventories::Inventories,
};

use super::{Run, failure::Problem};
use crate::{
    event::config::Task,
    patience::{Stop, patiently},
    ports::{Error, Extract, Gather, Report},
    posting::Resource,
    reconcile::Step,
};

/// The part of the time for reading that may go into one of the questions that are answered in one
/// word: without an answer the instances must still be counted.
const FOR_ONE_ANSWER: f64 = 0.25;

/// A run, with the rule that it grades by.
pub(super) struct Examination<'r, 'a, G, R> {
    run: &'r mut Run<'a, G, R>,
    grader: &'r AccountGrader,
}

impl<'r, 'a, G: Gather, R: Report> Examination<'r, 'a, G, R> {
    pub(super) fn new(run: &'r mut Run<'a, G, R>, grader: &'r AccountGrader) -> Self {
        Self { run, grader }
    }

    /// Puts the result where time has passed. Nothing that happens to a resource is about the
    /// account.
    pub(super) async fn perform(mut self) {
        let rule = self.run.summary.rule;
        if self.run.event.task != Task::All {
            tracing::info!(
                rule,
                "about the account: only what is scheduled is answered"
            );
            return;
        }
        let gather = self.run.flow.gather;
        let managers = self
            .answer("the state of the inventories", || gather.health())
            .await;
        let dead_letters = self
            .answer("the queue of dead letters", || gather.dead_letters())
            .await;
        let exceptions = self.answer("the exceptions", || gather.exceptions()).await;
        let inventories = self.run.inventories(Extract::default()).await;
        let tally = self.tally(&inventories).await;
        let health = Health {
            now: self.run.now(),
            managers,
            tally,
            dead_letters,
            exceptions: exceptions.map(|exceptions| self.count(&exceptions)),
        };
        let verdict = self.grader.grade(&health);
        let resource = Resource::from(self.run.event.account);
        self.run.summary.is_about(&resource, Ok(&verdict));
        let posting = self.run.posting(resource, &verdict);
        self.run.settle(Step::Put(posting));
    }

    /// How the exceptions stand, which is told by metrics as well.
    fn count(&mut self, exceptions: &Exceptions) -> StandingCounts {
        let counts = exceptions.counts(self.run.now());
        self.run.summary.exceptions = Some(counts);
        counts
    }

    /// What somebody answers in one word. What he does not is part of the result, and an error of
    /// the run as well, so that it is tried again.
    async fn answer<T, F>(
        &mut self,
        what: &'static str,
        question: impl Fn() -> F,
    ) -> Result<T, Unseen>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let reading = self.run.reading().first_part(FOR_ONE_ANSWER);
        let answered = patiently(reading, question).await;
        answered.map_err(|stop| self.unseen(what, stop))
    }

    /// Every instance, counted by whether it can be graded.
    async fn tally(&mut self, inventories: &Inventories) -> Result<Tally, Unseen> {
        let (reading, now) = (self.run.reading(), self.run.now());
        let (panel, gather) = (self.grader.panel(), self.run.flow.gather);
        let mut tally = Tally::default();
        let mut next = None;
        loop {
            let page = patiently(reading, || gather.instances(next.as_deref())).await;
            let page = page.map_err(|stop| self.unseen("the instances", stop))?;
            for instance in &page.items {
                panel.count(&mut tally, now, instance, inventories);
            }
            next = page.next;
            if next.is_none() {
                return Ok(tally);
            }
        }
    }

    fn unseen(&mut self, what: &'static str, stop: Stop) -> Unseen {
        let unseen = Unseen::new(&stop);
        self.run.problems.push(Problem::Unread(what, stop));
        unseen
    }
}
