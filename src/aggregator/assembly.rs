//! Parts become results. What a part does not tell becomes an omission, and never a verdict.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use jiff::Timestamp;
use rules::{
    CATALOGUE,
    rule::Subject,
    text::{counted, listed, quoted},
    time::minute,
    verdict::Compliance,
};

use super::{
    completeness::Omissions,
    health,
    line::{self, Line},
    part::Part,
    port::{Named, Source, SourceId, SourceStatus, Standing},
};
use crate::{
    ports::Error,
    posting::Present,
    results::{Builder, Details, OmissionKind, Pack, Results},
};

/// How many names a text holds.
const NAMED: usize = 4;

/// The part of a rule, or why there is none.
pub(super) type Obtained<'a> = (&'a Named, Result<Part, Error>);

/// Results in the making.
pub(super) struct Assembly {
    now: Timestamp,
    builder: Builder,
    omissions: Omissions,
    newest: Option<Timestamp>,
    /// The rules that are listed with results, by where.
    listed: BTreeMap<Source, BTreeSet<&'static str>>,
}

impl Assembly {
    /// Nothing yet, at a time, of rules that are listed somewhere.
    pub(super) fn new(now: Timestamp, named: &[Named]) -> Self {
        let mut builder = Builder::default();
        let mut listed: BTreeMap<Source, BTreeSet<&'static str>> = BTreeMap::new();
        for Named { source, rule, .. } in named {
            listed.entry(source.clone()).or_default().insert(rule.id);
        }
        for rule in CATALOGUE {
            let is_listed = listed.values().any(|rules| rules.contains(rule.id));
            if is_listed && matches!(rule.subject, Subject::Instance(_)) {
                builder.add_rule(rule.id, rule.severity.word());
            }
        }
        Self {
            now,
            builder,
            omissions: Omissions::default(),
            newest: None,
            listed,
        }
    }

    /// Leaves something out.
    pub(super) fn omit(&mut self, kind: OmissionKind, text: &str) {
        self.omissions.add(kind, None, None, text);
    }

