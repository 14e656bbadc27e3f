//! The Managers that are changed: each is entered with the operator's key when it is first needed.

use std::{collections::BTreeSet, sync::Arc};

use remediations::action::{Errand, Place, Scan, Target};
use rules::{
    Gap,
    instance::InstanceId,
    intrusion_prevention::Assignments as Assigned,
    inventory::{Completeness, Inventory, InventoryDocument},
    module::{Module, ModuleState},
    policy::PolicyId,
    text::quoted,
};

use crate::{
    deep_security::{
        Error as ManagerError, Problem,
        operator::{Enabled, Operator, OwnTask, PolicyAssigned, TaskKind, TaskName},
    },
    ports::{
        Error, Fault,
        answering::{Asked, Assignments, Changed, Shown},
    },
};

mod doors;

pub use doors::Doors;

/// The ways into Managers. A port: settings and secrets stand behind it.
pub trait Enter: Send + Sync {
    /// What the Managers are called.
    fn names(&self) -> Vec<String>;

    /// Enters a Manager. After a refusal another key is looked for.
    ///
    /// # Errors
    /// When there is no such Manager, or no way into it.
    fn enter(
        &self,
        manager: &str,
        refusal: Option<&Refusal>,
    ) -> impl Future<Output = Result<Arc<Operator>, Error>> + Send;
}

/// A way into a Manager that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The way that was tried.
    pub operator: Arc<Operator>,
    /// Whether the key itself is not taken, and not only lacks a right: it must not be tried again.
    pub key_is_rejected: bool,
}

/// Operators that are set up already.
impl Enter for Vec<Arc<Operator>> {
    fn names(&self) -> Vec<String> {
        self.iter()
            .map(|operator| operator.name().to_owned())
            .collect()
    }

    async fn enter(
        &self,
        manager: &str,
        refusal: Option<&Refusal>,
    ) -> Result<Arc<Operator>, Error> {
        let found = self.iter().find(|operator| operator.name() == manager);
        match (found, refusal) {
            (Some(operator), None) => Ok(Arc::clone(operator)),
            (Some(_), Some(_)) => Err(no_way(manager, "there is no other key")),
            (None, _) => Err(no_way(manager, "the settings do not name it")),
        }
    }
}

/// Says that there is no way into a Manager.
pub(crate) fn no_way(manager: &str, why: &str) -> Error {
    let line = format!("Manager {}: {why}", quoted(manager));
    Error::Permanent(Fault::Deployment, line)
}

/// The Managers that are changed.
#[derive(Debug)]
pub struct Managers<E>(pub E);

impl<E: Enter> Managers<E> {
    /// Has a Manager do something; with another key, where the first one is refused.
    async fn with<T, F>(&self, manager: &str, call: impl Fn(Arc<Operator>) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, ManagerError>>,
    {
        let operator = self.0.enter(manager, None).await?;
        let error = match call(Arc::clone(&operator)).await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let key_is_rejected = match error.problem() {
            Problem::KeyRejected(_) => true,
            Problem::Forbidden(_) => false,
            _ => return Err(error.into()),
        };
        let refusal = Refusal {
            operator,
            key_is_rejected,
        };
        match self.0.enter(manager, Some(&refusal)).await {
            Ok(other) => Ok(call(other).await?),
            // Whether there is another key is not known just now.
            Err(passing) if key_is_rejected && passing.is_retryable() => Err(passing),
            Err(_) => Err(error.into()),
        }
    }

    /// What every Manager knows of an instance just now: its computers, without policies and rules.
    ///
    /// # Errors
    /// When the first Manager that cannot be asked cannot be asked.
    pub async fn look_up(&self, instance: InstanceId) -> Result<Vec<InventoryDocument>, Error> {
        let mut documents = Vec::new();
        for manager in self.0.names() {
            let found = self.with(&manager, |operator| async move {
                operator.computers_of(instance).await
            });
            let found = found.await?;
            documents.push(InventoryDocument {
                schema_version: InventoryDocument::VERSION.to_owned(),
                manager,
                taken_at: found.taken_at,
                completeness: Completeness::Complete,
                computers: found.computers,
                policies: None,
                intrusion_prevention_rules: None,
                application_types: None,
                policy_rules: Assigned::default(),
                computer_rules: Assigned::default(),
            });
        }
        Ok(documents)
    }

    /// What a Manager shows of an errand; `None` where it does not have the computer any more.
    ///
    /// # Errors
    /// When the Manager cannot be asked, or answers in a way that is not understood.
    pub async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        let id = computer.computer;
        let times = self.with(&computer.manager, |operator| async move {
            match operator.scan_times(id).await {
                Ok(times) => Ok(Some(times)),
                Err(error) if error.is_gone() => Ok(None),
                Err(error) => Err(error),
            }
        });
        let Some(times) = times.await? else {
            return Ok(None);
        };
        let understood = |gap: Gap| not_understood(&computer.manager, &gap);
        let done_at = match errand {
            Errand::Scan(scan) => times.last(scan),
            Errand::SendPolicy => times.computer.policy_sent(),
        };
        let is_valid = match errand {
            Errand::Scan(Scan::Recommendation) => times.recommendation.done_since(None),
            Errand::Scan(_) | Errand::SendPolicy => Ok(true),
        };
        Ok(Some(Shown {
            done_at: done_at.map_err(understood)?,
            is_valid: is_valid.map_err(understood)?,
            is_managed: times.computer.managed.map_err(understood)?,
        }))
    }

