//! What the command line acts with: the Managers, and a topic for messages where one is named.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use remediations::action::{Errand, Place, Target};
use rules::{
    module::{Module, ModuleState},
    policy::PolicyId,
};

use super::Topic;
use crate::{
    deep_security::operator::Operator,
    ledger::Partition,
    managers::Managers,
    ports::{
        Error, Fault,
        answering::{Act, Assignments, Changed, Notice, Shown, Started},
    },
};

/// What is acted with; nothing for a plan alone.
#[derive(Debug)]
pub(in crate::cli) struct Hand {
    managers: Managers<Vec<Arc<Operator>>>,
    topic: Option<Topic>,
}

impl Hand {
    /// These Managers, and a topic by which teams are told, where there is one.
    pub(in crate::cli) fn new(operators: Vec<Arc<Operator>>, topic: Option<Topic>) -> Self {
        Self {
            managers: Managers(operators),
            topic,
        }
    }
}

impl Act for Hand {
    async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        self.managers.shown(computer, errand).await
    }

    async fn start(
        &self,
        computer: &Place,
        errand: Errand,
        asked_at: Timestamp,
    ) -> Result<(), Error> {
        self.managers.start(computer, errand, asked_at).await
    }

    async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        self.managers.assignments(manager, target, module).await
    }

    async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        self.managers.assign(manager, target, module, rules).await
    }

    async fn assign_policy(&self, computer: &Place, policy: PolicyId) -> Result<Changed, Error> {
        self.managers.assign_policy(computer, policy).await
    }

    async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        self.managers.enable_module(computer, module, state).await
    }

    /// Without a topic nobody is told, and so the finding stays open.
    async fn notify(&self, notice: &Notice) -> Result<(), Error> {
        let Some(topic) = &self.topic else {
            return Err(Error::Permanent(
                Fault::Deployment,
                "no --topic is named to send messages to: tell the owner yourself".to_owned(),
            ));
        };
        topic.publish(notice).await
    }

    /// The rules run every hour in any case.
    async fn start_response_rules(&self, _: &Partition) -> Result<Started, Error> {
        Ok(Started::TooSoon)
    }
}
