//! The summary: how many instances stand how, in cards and in sentences.

use askama::Template;

use super::{
    super::{counted, number},
    Subject,
    bar::Bar,
    standing::{Standing, Tally},
    survey::Survey,
};
use crate::difference::{Difference, Kind};

/// The cards, and what they say in sentences.
#[derive(Debug, Template)]
#[template(path = "summary.html", config = "src/report/page/askama.toml")]
pub(super) struct Cards {
    cards: Vec<Card>,
    bar: Bar,
    sentences: Vec<String>,
}

#[derive(Debug)]
struct Card {
    standing: Standing,
    count: String,
    title: &'static str,
    meaning: &'static str,
}

impl Cards {
    pub(super) fn of(subject: &Subject<'_>, survey: &Survey<'_>) -> Self {
        let instances = survey.instances();
        let card = |standing, title, meaning| Card {
            standing,
            count: number(instances.get(standing)),
            title,
            meaning,
        };
        let mut sentences = vec![graded(survey), shares(survey), certainty(&instances)];
        let latest = subject.history.and_then(|history| history.latest.as_ref());
        sentences.extend(latest.map(since));
        Self {
            cards: vec![
                card(
                    Standing::Compliant,
                    "compliant",
                    "by every rule that was graded by and applies",
                ),
                card(
                    Standing::Failing,
                    "non-compliant",
                    "by at least one rule, without an exception",
                ),
                card(
                    Standing::Undetermined,
                    "undetermined",
                    "by at least one rule; none fails that could be decided",
                ),
                card(
                    Standing::Excepted,
                    "excepted",
                    "non-compliant, and an exception is made",
                ),
                card(
                    Standing::NotApplicable,
                    "out of scope",
                    "stopped, terminated, just launched, or no rule applies",
                ),
            ],
            bar: Bar::of(&instances),
            sentences,
        }
    }
}

fn graded(survey: &Survey<'_>) -> String {
    let known = survey.accounts.keys().filter(|account| account.is_some());
    let places = match (known.count(), survey.regions.len()) {
        (0, _) | (_, 0) => "a place that the inputs do not name".to_owned(),
        (accounts, regions) => {
            format!(
                "{} and {}",
                counted(accounts, "account"),
                counted(regions, "Region")
            )
        }
    };
    format!(
        "{} in {places} were graded by {}: {}.",
        counted(survey.progress.len(), "instance"),
        counted(survey.rules.len(), "rule"),
        counted(survey.all.total(), "result")
    )
}

fn shares(survey: &Survey<'_>) -> String {
    let Tally {
        failing,
        excepted,
        undetermined,
        not_applicable,
        compliant,
    } = survey.all;
    format!(
        "Of {} that could be decided and apply, {} ({}) compliant, {} non-compliant, {} excepted. \
         Left out: {} undetermined, {} not applicable.",
        counted(survey.all.share().of, "result"),
        number(compliant),
        survey.all.share(),
        number(failing),
        number(excepted),
        number(undetermined),
        number(not_applicable)
    )
}

fn certainty(instances: &Tally) -> String {
    match instances.undetermined {
        0 => "No instance is left with nothing but what cannot be told.".to_owned(),
        undetermined => format!(
            "{} cannot be called compliant, because a fact is missing.",
            counted(undetermined, "instance")
        ),
    }
}

fn since(latest: &Difference) -> String {
    let told = [
        Kind::New,
        Kind::NoLongerExcepted,
        Kind::NowTold,
        Kind::Fixed,
        Kind::Undetermined,
        Kind::Silent,
    ];
    let told = told.map(|kind| (latest.total(kind), kind));
    let told = told.iter().filter(|(count, kind)| {
        // What everybody asks for is told also where it is nothing.
        *count > 0 || matches!(kind, Kind::New | Kind::Fixed)
    });
    let mut told: Vec<String> = told
        .map(|(count, kind)| format!("{} {}", number(*count), kind.in_words()))
        .collect();
    if !latest.rules_removed.is_empty() {
        let rules = counted(latest.rules_removed.len(), "rule");
        told.push(format!("{rules} not graded by any more"));
    }
    format!(
        "Since the run of {}: {}.",
        rules::time::minute(latest.before),
        told.join("; ")
    )
}