    /// Tells a computer to do something, once for each time that it is asked for.
    ///
    /// # Errors
    /// When the Manager does not take it.
    pub async fn start(&self, computer: &Place, errand: Errand, asked: Asked) -> Result<(), Error> {
        let kind = kind_of(errand);
        let name = TaskName::new(asked, &computer.manager, computer.computer, kind);
        let id = computer.computer;
        let created = self.with(&computer.manager, |operator| {
            let name = name.clone();
            async move { operator.create_task(&name, id, kind).await }
        });
        created.await.map(drop)
    }

    /// What is assigned and recommended; `None` where the Manager does not have the target any
    /// more.
    ///
    /// # Errors
    /// When the Manager cannot be asked.
    pub async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        let seen = self.with(manager, |operator| async move {
            match operator.assignments(target, module).await {
                Ok(seen) => Ok(Some(seen)),
                Err(error) if error.is_gone() => Ok(None),
                Err(error) => Err(error),
            }
        });
        Ok(seen.await?.map(|seen| Assignments {
            assigned: seen.assigned,
            recommended: seen.recommended_to_assign,
        }))
    }

    /// Assigns rules, and gives back what is assigned then.
    ///
    /// # Errors
    /// When the Manager does not take all of them.
    pub async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        let assigned = self.with(manager, |operator| async move {
            operator.assign(target, module, rules).await
        });
        Ok(assigned.await?.now.assigned)
    }

    /// Puts a policy on a computer that has none.
    ///
    /// # Errors
    /// When the Manager does not take it.
    pub async fn assign_policy(
        &self,
        computer: &Place,
        policy: PolicyId,
    ) -> Result<Changed, Error> {
        let id = computer.computer;
        let assigned = self.with(&computer.manager, |operator| async move {
            operator.assign_policy(id, policy).await
        });
        Ok(match assigned.await? {
            PolicyAssigned::Assigned => Changed::Made,
            PolicyAssigned::Already => Changed::AlreadySo,
            PolicyAssigned::KeepsAnother(other) => {
                Changed::Otherwise(format!("the computer carries policy {other} by now"))
            }
        })
    }

    /// Switches a module on that is off, on the computer alone.
    ///
    /// # Errors
    /// When the Manager does not take it.
    pub async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        let id = computer.computer;
        let enabled = self.with(&computer.manager, |operator| async move {
            operator.enable_module(id, module, state).await
        });
        Ok(match enabled.await? {
            Enabled::Enabled => Changed::Made,
            Enabled::Already(_) => Changed::AlreadySo,
        })
    }

    /// The scheduled tasks that Deepgrade made in a Manager and that are still there.
    ///
    /// # Errors
    /// When the Manager cannot be asked.
    pub async fn own_tasks(&self, manager: &str) -> Result<Vec<OwnTask>, Error> {
        let tasks = self.with(
            manager,
            |operator| async move { operator.own_tasks().await },
        );
        tasks.await
    }

    /// Deletes a scheduled task that Deepgrade made.
    ///
    /// # Errors
    /// When it is not known to be gone.
    pub async fn delete_own_task(&self, manager: &str, task: &OwnTask) -> Result<(), Error> {
        let deleted = self.with(manager, |operator| async move {
            operator.delete_own_task(task).await
        });
        deleted.await.map(drop)
    }
}

fn kind_of(errand: Errand) -> TaskKind {
    match errand {
        Errand::Scan(scan) => TaskKind::Scan(scan),
        Errand::SendPolicy => TaskKind::PolicySend,
    }
}

/// An answer of a Manager that says nothing that is known.
fn not_understood(manager: &str, gap: &Gap) -> Error {
    let line = format!("Manager {}: {}", quoted(manager), gap.reason().text());
    Error::Permanent(Fault::Refused, line)
}

/// Joins what Managers know of one instance just now with the policies and rules that were
/// published of them.
///
/// # Errors
/// A line, when a document is no inventory.
pub fn joined(
    live: Vec<InventoryDocument>,
    published: &rules::inventories::Inventories,
) -> Result<Vec<Inventory>, String> {
    let join = |document: InventoryDocument| {
        let manager = document.manager.clone();
        let of_manager = published
            .readable()
            .find(|inventory| inventory.manager() == manager);
        let live = Inventory::try_from(document)
            .map_err(|bad| format!("Manager {}: {bad}", quoted(&manager)))?;
        Ok(match of_manager {
            Some(published) => live.with_lists_of(published),
            None => live,
        })
    };
    live.into_iter().map(join).collect()
}
