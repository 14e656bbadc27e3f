//! The flow: asks an aggregator for everything that Deepgrade's rules say, within its rates, and keeps
//! what was read.

use std::{cell::Cell, path::PathBuf, time::Duration};

use futures_util::{StreamExt as _, stream};
use rules::{CATALOGUE, instance::Region, text::counted};

use super::{
    assembly::{Assembly, Obtained},
    kept::Kept,
    packs::packs,
    part::Part,
    port::{Aggregate, ListedRule, Named, Source},
    rule_name::RuleNames,
};
use crate::{
    pacing::Pacing,
    patience::{Deadline, Stop, patiently},
    ports::{Error, Fault, Page, Passing},
    results::{OmissionKind, Pack, Results},
    time::Time,
};

/// How long one page may take, however often it has to be asked for.
const LONGEST: Duration = Duration::from_mins(10);
/// How many lists are read at a time. The pages of one come one after the other.
const AT_A_TIME: usize = 8;
/// How often a list is begun anew whose page is not there any more.
const BEGINNINGS: usize = 3;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The name of the aggregator.
    pub aggregator: String,
    /// The Region that it is in.
    pub region: Region,
    /// What the names of Deepgrade's rules are like.
    pub names: RuleNames,
    /// How many calls are made in a minute at most.
    pub calls_a_minute: u32,
    /// The folder in which parts are kept, where one is named.
    pub folder: Option<PathBuf>,
}

/// What is to be collected.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the names of the rules are like.
    pub names: RuleNames,
    /// The account and Region that the aggregator is in.
    pub home: Source,
    /// What it is told to collect from, where that is known one by one.
    pub configured: Vec<Source>,
    /// How many calls are made in a minute at most.
    pub calls_a_minute: u32,
}

/// How far a collection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many rules of accounts and Regions were read.
    pub parts: usize,
    /// How many there are.
    pub of: usize,
    /// How many results were read.
    pub results: usize,
}

/// What was collected.
#[derive(Debug)]
pub struct Collected {
    /// What the rules say, and what they leave out.
    pub results: Results,
    /// How many Config rules were read: those of Deepgrade, each in its account and Region.
    pub rules: usize,
    /// In how many accounts and Regions these are.
    pub accounts: usize,
    /// How many others there are. They were passed over.
    pub foreign: usize,
}

/// Collects everything. What was kept is not read again, and what is read is kept.
///
/// # Errors
/// What the aggregator, or the way to it, said, where that concerns everything; or that something
/// cannot be kept.
pub async fn collect(
    aggregate: &impl Aggregate,
    wanted: &Wanted,
    kept: Option<&Kept>,
    time: &dyn Time,
    told: impl Fn(Progress),
) -> Result<Collected, Error> {
    let collection = Collection {
        aggregate,
        kept,
        time,
        pacing: Pacing::a_minute(wanted.calls_a_minute, time),
        progress: Cell::default(),
        told,
    };
    collection.run(wanted).await
}

struct Collection<'a, A, F> {
    aggregate: &'a A,
    kept: Option<&'a Kept>,
    time: &'a dyn Time,
    pacing: Pacing<&'a dyn Time>,
    progress: Cell<Progress>,
    told: F,
}

