//! What the command line acts with: the Managers, and nothing else.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use remediations::action::{Errand, Place, Target};
use rules::{
    module::{Module, ModuleState},
    policy::PolicyId,
};

use crate::{
    deep_security::operator::Operator,
    ledger::Partition,
    managers::Managers,
    ports::{
        Error, Fault,
        answering::{Act, Assignments, Changed, Notice, Shown, Started},
    },
};

/// The Managers that are acted on; none for a plan alone.
#[derive(Debug)]
pub(in crate::cli) struct Hand(pub(in crate::cli) Managers<Vec<Arc<Operator>>>);

impl Act for Hand {
    async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        self.0.shown(computer, errand).await
    }

    async fn start(
        &self,
        computer: &Place,
        errand: Errand,
        asked_at: Timestamp,
    ) -> Result<(), Error> {
        self.0.start(computer, errand, asked_at).await
    }

    async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        self.0.assignments(manager, target, module).await
    }

    async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        self.0.assign(manager, target, module, rules).await
    }

    async fn assign_policy(&self, computer: &Place, policy: PolicyId) -> Result<Changed, Error> {
        self.0.assign_policy(computer, policy).await
    }

    async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        self.0.enable_module(computer, module, state).await
    }

    /// Nobody is told, and so the finding stays open.
    async fn notify(&self, _: &Notice) -> Result<(), Error> {
        Err(Error::Permanent(
            Fault::Deployment,
            "the command line sends no messages: tell the owner yourself".to_owned(),
        ))
    }

    /// The rules run every hour in any case.
    async fn start_response_rules(&self, _: &Partition) -> Result<Started, Error> {
        Ok(Started::TooSoon)
    }
}
