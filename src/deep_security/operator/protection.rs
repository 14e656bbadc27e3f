//! A policy for a computer that has none, and a module that is off. What is there stays.

use rules::{
    computer::{Computer, ComputerId},
    module::{Module, ModuleState},
    policy::PolicyId,
};
use serde_json::json;

use super::{Operator, calls, look_up};
use crate::deep_security::error::{Error, Problem};

/// What became of giving a computer a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyAssigned {
    /// The computer had none, and carries it now.
    Assigned,
    /// The computer carried it before.
    Already,
    /// The computer carries this one, and keeps it.
    KeepsAnother(PolicyId),
}

/// What became of switching a module on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// The module was off, and is as it should be now.
    Enabled,
    /// The module was on, in this state, and keeps it.
    Already(ModuleState),
}

impl Operator {
    /// Gives a computer a policy, if it has none.
    ///
    /// The API has no condition for a change, so that a policy which somebody else assigns between
    /// the look and the change, within the time of one call, would be replaced.
    ///
    /// # Errors
    /// [`Problem::Gone`] where the Manager does not know the computer any more;
    /// [`Problem::Unexpected`] where it cannot be told whether the computer has a policy, which is
    /// then left as it is; [`Problem::NotDone`] where the computer does not carry the policy in the
    /// end.
    pub async fn assign_policy(
        &self,
        computer: ComputerId,
        policy: PolicyId,
    ) -> Result<PolicyAssigned, Error> {
        let body = json!({ "policyID": policy }).to_string();
        let settled = |computer: &Computer| {
            let carried = computer
                .policy()
                .map_err(|gap| Problem::Unexpected(gap.to_string()))?;
            Ok(carried.map(|carried| match carried {
                _ if carried == policy => PolicyAssigned::Already,
                another => PolicyAssigned::KeepsAnother(another),
            }))
        };
        let change = self.change(computer, body, settled).await?;
        match change {
            Change::Made(Some(PolicyAssigned::Already)) => Ok(PolicyAssigned::Assigned),
            Change::Found(found) | Change::Made(Some(found)) => Ok(found),
            Change::Made(None) => {
                let what = format!("computer {computer} carries no policy");
                Err(self.not_done(computer, what))
            }
        }
    }

    /// Switches a module on that is off, on the computer alone: its policy and other computers
    /// stay as they are.
    ///
    /// # Errors
    /// [`Problem::Improper`] for a state that is not one of the module's or is off;
    /// [`Problem::Gone`] where the Manager does not know the computer any more;
    /// [`Problem::Unexpected`] where it cannot be told whether the module is off, which is then
    /// left as it is; [`Problem::NotDone`] where it is still off in the end.
    pub async fn enable_module(
        &self,
        computer: ComputerId,
        module: Module,
        state: ModuleState,
    ) -> Result<Enabled, Error> {
        if state == ModuleState::Off || !module.states().contains(&state) {
            let what = format!("{} cannot be switched on as {state}", module.name());
            return Err(self.run().error(None, Problem::Improper(what)));
        }
        let body = json!({ module.word(): { "state": state.word() } }).to_string();
        let settled = |computer: &Computer| {
            let report = computer.modules.get(module);
            let found = report
                .and_then(|report| report.state_of(module))
                .map_err(|gap| Problem::Unexpected(gap.to_string()))?;
            Ok((found != ModuleState::Off).then_some(Enabled::Already(found)))
        };
        let change = self.change(computer, body, settled).await?;
        match change {
            Change::Made(Some(Enabled::Already(found))) if found == state => Ok(Enabled::Enabled),
            Change::Found(found) | Change::Made(Some(found)) => Ok(found),
            Change::Made(None) => {
                let what = format!("{} is off on computer {computer}", module.name());
                Err(self.not_done(computer, what))
            }
        }
    }

    fn not_done(&self, computer: ComputerId, what: String) -> Error {
        let call = calls::change_computer(computer);
        self.run().error(Some(&call), Problem::NotDone(what))
    }

    /// Changes a computer where it is not settled yet, with a look before every try and after the
    /// change.
    async fn change<T>(
        &self,
        id: ComputerId,
        body: String,
        settled: impl Fn(&Computer) -> Result<Option<T>, Problem>,
    ) -> Result<Change<T>, Error> {
        let run = self.run();
        let call = calls::change_computer(id);
        let mut tries = run.tries();
        loop {
            let computer = look_up::read(&run, id).await?;
            let found = settled(&computer)
                .map_err(|problem| run.error(Some(&calls::computer(id)), problem))?;
            if let Some(found) = found {
                return Ok(if tries.made() == 0 {
                    Change::Found(found)
                } else {
                    Change::Made(Some(found))
                });
            }
            let changed = run.attempt(&call, Some(body.clone()), |reply| {
                let computer = look_up::in_reply(reply, id)?;
                Ok((settled(&computer)?, 1))
            });
            match changed.await {
                Ok(found) => return Ok(Change::Made(found)),
                Err(problem) => run.pause(&mut tries, &call, problem).await?,
            }
        }
    }
}

/// How a computer came to be as it is.
enum Change<T> {
    /// It was so before.
    Found(T),
    /// It was changed; how it is then, if it is settled.
    Made(Option<T>),
}