impl<A: Aggregate, F: Fn(Progress)> Collection<'_, A, F> {
    async fn run(&self, wanted: &Wanted) -> Result<Collected, Error> {
        let statuses = self.every(async |at: Option<&str>| self.aggregate.sources(at).await);
        let statuses = statuses.await?;
        let listed = self.every(async |at: Option<&str>| self.aggregate.rules(at).await);
        let listed = listed.await?;
        let ours = ours(&listed.0, &wanted.names);
        let mut assembly = Assembly::new(self.time.now(), &ours);
        let strange = [(&statuses.1, "source"), (&listed.1, "rule")];
        for (count, what) in strange.into_iter().filter(|(count, _)| **count > 0) {
            let text = format!("{} of the list not understood", counted(*count, what));
            assembly.omit(OmissionKind::NotUnderstood, &text);
        }
        self.report(|progress| progress.of = ours.len());
        self.assemble(&ours, &mut assembly).await?;
        assembly.compare(&statuses.0, &wanted.configured);
        let packs = self.packs(&wanted.home, &mut assembly).await;
        Ok(Collected {
            results: assembly.finish(packs),
            rules: ours.len(),
            accounts: ours
                .chunk_by(|one, other| one.source == other.source)
                .count(),
            foreign: (listed.0.iter())
                .filter(|listed| wanted.names.rule(&listed.name).is_none())
                .count(),
        })
    }

    /// Reads part by part, and puts together what belongs to one account and Region.
    async fn assemble(&self, ours: &[Named], assembly: &mut Assembly) -> Result<(), Error> {
        let parts = stream::iter(ours).map(async |named| (named, self.obtain(named).await));
        let mut parts = std::pin::pin!(parts.buffered(AT_A_TIME));
        let mut together: Vec<Obtained<'_>> = Vec::new();
        loop {
            let next = parts.next().await;
            let goes_on = match (together.first(), &next) {
                (Some((first, _)), Some((named, _))) => first.source == named.source,
                _ => false,
            };
            if !goes_on && let Some((first, _)) = together.first() {
                let added = assembly.add(&first.source, &together);
                added.map_err(|error| Error::Permanent(Fault::Refused, error.to_string()))?;
                together.clear();
            }
            match next {
                None => return Ok(()),
                Some((_, Err(error))) if error.is_mendable() => return Err(error),
                Some(obtained) => together.push(obtained),
            }
            self.report(|progress| progress.parts += 1);
        }
    }

    /// The part of a rule, as it was kept or as it is read now.
    async fn obtain(&self, named: &Named) -> Result<Part, Error> {
        if let Some(part) = self.kept.and_then(|kept| kept.part(named)) {
            self.report(|progress| progress.results += part.results.len());
            return Ok(part);
        }
        let part = self.part(named).await?;
        if let Some(kept) = self.kept {
            let complain = |complaint| Error::Permanent(Fault::Deployment, complaint);
            kept.keep(named, &part).map_err(complain)?;
        }
        Ok(part)
    }

    async fn part(&self, named: &Named) -> Result<Part, Error> {
        let mut begun = 0;
        loop {
            begun += 1;
            let read = self.every(async |at: Option<&str>| {
                let page = self.aggregate.results(named, at).await?;
                self.report(|progress| progress.results += page.items.len());
                Ok(page)
            });
            match read.await {
                Err(Error::Permanent(Fault::Gone, _)) if begun < BEGINNINGS => {}
                Err(error) => return Err(error),
                Ok((results, unread)) => {
                    let mut part = Part {
                        read_at: self.time.now(),
                        results,
                        unread,
                    };
                    part.settle();
                    return Ok(part);
                }
            }
        }
    }

    /// The packs. That they cannot be read is no reason to lose the rest.
    async fn packs(&self, home: &Source, assembly: &mut Assembly) -> Vec<Pack> {
        let seen = self.every(async |at: Option<&str>| self.aggregate.packs(at).await);
        let seen = match seen.await {
            Ok((seen, 0)) => seen,
            Ok((seen, unread)) => {
                let text = format!("{} of the list not understood", counted(unread, "pack"));
                assembly.omit(OmissionKind::PacksUnread, &text);
                seen
            }
            Err(error) => {
                let text = format!("the conformance packs could not be read: {error}");
                assembly.omit(OmissionKind::PacksUnread, &text);
                return Vec::new();
            }
        };
        let scores = self.every(async |at: Option<&str>| {
            let Page { items, next } = self.aggregate.scores(at).await?;
            let items = items.into_iter().map(Some).collect();
            Ok(Page { items, next })
        });
        let scores = match scores.await {
            Ok((scores, _)) => scores,
            Err(error) => {
                let text = format!("the scores of conformance packs could not be read: {error}");
                assembly.omit(OmissionKind::PacksUnread, &text);
                Vec::new()
            }
        };
        packs(seen, &scores, home)
    }

    /// Every item of a list, and how many were not understood. A page may be empty, and others come
    /// after it.
    async fn every<T>(
        &self,
        page: impl AsyncFn(Option<&str>) -> Result<Page<Option<T>>, Error>,
    ) -> Result<(Vec<T>, usize), Error> {
        let (mut items, mut unread) = (Vec::new(), 0);
        let mut at: Option<String> = None;
        loop {
            let Page { items: found, next } = self.ask(async || page(at.as_deref()).await).await?;
            unread += found.iter().filter(|item| item.is_none()).count();
            items.extend(found.into_iter().flatten());
            if next.is_none() {
                return Ok((items, unread));
            }
            if next == at {
                let line = "the answer is a page that leads to itself".to_owned();
                return Err(Error::Permanent(Fault::Refused, line));
            }
            at = next;
        }
    }

    /// Asks until there is an answer, or none is to be had.
    async fn ask<T>(&self, call: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
        let deadline = Deadline::new(self.time, self.time.elapsed() + LONGEST);
        let asked = patiently(deadline, || async {
            self.pacing.wait().await;
            call().await
        });
        asked.await.map_err(|stop| match stop {
            Stop::Error(error) | Stop::TimeOver(Some(error)) => error,
            Stop::TimeOver(None) => {
                let line = "there was no answer in time".to_owned();
                Error::Retryable(Passing::Unavailable, line)
            }
        })
    }

    fn report(&self, change: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress.get();
        change(&mut progress);
        self.progress.set(progress);
        (self.told)(progress);
    }
}

/// The rules of Deepgrade: account by account, Region by Region, in the order of the catalogue.
fn ours(listed: &[ListedRule], names: &RuleNames) -> Vec<Named> {
    let ours = listed.iter().filter_map(|listed| {
        Some(Named {
            rule: names.rule(&listed.name)?,
            source: listed.source.clone(),
            name: listed.name.clone(),
            compliance: listed.compliance,
        })
    });
    let mut ours: Vec<Named> = ours.collect();
    let place = |named: &Named| CATALOGUE.iter().position(|rule| rule.id == named.rule.id);
    ours.sort_by(|one, other| {
        let by_source = one.source.cmp(&other.source);
        by_source.then_with(|| (place(one), &one.name).cmp(&(place(other), &other.name)))
    });
    // A list that changes while it is read may hold a rule twice.
    ours.dedup_by(|later, earlier| {
        (&later.source, &later.name) == (&earlier.source, &earlier.name)
    });
    ours
}
