//! The coverage funnel: how many instances are still there after each step of protection, and what
//! holds back the others.

use askama::Template;
use rules::{Rule, facts::Need, grader, rule::Subject};

use super::{
    super::{Row, number},
    standing::{Share, Standing, Tally},
    survey::Survey,
};

/// The steps after the first, and the rule that decides each.
const STEPS: [(&str, &str); 5] = [
    ("agent-is-fresh", "its agent is fresh"),
    ("instance-has-policy", "it has its policy"),
    ("modules-are-active", "its modules are active"),
    ("instance-is-clear", "it is clear of errors"),
    (WEB, "behind a WAF, if it has a web front"),
];

/// The rule that has nothing to say of what has no web front.
const WEB: &str = "instance-is-behind-waf";

/// How far one instance is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    worst: Option<Standing>,
    /// Whether a rule says that it does not run.
    is_stopped: bool,
    has_computer: bool,
    /// What the rules that need a computer say where there is none.
    computer: Option<Standing>,
    steps: [Option<Standing>; STEPS.len()],
}

impl Progress {
    /// Adds what a rule says of the instance.
    pub(super) fn add(&mut self, row: &Row<'_>, standing: Standing, rule: Option<&'static Rule>) {
        self.worst = Some(self.worst.map_or(standing, |worst| worst.min(standing)));
        self.is_stopped |= row.code == grader::OUT_OF_SCOPE.id;
        let absent = grader::NOT_IN_DEEP_SECURITY.id;
        let is_absent = if row.code == grader::EXCEPTED.id {
            // The code that the exception is made for ends the reason; where it was cut off, nobody knows it.
            let excepted = row.reason.rsplit_once("excepted: ");
            excepted.is_none_or(|(_, code)| code.len() < absent.len() || code.starts_with(absent))
        } else {
            row.code == absent
        };
        self.has_computer |= row.computer_id.is_some() || row.computer.is_some();
        if rule.is_some_and(needs_computer) {
            match standing {
                // A verdict that is not about the absence of a computer rests on one.
                Standing::Compliant => self.has_computer = true,
                Standing::Failing | Standing::Excepted if !is_absent => self.has_computer = true,
                said => self.computer = Some(self.computer.map_or(said, |other| other.min(said))),
            }
        }
        let step = STEPS.iter().position(|(id, _)| *id == row.rule);
        if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
            *step = Some(step.map_or(standing, |other| other.min(standing)));
        }
    }

    /// The most urgent of what the rules say of the instance. Most of them say nothing of one that does
    /// not run: it is not compliant by the few that do.
    pub(super) fn worst(&self) -> Standing {
        match self.worst {
            Some(Standing::Compliant) if self.is_stopped => Standing::NotApplicable,
            worst => worst.unwrap_or(Standing::NotApplicable),
        }
    }

    fn computer(&self) -> Standing {
        if self.has_computer {
            return Standing::Compliant;
        }
        self.computer.unwrap_or(Standing::Undetermined)
    }
}

/// Whether the computer decides. Where a rule reads more than that, it may decide without.
fn needs_computer(rule: &'static Rule) -> bool {
    match &rule.subject {
        Subject::Instance(about) => {
            about.needs.contains(&Need::Computer) && !about.needs.contains(&Need::WebEdges)
        }
        Subject::Account(_) => false,
    }
}

/// The funnel.
#[derive(Debug, Template)]
#[template(path = "funnel.html", config = "src/report/page/askama.toml")]
pub(super) struct Funnel {
    steps: Vec<Step>,
    /// Steps that no rule was graded by decides.
    missing: Vec<&'static str>,
}

#[derive(Debug)]
struct Step {
    title: &'static str,
    /// How many are still there.
    left: usize,
    share: Share,
    /// What holds back those that were there before.
    lost: Tally,
}

impl Funnel {
    pub(super) fn of(survey: &Survey<'_>) -> Self {
        let all = survey.progress.len();
        let mut left: Vec<&Progress> = survey.progress.iter().collect();
        let mut steps = vec![Step::new("all instances", all, all, Tally::default())];
        let mut missing = Vec::new();
        let mut pass = |title, of: &dyn Fn(&Progress) -> Standing| {
            let mut lost = Tally::default();
            left.retain(|progress| match of(progress) {
                Standing::Compliant => true,
                other => {
                    lost.add(other);
                    false
                }
            });
            steps.push(Step::new(title, left.len(), all, lost));
        };
        pass("has a computer in Deep Security", &Progress::computer);
        for (step, (rule, title)) in STEPS.into_iter().enumerate() {
            if !survey.rules.iter().any(|graded| graded.id == rule) {
                missing.push(title);
                continue;
            }
            pass(title, &|progress| {
                let said = progress.steps.get(step).copied().flatten();
                match said.unwrap_or(Standing::Undetermined) {
                    // Whatever gets this far runs: it has no web front.
                    Standing::NotApplicable if rule == WEB => Standing::Compliant,
                    other => other,
                }
            });
        }
        Self { steps, missing }
    }

    /// The steps with their geometry, for the drawing.
    fn drawn(&self) -> impl Iterator<Item = (Drawn, &Step)> {
        self.steps.iter().enumerate().map(|(row, step)| {
            let next = self.steps.get(row + 1).unwrap_or(step);
            (Drawn::new(row, step.share, next.share), step)
        })
    }

    fn height(&self) -> usize {
        self.steps.len() * Drawn::ROW - Drawn::GAP
    }
}

impl Step {
    fn new(title: &'static str, left: usize, all: usize, lost: Tally) -> Self {
        Self {
            title,
            left,
            share: Share {
                part: left,
                of: all,
            },
            lost,
        }
    }

    fn number(&self) -> String {
        number(self.left)
    }
}

/// Where a step stands in the drawing: a bar around the middle, and what is lost on the way to the
/// next below it.
struct Drawn {
    x: usize,
    y: usize,
    width: usize,
    text: usize,
    below: String,
}

impl Drawn {
    const ROW: usize = 46;
    const BAR: usize = 28;
    const GAP: usize = Self::ROW - Self::BAR;
    const MIDDLE: usize = 460;
    const WIDEST: usize = 360;

    fn new(row: usize, share: Share, next: Share) -> Self {
        let width =
            |share: Share| (share.permille().unwrap_or_default() * Self::WIDEST / 1_000).max(2);
        let (wide, narrow) = (width(share), width(next));
        let y = row * Self::ROW;
        let x = Self::MIDDLE - wide / 2;
        let (top, bottom) = (y + Self::BAR, y + Self::ROW);
        let next = Self::MIDDLE - narrow / 2;
        let below = format!(
            "{x},{top} {},{top} {},{bottom} {next},{bottom}",
            x + wide,
            next + narrow
        );
        Self {
            x,
            y,
            width: wide,
            text: y + Self::BAR / 2 + 5,
            below,
        }
    }
}