    /// Adds everything that is known of an account and Region: by rising id its instances, and of
    /// each the rules in the order of the catalogue.
    ///
    /// # Errors
    /// When there are too many results to be held.
    pub(super) fn add(&mut self, source: &Source, obtained: &[Obtained<'_>]) -> io::Result<()> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        let mut health: Vec<Present> = Vec::new();
        // When what proves that results were checked again was read; none where it could not be.
        let mut health_read = Some(self.now);
        for (named, part) in obtained {
            let part = match part {
                Ok(part) => part,
                Err(error) => {
                    let text = format!("the results could not be read: {error}");
                    self.omit_of(named, OmissionKind::Unread, &text);
                    if matches!(named.rule.subject, Subject::Account(_)) {
                        health_read = None;
                    }
                    continue;
                }
            };
            self.date(part);
            self.judge(named, part);
            match named.rule.subject {
                Subject::Account(_) => {
                    health.extend(part.results.iter().cloned());
                    health_read = health_read.min(Some(part.read_at));
                }
                Subject::Instance(_) => lines.extend(self.lines(named, part)),
            }
        }
        let complaint = health_read.and_then(|at| health::complaint(source, &health, at));
        if let Some(complaint) = complaint {
            let kind = OmissionKind::NotCheckedAgain;
            self.omissions.add(kind, Some(source), None, &complaint);
        }
        self.tell_of_doubles(obtained);
        // Where two Config rules run one rule, the worse result counts.
        lines.sort_by(|one, other| {
            let key = |line: &Line<'_>| (line.place, line.urgency(self.now));
            let by_instance = one.instance.cmp(other.instance);
            by_instance.then_with(|| key(one).cmp(&key(other)))
        });
        lines.dedup_by(|worse, kept| (worse.instance, worse.place) == (kept.instance, kept.place));
        let (account, region) = (source.account.to_string(), source.region.to_string());
        for line in &lines {
            line.add_to(&mut self.builder, &account, &region, self.now)?;
        }
        Ok(())
    }

    fn omit_of(&mut self, named: &Named, kind: OmissionKind, text: &str) {
        let (source, rule) = (Some(&named.source), Some(named.rule.id));
        self.omissions.add(kind, source, rule, text);
    }

    /// A time that has not come yet is an error of its source.
    fn date(&mut self, part: &Part) {
        let times = part.results.iter().map(|result| result.at);
        let newest = times.filter(|at| *at <= self.now).max();
        self.newest = self.newest.max(newest);
    }

    /// Says what a part does not tell.
    fn judge(&mut self, named: &Named, part: &Part) {
        if part.results.is_empty() && part.unread == 0 {
            let text = "was listed with results, and shows none: it was deleted or changed \
                        meanwhile";
            self.omit_of(named, OmissionKind::NotUnderstood, text);
            return;
        }
        if part.unread > 0 {
            let text = format!("{} not understood", counted(part.unread, "result"));
            self.omit_of(named, OmissionKind::NotUnderstood, &text);
        }
        let mut results = part.results.iter();
        let is_failing = |result: &Present| result.compliance == Compliance::NonCompliant;
        if named.compliance == Some(Compliance::NonCompliant) && !results.any(is_failing) {
            let text = "was listed as non-compliant, and no such result was read: it changed \
                        meanwhile, or not everything is told";
            self.omit_of(named, OmissionKind::NotUnderstood, text);
        }
    }

    fn lines<'a>(&mut self, named: &Named, part: &'a Part) -> Vec<Line<'a>> {
        let place = CATALOGUE.iter().position(|rule| rule.id == named.rule.id);
        let place = place.unwrap_or(CATALOGUE.len());
        let (instances, others): (Vec<_>, Vec<_>) =
            (part.results.iter()).partition(|result| line::is_instance(result));
        if let Some(first) = others.first() {
            let text = format!(
                "{} not about an instance, such as that on {}",
                counted(others.len(), "result"),
                quoted(first.resource.id())
            );
            self.omit_of(named, OmissionKind::NotUnderstood, &text);
        }
        let instances = instances.into_iter();
        let lines = instances.map(|result| Line::of(named.rule, place, result));
        lines.collect()
    }

    fn tell_of_doubles(&mut self, obtained: &[Obtained<'_>]) {
        let mut seen = BTreeSet::new();
        for (named, _) in obtained {
            if !seen.insert(named.rule.id) {
                let text =
                    "several Config rules run it: of each instance the worst result is shown";
                self.omit_of(named, OmissionKind::Doubled, text);
            }
        }
    }

    /// Compares what there are results of with what is collected from: an account and Region of
    /// which nothing is told must not look as if nothing were wrong there.
    pub(super) fn compare(&mut self, statuses: &[SourceStatus], configured: &[Source]) {
        let expected: BTreeSet<&str> = self.listed.values().flatten().copied().collect();
        let mut known = BTreeSet::new();
        for status in statuses {
            let since = status
                .updated_at
                .map_or_else(String::new, |at| format!(", last heard of {}", minute(at)));
            let source = match &status.source {
                SourceId::Account(source) => Some(source),
                SourceId::Organization(_) => None,
            };
            match &status.standing {
                Standing::Succeeded => {}
                Standing::Outdated => {
                    let text = format!("what is shown is not the newest{since}");
                    let kind = OmissionKind::SourceOutdated;
                    self.omissions.add(kind, source, None, &text);
                }
                Standing::Failed(why) => {
                    let whose = match &status.source {
                        SourceId::Account(_) => String::new(),
                        SourceId::Organization(id) => {
                            format!("the accounts of the organization {}: ", quoted(id))
                        }
                    };
                    let text = format!("{whose}cannot be collected from{since}: {why}");
                    let kind = OmissionKind::SourceFailed;
                    self.omissions.add(kind, source, None, &text);
                }
            }
            if let Some(source) = source {
                known.insert(source.clone());
                self.expect(source, &expected);
            }
        }
        for source in configured {
            if known.insert(source.clone()) {
                let text = "is to be collected from, and its status is not told";
                let kind = OmissionKind::SourceFailed;
                self.omissions.add(kind, Some(source), None, text);
                self.expect(source, &expected);
            }
        }
        for source in self.listed.keys().filter(|source| !known.contains(*source)) {
            let text = "is not collected from any more: its results may be old";
            let kind = OmissionKind::SourceOutdated;
            self.omissions.add(kind, Some(source), None, text);
        }
    }

    fn expect(&mut self, source: &Source, expected: &BTreeSet<&str>) {
        let Some(own) = self.listed.get(source) else {
            let text = "no rule of Deepgrade has results: it is not deployed there, or never ran";
            let kind = OmissionKind::NotDeployed;
            self.omissions.add(kind, Some(source), None, text);
            return;
        };
        let missing: Vec<&&str> = expected.iter().filter(|id| !own.contains(**id)).collect();
        if !missing.is_empty() {
            let text = format!(
                "no results of {}: there is no instance that they apply to, or they did not run",
                listed(missing, NAMED)
            );
            let kind = OmissionKind::NoResults;
            self.omissions.add(kind, Some(source), None, &text);
        }
    }

    /// The results, with packs and what is left out.
    pub(super) fn finish(mut self, packs: Vec<Pack>) -> Results {
        let text = "an aggregator tells what is compliant or non-compliant: an instance that a rule \
                    has nothing to say of is not in its results";
        self.omit(OmissionKind::NotApplicable, text);
        let details = Details {
            packs: Some(packs),
            completeness: Some(self.omissions.listed()),
            ..Details::default()
        };
        let as_of = self.newest.unwrap_or(self.now);
        self.builder.build(as_of, Vec::new(), Vec::new(), details)
    }
}
