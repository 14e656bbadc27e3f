//! The methodology: what every rule requires, reads and cannot tell; and the inputs by their digests.

use askama::Template;

use super::{Input, marked::Marked, survey::Survey};

/// The heading of a rule's manual under which stands when it gives no verdict.
const CANNOT_TELL: &str = "# When it cannot tell";

/// What every rule requires and reads.
#[derive(Debug, Template)]
#[template(path = "methodology.html", config = "src/report/page/askama.toml")]
pub(super) struct Methodology<'a> {
    rules: Vec<Rule<'a>>,
}

#[derive(Debug)]
struct Rule<'a> {
    id: &'a str,
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    requires: &'static str,
    reads: String,
    runs: String,
    excluded: &'static str,
    cannot_tell: Marked<'static>,
}

impl<'a> Methodology<'a> {
    pub(super) fn of(survey: &Survey<'a>) -> Self {
        let rules = survey.rules.iter().map(|rule| Rule {
            id: rule.id,
            known: rule.known.map(Known::of),
        });
        Self {
            rules: rules.collect(),
        }
    }
}

impl Known {
    fn of(rule: &'static rules::Rule) -> Self {
        Self {
            requires: rule.summary,
            reads: rule.subject.needs().join(", "),
            runs: rule.trigger_words(),
            excluded: rule.subject.excluded(),
            cannot_tell: Marked::new(part(&rule.manual(), CANNOT_TELL)),
        }
    }
}

/// What stands under a heading of a manual, as one line.
fn part(manual: &str, heading: &str) -> String {
    let lines = manual.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("# "));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// The files that the results were made of.
#[derive(Debug, Template)]
#[template(path = "inputs.html", config = "src/report/page/askama.toml")]
pub(super) struct Inputs<'a> {
    inputs: Option<&'a [Input]>,
}

impl<'a> Inputs<'a> {
    pub(super) fn of(inputs: Option<&'a [Input]>) -> Self {
        Self { inputs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_when_it_cannot_tell() {
        for rule in rules::CATALOGUE {
            let told = part(&rule.manual(), CANNOT_TELL);
            assert!(
                told.len() > 20 && !told.contains('#'),
                "{}: {told}",
                rule.id
            );
        }
    }
}
