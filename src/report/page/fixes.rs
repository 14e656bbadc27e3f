//! What to fix first: the causes of violations, by how many instances they hold back.

use askama::Template;
use indexmap::IndexMap;

use super::{
    super::{counted, number},
    bar::Bar,
    cause::{self, Cause},
    marked::Marked,
    standing::Standing,
    survey::Survey,
};

/// The most causes that are listed.
const MOST: usize = 25;

/// The most policies and instances that are named with a cause.
const NAMED: usize = 4;

/// What to fix first.
#[derive(Debug, Template)]
#[template(path = "fixes.html", config = "src/report/page/askama.toml")]
pub(super) struct Fixes<'a> {
    causes: Vec<Row<'a>>,
    all: String,
    excepted: Option<String>,
}

#[derive(Debug)]
struct Row<'a> {
    code: &'a str,
    meaning: &'a str,
    common: &'a str,
    rule: &'a str,
    severity: &'a str,
    remedy: Marked<'a>,
    instances: String,
    cured: String,
    bar: Bar,
    /// Where the cause may be cured once for all of them.
    policies: String,
    /// Some of the instances, and whether the page holds their rows.
    examples: Vec<(&'a str, bool)>,
}

impl<'a> Fixes<'a> {
    pub(super) fn of(survey: &'a Survey<'a>) -> Self {
        let causes = survey.causes.of(Standing::Failing);
        let excepted = survey.causes.of(Standing::Excepted);
        let most = causes.first().map_or(0, |cause| cause.instances.len());
        Self {
            all: number(causes.len()),
            causes: causes
                .into_iter()
                .take(MOST)
                .map(|cause| Row::of(survey, cause, most))
                .collect(),
            excepted: (!excepted.is_empty()).then(|| {
                format!(
                    "Left out here: {} of violations for which an exception is made.",
                    counted(excepted.len(), "cause")
                )
            }),
        }
    }
}

impl<'a> Row<'a> {
    fn of(survey: &'a Survey<'a>, cause: Cause<'a>, most: usize) -> Self {
        let places: Vec<_> = survey.results.instances().collect();
        let examples = cause.instances.iter().take(NAMED);
        let examples = examples.filter_map(|instance| places.get(*instance as usize));
        Self {
            code: cause.code,
            meaning: cause.known.map_or("", |code| code.meaning),
            common: cause.common,
            rule: cause.rule,
            severity: cause.severity,
            remedy: Marked::new(cause::remedy(cause.known)),
            instances: number(cause.instances.len()),
            cured: number(cause.cured),
            bar: Bar::part("failing", cause.instances.len(), most),
            policies: policies(survey, &cause.instances),
            examples: examples
                .map(|place| (&*place.instance, survey.embedded.holds(&place.instance)))
                .collect(),
        }
    }
}

/// The policies that the computers of these instances carry, the most frequent first.
fn policies(survey: &Survey<'_>, instances: &[u32]) -> String {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for instance in instances {
        if let Some(Some(policy)) = survey.policies.get(*instance as usize) {
            *counts.entry(policy).or_default() += 1;
        }
    }
    counts.sort_by(|name, count, other, others| others.cmp(count).then_with(|| name.cmp(other)));
    let named = counts
        .iter()
        .map(|(name, count)| format!("{name} ({})", number(*count)));
    rules::text::listed(named, NAMED)
}
