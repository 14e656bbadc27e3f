//! What a record says in one clause, as an annotation in AWS Config shows it. Times are absolute,
//! so that nothing changes while nothing happens.

use jiff::Timestamp;
use rules::{
    ledger::{Entry, Standing},
    text::counted,
};

use super::{Record, State};
use crate::{
    action::{Action, Target},
    outcome::Outcome,
    plan::{Doing, Step},
};

impl Record {
    /// The record as the response rules see it.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            source: self.finding.source,
            finding: self.finding.id.short().into(),
            severity: self.finding.severity.to_string().into(),
            kind: self.finding.kind.clone(),
            standing: match self.state {
                state if state.is_open() => Standing::Open,
                state if state.is_over() => Standing::Over,
                _ => Standing::Answered,
            },
            outcome: self.line().into(),
            cves: self.finding.cves().to_vec(),
            since: self.finding.since,
            updated_at: self.finding.version.updated_at,
        }
    }

    /// What became of the finding, in one clause.
    #[must_use]
    pub fn line(&self) -> String {
        let state = match self.state {
            State::Claimed { .. } => return "being answered".to_owned(),
            State::Unplanned => {
                let note = self.note.as_deref().unwrap_or("facts are missing");
                return format!("no plan yet: {note}");
            }
            State::Closed => return format!("closed at its source {}", time(self.changed_at)),
            State::Archived => return format!("archived at its source {}", time(self.changed_at)),
            State::Gone => return "the instance is gone".to_owned(),
            State::Unprotected => Some("not protected".to_owned()),
            State::Pending | State::Failed | State::Answered => {
                self.note.as_deref().map(str::to_owned)
            }
        };
        let planned: Vec<String> = self
            .steps()
            .filter(|(_, outcome)| **outcome == Outcome::Planned)
            .map(|(step, _)| noun(step))
            .collect();
        let planned =
            (!planned.is_empty()).then(|| format!("acting is off: {} planned", planned.join(", ")));
        let clauses = self
            .steps()
            .filter_map(|(step, outcome)| clause(step, outcome));
        let clauses: Vec<String> = state.into_iter().chain(clauses).chain(planned).collect();
        if clauses.is_empty() {
            return "nothing to do".to_owned();
        }
        clauses.join(", ")
    }
}

/// What became of one step; `None` where that is said for several steps together, or goes without
/// saying.
fn clause(step: &Step, outcome: &Outcome) -> Option<String> {
    let what = noun(step);
    Some(match outcome {
        Outcome::Planned => return None,
        Outcome::Skipped => match &step.doing {
            Doing::Skip(_) => format!("{what} skipped: {}", step.reason),
            Doing::Act(_) | Doing::Cannot(_) => return None,
        },
        Outcome::Waiting(why) => format!("{what} waiting: {why}"),
        Outcome::Hindered { why, .. } => format!("{what} will be tried again: {why}"),
        Outcome::Requested { at, .. } => format!("{what} requested {}", time(*at)),
        Outcome::Done { at, result, .. } if result.is_empty() => {
            format!("{what} done {}", time(*at))
        }
        Outcome::Done { result, .. } => result.to_string(),
        Outcome::Failed(why) => format!("{what} failed: {why}"),
    })
}

/// What a step does, in a few words.
#[must_use]
pub fn noun(step: &Step) -> String {
    let action = match &step.doing {
        Doing::Act(action) => action,
        Doing::Skip(what) | Doing::Cannot(what) => return what.to_string(),
    };
    match action {
        Action::Scan { scan, .. } => scan.to_string(),
        Action::ApplyRecommendations { .. } => "apply the recommendations".to_owned(),
        Action::SendPolicy { .. } => "policy send".to_owned(),
        Action::AssignRules { target, rules, .. } => {
            let target = match target {
                Target::Policy(policy) => format!("policy {policy}"),
                Target::Computer(_) => "the computer".to_owned(),
            };
            format!("{} for {target}", counted(rules.len(), "IPS rule"))
        }
        Action::AssignPolicy { policy, .. } => format!("policy {policy}"),
        Action::EnableModule { module, .. } => format!("switch {} on", module.name()),
        Action::Notify { .. } => "message to the owner".to_owned(),
    }
}

/// The time in UTC to the minute: `2026-11-20T10:04Z`.
fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%MZ").to_string()
}
