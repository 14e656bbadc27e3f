//! What the command line acts with: the Managers, and a topic for messages where one is named.

use std::{collections::BTreeSet, sync::Arc};

use remediations::action::{Errand, Place, Target};
use rules::{
    module::{Module, ModuleState},
    policy::PolicyId,
    text::{counted, quoted},
};

use super::Topic;
use crate::{
    cli::watch::Watch,
    deep_security::operator::Operator,
    ledger::Partition,
    managers::Managers,
    ports::{
        Error, Fault,
        answering::{Act, Asked, Assignments, Changed, Notice, Shown, Started},
    },
};

/// What is acted with; nothing for a plan alone.
#[derive(Debug)]
pub(in crate::cli) struct Hand {
    managers: Managers<Vec<Arc<Operator>>>,
    topic: Option<Topic>,
    watch: Option<Watch>,
}

impl Hand {
    /// These Managers, and a topic by which teams are told, where there is one.
    pub(in crate::cli) fn new(operators: Vec<Arc<Operator>>, topic: Option<Topic>) -> Self {
        Self {
            managers: Managers(operators),
            topic,
            watch: None,
        }
    }

    /// Bounded by a watch, which says what is waited for.
    pub(super) fn watched(self, watch: Watch) -> Self {
        Self {
            watch: Some(watch),
            ..self
        }
    }

    /// Waits for a Manager to do what `what` says.
    async fn wait<T>(
        &self,
        manager: &str,
        what: String,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match &self.watch {
            Some(watch) => {
                let manager = quoted(manager);
                let what = format!("Manager {manager}: {what}");
                watch.wait(&what, call).await
            }
            None => call.await,
        }
    }
}

impl Act for Hand {
    async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        let what = format!("whether computer {} is ready", computer.computer);
        let call = self.managers.shown(computer, errand);
        self.wait(&computer.manager, what, call).await
    }

    async fn start(&self, computer: &Place, errand: Errand, asked: Asked) -> Result<(), Error> {
        let what = match errand {
            Errand::Scan(scan) => format!("{scan} of computer {}", computer.computer),
            Errand::SendPolicy => format!("policy send to computer {}", computer.computer),
        };
        let call = self.managers.start(computer, errand, asked);
        self.wait(&computer.manager, what, call).await
    }

    async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        let what = format!("{} rules of {}", module.name(), named(target));
        let call = self.managers.assignments(manager, target, module);
        self.wait(manager, what, call).await
    }

    async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        let rules_of = counted(rules.len(), &format!("{} rule", module.name()));
        let what = format!("{rules_of} assigned to {}", named(target));
        let call = self.managers.assign(manager, target, module, rules);
        self.wait(manager, what, call).await
    }

    async fn assign_policy(&self, computer: &Place, policy: PolicyId) -> Result<Changed, Error> {
        let what = format!("policy {policy} on computer {}", computer.computer);
        let call = self.managers.assign_policy(computer, policy);
        self.wait(&computer.manager, what, call).await
    }

    async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        let what = format!("{} on computer {}", module.name(), computer.computer);
        let call = self.managers.enable_module(computer, module, state);
        self.wait(&computer.manager, what, call).await
    }

    /// Without a topic nobody is told, and so the finding stays open.
    async fn notify(&self, notice: &Notice) -> Result<(), Error> {
        let Some(topic) = &self.topic else {
            return Err(Error::Permanent(
                Fault::Deployment,
                "no --topic is named to send messages to: tell the owner yourself".to_owned(),
            ));
        };
        match &self.watch {
            Some(watch) => watch.wait("the topic", topic.publish(notice)).await,
            None => topic.publish(notice).await,
        }
    }

    /// The rules run every hour in any case.
    async fn start_response_rules(&self, _: &Partition) -> Result<Started, Error> {
        Ok(Started::TooSoon)
    }
}

/// What rules are assigned to, in a few words.
fn named(target: Target) -> String {
    match target {
        Target::Computer(computer) => format!("computer {computer}"),
        Target::Policy(policy) => format!("policy {policy}"),
    }
}
