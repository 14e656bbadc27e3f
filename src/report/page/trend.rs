//! The trend: how compliance moved from run to run, and how long instances waited for protection.

use std::{collections::BTreeSet, fmt::Write as _};

use askama::{Template, filters::HtmlSafe};
use rules::time::minute;

use super::{
    super::{counted, number},
    standing::{Share, Tally},
};
use crate::history::{History, PRECISION, RuleRun, Run};

/// The most runs that are drawn and of which the last are listed.
const DRAWN: usize = 400;
const LISTED: usize = 12;

/// The trend.
#[derive(Debug, Template)]
#[template(path = "trend.html", config = "src/report/page/askama.toml")]
pub(super) struct Trend<'a> {
    told: Option<Told<'a>>,
}

#[derive(Debug)]
struct Told<'a> {
    first: String,
    last: String,
    runs: String,
    whole: Line,
    rules: Vec<Rule<'a>>,
    latest: Vec<Latest>,
    /// Rules of earlier runs that the last did not grade by.
    dropped: String,
    unread: Option<String>,
}

#[derive(Debug)]
struct Rule<'a> {
    id: &'a str,
    line: Line,
    first: Share,
    last: Share,
    p50: String,
    p95: String,
    protected: String,
    waiting: String,
}

#[derive(Debug)]
struct Latest {
    as_of: String,
    instances: String,
    share: Share,
    failing: String,
    excepted: String,
    undetermined: String,
    missing: String,
}

impl<'a> Trend<'a> {
    pub(super) fn of(history: Option<&'a History>) -> Self {
        let told = history.and_then(|history| {
            let (first, last) = (history.runs.first()?, history.runs.last()?);
            (history.runs.len() > 1).then(|| Told::of(history, first, last))
        });
        Self { told }
    }
}

impl<'a> Told<'a> {
    fn of(history: &'a History, first: &Run, last: &'a Run) -> Self {
        let step = history.runs.len().div_ceil(DRAWN);
        // The last is always drawn.
        let skipped = (history.runs.len() - 1) % step;
        let drawn: Vec<&Run> = history.runs.iter().skip(skipped).step_by(step).collect();
        let rules = last.rules.iter().map(|rule| {
            let id = rule.rule.as_str();
            let time = history.time_to_protect.iter().find(|time| time.rule == id);
            let of_run = |run: &Run| {
                let rule = run.rules.iter().find(|rule| rule.rule == id);
                rule.map(tally).unwrap_or_default().share()
            };
            let duration = |seconds: Option<i64>| seconds.map_or_else(|| "–".to_owned(), duration);
            Rule {
                id,
                line: Line::of(&drawn, of_run),
                first: of_run(first),
                last: of_run(last),
                p50: duration(time.and_then(|time| time.p50_seconds)),
                p95: duration(time.and_then(|time| time.p95_seconds)),
                protected: number(time.map_or(0, |time| time.protected)),
                waiting: number(time.map_or(0, |time| time.waiting)),
            }
        });
        let graded: BTreeSet<&str> = last.rules.iter().map(|rule| &*rule.rule).collect();
        let earlier = history.runs.iter().flat_map(|run| &run.rules);
        let earlier: BTreeSet<&str> = earlier.map(|rule| &*rule.rule).collect();
        let dropped: Vec<&str> = earlier.difference(&graded).copied().collect();
        Self {
            dropped: dropped.join(", "),
            unread: (history.unread > 0).then(|| {
                let files = counted(history.unread, "file");
                format!("Missing here: {files} of earlier results that could not be read.")
            }),
            first: minute(first.as_of),
            last: minute(last.as_of),
            runs: number(history.runs.len()),
            whole: Line::of(&drawn, |run| whole(run).share()),
            rules: rules.collect(),
            latest: history
                .runs
                .iter()
                .rev()
                .take(LISTED)
                .map(Latest::of)
                .collect(),
        }
    }
}

impl Latest {
    fn of(run: &Run) -> Self {
        let all = whole(run);
        Self {
            as_of: minute(run.as_of),
            instances: number(run.instances),
            share: all.share(),
            failing: number(all.failing),
            excepted: number(all.excepted),
            undetermined: number(all.undetermined),
            missing: number(run.missing),
        }
    }
}

fn whole(run: &Run) -> Tally {
    run.rules
        .iter()
        .map(tally)
        .fold(Tally::default(), |all, rule| Tally {
            failing: all.failing + rule.failing,
            undetermined: all.undetermined + rule.undetermined,
            excepted: all.excepted + rule.excepted,
            compliant: all.compliant + rule.compliant,
            not_applicable: all.not_applicable + rule.not_applicable,
        })
}

fn tally(rule: &RuleRun) -> Tally {
    Tally {
        failing: rule.counts.non_compliant,
        undetermined: rule.counts.undetermined,
        excepted: rule.counts.excepted,
        compliant: rule.counts.compliant,
        not_applicable: rule.counts.not_applicable,
    }
}

/// A time that was waited, for people.
fn duration(seconds: i64) -> String {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        // The first result that shows the instance shows it compliant.
        0 => "at once".to_owned(),
        ..HOUR => format!("{} min", seconds / 60),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        _ => format!("{}.{} days", seconds / DAY, seconds % DAY * 10 / DAY),
    }
}

/// Shares over time, from 0 to 100%. It is interrupted where nothing could be decided.
#[derive(Debug, Template)]
#[template(
    ext = "html",
    source = r#"<svg class="line" viewBox="0 0 1000 104" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="grid" d="M0 2H1000M0 52H1000M0 102H1000"/><path class="trend" d="{{ path }}"/></svg>"#
)]
struct Line {
    path: String,
}

impl HtmlSafe for Line {}

impl Line {
    fn of(runs: &[&Run], share: impl Fn(&Run) -> Share) -> Self {
        let seconds = |run: &Run| run.as_of.as_second();
        let begin = runs.first().map_or(0, |run| seconds(run));
        let length = runs.last().map_or(0, |run| seconds(run) - begin).max(1);
        let mut path = String::new();
        let mut pen = 'M';
        for run in runs {
            let Some(permille) = share(run).permille() else {
                pen = 'M';
                continue;
            };
            let x = (seconds(run) - begin) * 1_000 / length;
            // Writing to a string does not fail. A single point is a short line.
            let _ = write!(path, "{pen}{x} {}", 102 - permille / 10);
            if pen == 'M' {
                let _ = write!(path, "h1");
            }
            pen = 'L';
        }
        Self { path }
    }
}
