//! The executor: carries out what of a plan can be carried out now.

use jiff::Timestamp;
use remediations::{
    action::{Action, Errand, Place, Scan},
    outcome::Outcome,
    plan::{Doing, Step},
    record::Record,
};
use rules::text::clean;

use super::{Mode, Remediate, errand};
use crate::{
    ledger::{Partition, Table},
    ports::{
        Error,
        answering::{Act, Changed, Notice},
    },
};

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Carries out what of a record's plan can be carried out now, step by step.
    ///
    /// # Errors
    /// When the ledger cannot be used. What cannot be done is an outcome.
    pub(super) async fn perform(&self, record: &mut Record, mode: Mode) -> Result<(), Error> {
        let Some(plan) = record.plan.clone() else {
            return Ok(());
        };
        let again = self.is_to_be_tried_again(record);
        for (position, step) in plan.steps.iter().enumerate() {
            let Doing::Act(action) = &step.doing else {
                continue;
            };
            let outcome = match record.outcomes.get(position) {
                Some(Outcome::Requested { at, before }) => match errand_of(action) {
                    Some((computer, errand)) => self.look(computer, errand, *at, *before).await?,
                    None => continue,
                },
                Some(outcome) if mode == Mode::Acting && is_to_be_done(outcome, again) => {
                    let before = record.outcomes.get(..position).unwrap_or_default();
                    let steps: Vec<_> = plan.steps.iter().zip(before).collect();
                    match self.not_yet(record, &steps, action) {
                        Some(outcome) => outcome,
                        // Somebody may have stopped everything since this run began.
                        None if self.mode(mode).await? == Mode::DryRun => continue,
                        None => {
                            let outcome = self.do_now(record, &steps, action).await?;
                            // Some of what is recommended may be assigned, and has to be sent then.
                            record.was_cut_short |= !outcome.is_final()
                                && matches!(action, Action::ApplyRecommendations { .. });
                            outcome
                        }
                    }
                }
                _ => continue,
            };
            if let Some(present) = record.outcomes.get_mut(position) {
                *present = outcome;
            }
        }
        Ok(())
    }

    /// Whether there is a step whose outcome would change, or that would be tried.
    pub(super) async fn has_due_step(&self, record: &Record, mode: Mode) -> Result<bool, Error> {
        let steps: Vec<_> = record.steps().collect();
        let again = self.is_to_be_tried_again(record);
        for (position, (step, outcome)) in steps.iter().enumerate() {
            let Doing::Act(action) = &step.doing else {
                continue;
            };
            let is_due = match outcome {
                Outcome::Requested { at, before } => match errand_of(action) {
                    Some((computer, errand)) => {
                        self.look(computer, errand, *at, *before).await? != **outcome
                    }
                    None => false,
                },
                outcome if mode == Mode::Acting && is_to_be_done(outcome, again) => {
                    let before = steps.get(..position).unwrap_or_default();
                    let stays = self.not_yet(record, before, action);
                    stays.is_none_or(|stays| stays != **outcome)
                }
                _ => false,
            };
            if is_due {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What becomes of an action that has to wait for those before it, or need not be done by what
    /// became of them.
    fn not_yet(
        &self,
        record: &Record,
        before: &[(&Step, &Outcome)],
        action: &Action,
    ) -> Option<Outcome> {
        let on = |wanted: fn(&Action) -> bool| {
            before
                .iter()
                .filter_map(move |(step, outcome)| match &step.doing {
                    Doing::Act(action) if wanted(action) => Some(*outcome),
                    _ => None,
                })
        };
        match action {
            Action::ApplyRecommendations { .. } => {
                let mut scans = on(|action| matches!(action, Action::Scan { .. }));
                if !scans.all(Outcome::is_final) {
                    return Some(Outcome::Waiting("the scans come first".into()));
                }
                let is_recommendation = |action: &Action| {
                    matches!(
                        action,
                        Action::Scan {
                            scan: Scan::Recommendation,
                            ..
                        }
                    )
                };
                let is_done = |outcome: &Outcome| matches!(outcome, Outcome::Done { .. });
                (!on(is_recommendation).any(is_done)).then_some(Outcome::Skipped)
            }
            Action::SendPolicy { .. } => {
                let mut changes = on(|action| !matches!(action, Action::Scan { .. }));
                if !changes.all(Outcome::is_final) {
                    return Some(Outcome::Waiting("what it sends comes first".into()));
                }
                let has_changed = |outcome: &Outcome| match outcome {
                    Outcome::Done { assigned, .. } => *assigned > 0,
                    _ => false,
                };
                let may_be_needed = record.was_cut_short || on(|_| true).any(has_changed);
                (!may_be_needed).then_some(Outcome::Skipped)
            }
            Action::Scan { .. }
            | Action::AssignRules { .. }
            | Action::AssignPolicy { .. }
            | Action::EnableModule { .. }
            | Action::Notify { .. } => None,
        }
    }

    /// Whether what could not be done is to be tried again: nothing of a record is tried sooner
    /// than a pause after the last try.
    pub(super) fn is_to_be_tried_again(&self, record: &Record) -> bool {
        let tries = record.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Hindered { tried_at, .. } => Some(*tried_at),
            _ => None,
        });
        let paused = errand::since(self.time.now(), self.limits.pause);
        tries.max().is_some_and(|last| last <= paused)
    }

    async fn do_now(
        &self,
        record: &Record,
        before: &[(&Step, &Outcome)],
        action: &Action,
    ) -> Result<Outcome, Error> {
        match action {
            Action::Scan { computer, scan } => {
                let window = errand::since(self.time.now(), self.limits.scan_window);
                let planned = record.planned_at.unwrap_or(record.changed_at);
                let errand = Errand::Scan(*scan);
                self.send(computer, errand, window, Some(planned)).await
            }
            Action::SendPolicy { computer } => {
                let since = before.iter().filter_map(|(_, outcome)| match outcome {
                    Outcome::Done { at, assigned, .. } if *assigned > 0 => Some(*at),
                    _ => None,
                });
                let since = since.max().unwrap_or_else(|| self.time.now());
                self.send(computer, Errand::SendPolicy, since, None).await
            }
            Action::ApplyRecommendations { computer, modules } => {
                self.apply(computer, modules).await
            }
            Action::AssignRules {
                manager,
                target,
                rules,
            } => self.assign(manager, *target, rules).await,
            Action::AssignPolicy { computer, policy } => {
                if let Some(outcome) = self.has_no_change_left(&computer.manager).await? {
                    return Ok(outcome);
                }
                let changed = self.act.assign_policy(computer, *policy).await;
                Ok(self.changed(changed, format!("policy {policy} assigned")))
            }
            Action::EnableModule {
                computer,
                module,
                state,
            } => {
                if let Some(outcome) = self.has_no_change_left(&computer.manager).await? {
                    return Ok(outcome);
                }
                let changed = self.act.enable_module(computer, *module, *state).await;
                Ok(self.changed(changed, format!("{} switched on", module.name())))
            }
            Action::Notify { owner, message } => {
                let notice = Notice {
                    owner: owner.clone(),
                    partition: Partition::from(record),
                    instance: record.instance,
                    message: message.clone(),
                };
                Ok(match self.act.notify(&notice).await {
                    Ok(()) => done(self.time.now(), String::new(), 0),
                    // A message that cannot be sent is tried again, whatever the reason: the
                    // finding stays open until somebody was told.
                    Err(error) => self.tried_again(&error),
                })
            }
        }
    }

    async fn has_no_change_left(&self, manager: &str) -> Result<Option<Outcome>, Error> {
        let most = self.limits.changes_an_hour;
        let is_left = self.spend(manager, "changes", most).await?;
        let why = format!("{most} computers were changed this hour");
        Ok((!is_left).then(|| Outcome::Waiting(why.into())))
    }

    fn changed(&self, changed: Result<Changed, Error>, result: String) -> Outcome {
        let now = self.time.now();
        match changed {
            Ok(Changed::Made) => done(now, result, 0),
            Ok(Changed::AlreadySo) => done(now, format!("{result} before"), 0),
            Ok(Changed::Otherwise(what)) => Outcome::Failed(clean(&what).into()),
            Err(error) => self.outcome_of(error),
        }
    }
}

