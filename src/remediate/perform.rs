//! The executor: carries out what of a plan can be carried out now.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use remediations::{
    action::{Action, Errand, Place, Scan, Target},
    outcome::Outcome,
    plan::{Doing, Step},
    record::Record,
};
use rules::{instance::AccountId, inventories::Inventories, module::Module, text::clean};

use super::{Mode, Remediate, errand};
use crate::{
    ledger::{Partition, Table},
    ports::{
        Error,
        answering::{Act, Changed, Notice},
    },
};

/// How long it is believed that a rule which was seen to be assigned still is.
const BELIEVED: Duration = Duration::from_secs(300);

/// How long it is believed that nothing newer was published.
const FRESH: Duration = Duration::from_secs(60);

/// What was seen a short while ago, so that many findings about the same cost one call.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By Manager and target.
    assigned: Mutex<BTreeMap<(Box<str>, Target), SeenAssigned>>,
    partitions: Mutex<BTreeSet<Partition>>,
    inventories: Mutex<BTreeMap<AccountId, (Duration, Arc<Inventories>)>>,
}

/// The IPS rules that were seen to be assigned.
#[derive(Debug)]
struct SeenAssigned {
    at: Duration,
    rules: BTreeSet<u64>,
}

impl Memory {
    pub(super) fn knows_partition(&self, partition: &Partition) -> bool {
        locked(&self.partitions).contains(partition)
    }

    pub(super) fn note_partition(&self, partition: &Partition) {
        locked(&self.partitions).insert(partition.clone());
    }

    pub(super) fn inventories(
        &self,
        account: AccountId,
        now: Duration,
    ) -> Option<Arc<Inventories>> {
        let inventories = locked(&self.inventories);
        let (at, seen) = inventories.get(&account)?;
        (now.saturating_sub(*at) <= FRESH).then(|| Arc::clone(seen))
    }

    pub(super) fn note_inventories(
        &self,
        account: AccountId,
        now: Duration,
        seen: &Arc<Inventories>,
    ) {
        locked(&self.inventories).insert(account, (now, Arc::clone(seen)));
    }

    fn has_assigned(&self, manager: &str, target: Target, rules: &[u64], now: Duration) -> bool {
        let assigned = locked(&self.assigned);
        let seen = assigned.get(&(manager.into(), target));
        seen.is_some_and(|seen| {
            now.saturating_sub(seen.at) <= BELIEVED
                && rules.iter().all(|rule| seen.rules.contains(rule))
        })
    }

