//! A world in the place of AWS Config: it orders results, purges what is not applicable, and takes
//! a hundred at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use deepgrade::{
    ports::{BATCH, Error, Fault, Page, Report},
    posting::{INSTANCE, Posting, Present, Resource, ResultToken},
};
use rules::verdict::Compliance;

/// What Config holds, and what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Every result; one that is not applicable only for its place in the order.
    results: Mutex<BTreeMap<Resource, Posting>>,
    /// Every batch that was put and taken, at least in part.
    pub(crate) batches: Mutex<Vec<Vec<Posting>>>,
    /// Every batch that was put as a test.
    pub(crate) tests: Mutex<Vec<Vec<Posting>>>,
    /// How often each of these is not taken.
    pub(crate) refusals: Mutex<BTreeMap<Resource, usize>>,
    /// Whether the rule was deleted.
    pub(crate) deleted: Mutex<bool>,
    /// How often was asked what Config shows.
    pub(crate) reads: AtomicUsize,
}

impl Recorder {
    /// What Config shows, by the id of the instance.
    pub(crate) fn shown(&self) -> BTreeMap<String, (Compliance, String)> {
        let results = self.results.lock().unwrap();
        let shown = results.values().filter(is_shown);
        shown
            .map(|posting| {
                let id = posting.resource().id().to_owned();
                (id, (posting.compliance(), posting.annotation().to_owned()))
            })
            .collect()
    }

    /// What Config shows of an instance.
    pub(crate) fn of(&self, number: u64) -> Option<Compliance> {
        let shown = self.shown();
        let (compliance, _) = shown.get(&super::canned::id(number).to_string())?;
        Some(*compliance)
    }

    /// How many results each batch had.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.batches.lock().unwrap().iter().map(Vec::len).collect()
    }

    /// Does not take a result so many times.
    pub(crate) fn refuse(&self, numbers: impl IntoIterator<Item = u64>, times: usize) {
        let mut refusals = self.refusals.lock().unwrap();
        for number in numbers {
            refusals.insert(super::canned::id(number).into(), times);
        }
    }

    /// The rule is deleted and made anew: no result is left.
    pub(crate) fn forget(&self) {
        self.results.lock().unwrap().clear();
    }

    fn check_rule(&self) -> Result<(), Error> {
        if *self.deleted.lock().unwrap() {
            let complaint = "InvalidResultTokenException".to_owned();
            return Err(Error::Permanent(Fault::RuleGone, complaint));
        }
        Ok(())
    }

    fn keep(&self, posting: &Posting) {
        let mut results = self.results.lock().unwrap();
        let newer = results
            .get(posting.resource())
            .is_some_and(|known| known.at() > posting.at());
        if !newer {
            results.insert(posting.resource().clone(), posting.clone());
        }
    }
}

fn is_shown(posting: &&Posting) -> bool {
    posting.compliance() != Compliance::NotApplicable
}

fn present(posting: &Posting) -> Present {
    Present {
        resource: posting.resource().clone(),
        compliance: posting.compliance(),
        annotation: Some(posting.annotation().to_owned()),
        at: posting.at(),
    }
}

impl Report for Recorder {
    async fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        assert_eq!(rule_name, super::message::RULE_NAME);
        self.reads.fetch_add(1, Relaxed);
        let from: usize = page.map_or(0, |page| page.parse().unwrap());
        let results = self.results.lock().unwrap();
        // What is about the account is the result of another rule.
        let of_rule = |posting: &&Posting| posting.resource().kind() == INSTANCE;
        let shown = results.values().filter(is_shown).filter(of_rule);
        let mut shown = shown.skip(from).map(present);
        let items: Vec<_> = shown.by_ref().take(100).collect();
        let next = shown.next().map(|_| (from + items.len()).to_string());
        Ok(Page { items, next })
    }

    async fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        assert_eq!(rule_name, super::message::RULE_NAME);
        self.reads.fetch_add(1, Relaxed);
        let results = self.results.lock().unwrap();
        Ok(results.get(resource).filter(is_shown).map(present))
    }

    async fn put(&self, batch: &[Posting], token: &ResultToken) -> Result<Vec<Resource>, Error> {
        self.check_rule()?;
        assert!((1..=BATCH).contains(&batch.len()), "{}", batch.len());
        let distinct: BTreeSet<_> = batch.iter().map(Posting::resource).collect();
        assert_eq!(distinct.len(), batch.len(), "a resource occurs twice");
        for posting in batch {
            let length = posting.annotation().chars().count();
            assert!((1..=256).contains(&length), "{}", posting.annotation());
        }
        if token.is_test() {
            self.tests.lock().unwrap().push(batch.to_vec());
            return Ok(Vec::new());
        }
        self.batches.lock().unwrap().push(batch.to_vec());
        let mut refused = Vec::new();
        for posting in batch {
            let mut refusals = self.refusals.lock().unwrap();
            match refusals.get_mut(posting.resource()) {
                Some(times) if *times > 0 => {
                    *times -= 1;
                    refused.push(posting.resource().clone());
                }
                _ => self.keep(posting),
            }
        }
        Ok(refused)
    }
}