impl<I, A, T> Remediate<I, A, T> {
    /// What became of an action that a call failed for: it is tried again where that may help.
    pub(super) fn outcome_of(&self, error: Error) -> Outcome {
        if error.is_retryable() || error.is_mendable() {
            self.tried_again(&error)
        } else {
            Outcome::Failed(clean(&error.to_string()).into())
        }
    }

    /// What passes by itself is tried by every run, what somebody has to mend after a pause.
    fn tried_again(&self, error: &Error) -> Outcome {
        let why = clean(&error.to_string()).into();
        if error.is_retryable() {
            Outcome::Waiting(why)
        } else {
            let tried_at = self.time.now();
            Outcome::Hindered { why, tried_at }
        }
    }
}

/// Whether a step is to be done: one that could not be done only where that is tried `again`.
fn is_to_be_done(outcome: &Outcome, again: bool) -> bool {
    match outcome {
        Outcome::Planned | Outcome::Waiting(_) => true,
        Outcome::Hindered { .. } => again,
        Outcome::Requested { .. }
        | Outcome::Done { .. }
        | Outcome::Skipped
        | Outcome::Failed(_) => false,
    }
}

fn errand_of(action: &Action) -> Option<(&Place, Errand)> {
    match action {
        Action::Scan { computer, scan } => Some((computer, Errand::Scan(*scan))),
        Action::SendPolicy { computer } => Some((computer, Errand::SendPolicy)),
        Action::ApplyRecommendations { .. }
        | Action::AssignRules { .. }
        | Action::AssignPolicy { .. }
        | Action::EnableModule { .. }
        | Action::Notify { .. } => None,
    }
}

pub(super) fn done(at: Timestamp, result: String, assigned: usize) -> Outcome {
    Outcome::Done {
        at,
        result: result.into(),
        assigned,
    }
}