    fn note_assigned(&self, manager: &str, target: Target, rules: BTreeSet<u64>, now: Duration) {
        let seen = SeenAssigned { at: now, rules };
        locked(&self.assigned).insert((manager.into(), target), seen);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Carries out what of a record's plan can be carried out now, step by step.
    ///
    /// # Errors
    /// When the ledger cannot be used. What cannot be done is an outcome.
    pub(super) async fn perform(&self, record: &mut Record, mode: Mode) -> Result<(), Error> {
        let Some(plan) = record.plan.clone() else {
            return Ok(());
        };
        for (position, step) in plan.steps.iter().enumerate() {
            let Doing::Act(action) = &step.doing else {
                continue;
            };
            let outcome = match record.outcomes.get(position) {
                Some(Outcome::Requested { at, before }) => match errand_of(action) {
                    Some((computer, errand)) => self.look(computer, errand, *at, *before).await?,
                    None => continue,
                },
                Some(Outcome::Planned | Outcome::Waiting(_)) if mode == Mode::Acting => {
                    let before = record.outcomes.get(..position).unwrap_or_default();
                    let steps: Vec<_> = plan.steps.iter().zip(before).collect();
                    match self.not_yet(record, &steps, action) {
                        Some(outcome) => outcome,
                        None => self.do_now(record, &steps, action).await?,
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
                Outcome::Planned | Outcome::Waiting(_) if mode == Mode::Acting => {
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
            Action::Scan { .. } => self.is_out_of_patience(record).then(|| {
                let hours = self.limits.patience.as_hours();
                Outcome::Failed(format!("not run within {hours} hours").into())
            }),
            Action::AssignRules { .. }
            | Action::AssignPolicy { .. }
            | Action::EnableModule { .. }
            | Action::Notify { .. } => None,
        }
    }

    fn is_out_of_patience(&self, record: &Record) -> bool {
        let planned = record.planned_at.unwrap_or(record.changed_at);
        planned < errand::since(self.time.now(), self.limits.patience)
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
                self.send(computer, Errand::Scan(*scan), window).await
            }
            Action::SendPolicy { computer } => {
                let since = before.iter().filter_map(|(_, outcome)| match outcome {
                    Outcome::Done { at, assigned, .. } if *assigned > 0 => Some(*at),
                    _ => None,
                });
                let since = since.max().unwrap_or_else(|| self.time.now());
                self.send(computer, Errand::SendPolicy, since).await
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
                    partition: Partition {
                        account: record.finding.account,
                        region: record.region.clone(),
                    },
                    instance: record.instance,
                    message: message.clone(),
                };
                Ok(match self.act.notify(&notice).await {
                    Ok(()) => done(self.time.now(), String::new(), 0),
                    // A message that cannot be sent is tried again, whatever the reason: the
                    // finding stays open until somebody was told.
                    Err(error) => Outcome::Waiting(clean(&error.to_string()).into()),
                })
            }
        }
    }

    /// Assigns what is recommended for a computer.
    async fn apply(&self, computer: &Place, modules: &[Module]) -> Result<Outcome, Error> {
        let target = Target::Computer(computer.computer);
        let manager = &computer.manager;
        let mut applied = 0;
        for module in modules {
            let recommended = match self.act.assignments(manager, target, *module).await {
                Ok(Some(seen)) => seen.recommended,
                Ok(None) => return Ok(errand::gone(computer)),
                Err(error) => return Ok(outcome_of(error)),
            };
            if recommended.is_empty() {
                continue;
            }
            if let Some(outcome) = self.has_no_assignment_left(manager).await? {
                return Ok(outcome);
            }
            match self
                .act
                .assign(manager, target, *module, &recommended)
                .await
            {
                Ok(_) => applied += recommended.len(),
                Err(error) => return Ok(outcome_of(error)),
            }
        }
        let result = match applied {
            0 => "no rule was recommended".to_owned(),
            1 => "1 rule applied".to_owned(),
            _ => format!("{applied} rules applied"),
        };
        Ok(done(self.time.now(), result, applied))
    }

    /// Assigns IPS rules that a finding asks for.
    async fn assign(&self, manager: &str, target: Target, rules: &[u64]) -> Result<Outcome, Error> {
        let to = match target {
            Target::Policy(policy) => format!("policy {policy}"),
            Target::Computer(_) => "the computer".to_owned(),
        };
        let already = || {
            let result = format!("{} already assigned to {to}", numbered(rules));
            done(self.time.now(), result, 0)
        };
        let now = self.time.elapsed();
        if self.memory.has_assigned(manager, target, rules, now) {
            return Ok(already());
        }
        let module = Module::IntrusionPrevention;
        let assigned = match self.act.assignments(manager, target, module).await {
            Ok(Some(seen)) => seen.assigned,
            Ok(None) => {
                let manager = rules::text::quoted(manager);
                let why = format!("Manager {manager} does not have {to} any more");
                return Ok(Outcome::Failed(why.into()));
            }
            Err(error) => return Ok(outcome_of(error)),
        };
        let wanted: BTreeSet<u64> = rules.iter().copied().collect();
        let wanted = &wanted - &assigned;
        self.memory.note_assigned(manager, target, assigned, now);
        if wanted.is_empty() {
            return Ok(already());
        }
        if let Target::Policy(policy) = target {
            let most = self.limits.assignments_an_hour_to_a_policy;
            let what = format!("assignments#{policy}");
            if !self.spend(manager, &what, most).await? {
                let why = format!("{most} assignments were made to {to} this hour");
                return Ok(Outcome::Waiting(why.into()));
            }
        }
        if let Some(outcome) = self.has_no_assignment_left(manager).await? {
            return Ok(outcome);
        }
        match self.act.assign(manager, target, module, &wanted).await {
            Ok(assigned) => {
                self.memory.note_assigned(manager, target, assigned, now);
                let named: Vec<u64> = wanted.iter().copied().collect();
                let result = format!("{} assigned to {to}", numbered(&named));
                Ok(done(self.time.now(), result, wanted.len()))
            }
            Err(error) => Ok(outcome_of(error)),
        }
    }

    async fn has_no_assignment_left(&self, manager: &str) -> Result<Option<Outcome>, Error> {
        let most = self.limits.assignments_an_hour;
        let is_left = self.spend(manager, "assignments", most).await?;
        let why = format!("{most} assignments were made this hour");
        Ok((!is_left).then(|| Outcome::Waiting(why.into())))
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
            Err(error) => outcome_of(error),
        }
    }
}

/// What became of an action that a call failed for: it is tried again where that may help.
pub(super) fn outcome_of(error: Error) -> Outcome {
    let line = clean(&error.to_string()).into();
    if error.is_retryable() {
        Outcome::Waiting(line)
    } else {
        Outcome::Failed(line)
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

fn done(at: Timestamp, result: String, assigned: usize) -> Outcome {
    Outcome::Done {
        at,
        result: result.into(),
        assigned,
    }
}

/// The ids of rules in a sentence, the first few of many.
fn numbered(rules: &[u64]) -> String {
    const SHOWN: usize = 5;
    let ids: Vec<String> = rules.iter().take(SHOWN).map(u64::to_string).collect();
    let more = rules.len().saturating_sub(SHOWN);
    let noun = if rules.len() == 1 { "rule" } else { "rules" };
    let mut text = format!("IPS {noun} {}", ids.join(", "));
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
