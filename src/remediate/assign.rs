//! Assigns rules: what is recommended for a computer, and what a finding asks for.

use std::collections::BTreeSet;

use remediations::{
    action::{Place, Target},
    outcome::Outcome,
};
use rules::{
    module::Module,
    text::{counted, listed, quoted},
};

use super::{Remediate, errand, perform::done};
use crate::{
    ledger::Table,
    ports::{Error, answering::Act},
};

impl<I, A: Act, T: Table> Remediate<I, A, T> {
    /// Assigns what is recommended for a computer.
    pub(super) async fn apply(
        &self,
        computer: &Place,
        modules: &[Module],
    ) -> Result<Outcome, Error> {
        let target = Target::Computer(computer.computer);
        let manager = &computer.manager;
        let mut applied = 0;
        for module in modules {
            let recommended = match self.act.assignments(manager, target, *module).await {
                Ok(Some(seen)) => seen.recommended,
                Ok(None) => return Ok(errand::gone(computer)),
                Err(error) => return Ok(self.outcome_of(error)),
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
                Err(error) => return Ok(self.outcome_of(error)),
            }
        }
        let result = match applied {
            0 => "no rule was recommended".to_owned(),
            _ => format!("{} applied", counted(applied, "rule")),
        };
        Ok(done(self.time.now(), result, applied))
    }

    /// Assigns IPS rules that a finding asks for.
    pub(super) async fn assign(
        &self,
        manager: &str,
        target: Target,
        rules: &[u64],
    ) -> Result<Outcome, Error> {
        let to = match target {
            Target::Policy(policy) => format!("policy {policy}"),
            Target::Computer(_) => "the computer".to_owned(),
        };
        let rules: BTreeSet<u64> = rules.iter().copied().collect();
        let already = || {
            let result = format!("{} already assigned to {to}", numbered(&rules));
            done(self.time.now(), result, 0)
        };
        let now = self.time.elapsed();
        if self.memory.has_assigned(manager, target, &rules, now) {
            return Ok(already());
        }
        let module = Module::IntrusionPrevention;
        let assigned = match self.act.assignments(manager, target, module).await {
            Ok(Some(seen)) => seen.assigned,
            Ok(None) => {
                let manager = quoted(manager);
                let why = format!("Manager {manager} does not have {to} any more");
                return Ok(Outcome::Failed(why.into()));
            }
            Err(error) => return Ok(self.outcome_of(error)),
        };
        let wanted = &rules - &assigned;
        self.memory.note_assigned(manager, target, assigned, now);
        if wanted.is_empty() {
            return Ok(already());
        }
        // What one cap does not let through does not use up the other.
        let most = self.limits.assignments_an_hour_to_a_policy;
        let of_policy = match target {
            Target::Policy(policy) => Some(format!("assignments#{policy}")),
            Target::Computer(_) => None,
        };
        let many = || {
            let why = format!("{most} assignments were made to {to} this hour");
            Ok(Outcome::Waiting(why.into()))
        };
        if let Some(what) = &of_policy
            && !self.has_left(manager, what, most).await?
        {
            return many();
        }
        if let Some(outcome) = self.has_no_assignment_left(manager).await? {
            return Ok(outcome);
        }
        if let Some(what) = &of_policy
            && !self.spend(manager, what, most).await?
        {
            return many();
        }
        match self.act.assign(manager, target, module, &wanted).await {
            Ok(assigned) => {
                self.memory.note_assigned(manager, target, assigned, now);
                let result = format!("{} assigned to {to}", numbered(&wanted));
                Ok(done(self.time.now(), result, wanted.len()))
            }
            Err(error) => Ok(self.outcome_of(error)),
        }
    }

    async fn has_no_assignment_left(&self, manager: &str) -> Result<Option<Outcome>, Error> {
        let most = self.limits.assignments_an_hour;
        let is_left = self.spend(manager, "assignments", most).await?;
        let why = format!("{most} assignments were made this hour");
        Ok((!is_left).then(|| Outcome::Waiting(why.into())))
    }
}

/// The ids of rules in a sentence, the first few of many.
fn numbered(rules: &BTreeSet<u64>) -> String {
    const SHOWN: usize = 5;
    let noun = if rules.len() == 1 { "rule" } else { "rules" };
    format!("IPS {noun} {}", listed(rules, SHOWN))
}
