//! A port that fails at the n-th call, whatever stands behind it.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex},
};

use deepgrade::{
    ports::{Error, Extract, Fault, Gather, Page, Passing, Report, Web},
    posting::{Posting, Present, Resource, ResultToken},
};
use rules::{
    exceptions::{ExceptedAs, Exceptions},
    guard::GuardPolicy,
    health::ManagerStatus,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    ledger::Ledgers,
};

/// What a call meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There are too many calls.
    Throttled,
    /// The call does not arrive.
    Down,
    /// The call arrives, and its answer does not.
    Cut,
    /// The call may not be made.
    Denied,
    /// No answer, for ever.
    Silent,
}

/// Fails calls of a port, which are counted from 1.
#[derive(Debug)]
pub(crate) struct Flaky<P> {
    pub(crate) inner: P,
    plan: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    calls: usize,
    troubles: BTreeMap<usize, Trouble>,
    always: Option<Trouble>,
}

impl<P> Flaky<P> {
    pub(crate) fn new(inner: P) -> Self {
        Self {
            inner,
            plan: Mutex::default(),
        }
    }

    /// The calls with these numbers, counted from the next one, meet trouble.
    pub(crate) fn fail(&self, calls: impl IntoIterator<Item = usize>, trouble: Trouble) {
        let mut plan = self.plan.lock().unwrap();
        let made = plan.calls;
        for call in calls {
            plan.troubles.insert(made + call, trouble);
        }
    }

    /// Every call meets trouble from now on.
    pub(crate) fn fail_always(&self, trouble: Trouble) {
        self.plan.lock().unwrap().always = Some(trouble);
    }

    /// No call that was planned to meets trouble.
    pub(crate) fn heal(&self) {
        let mut plan = self.plan.lock().unwrap();
        *plan = Plan {
            calls: plan.calls,
            ..Plan::default()
        };
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> usize {
        self.plan.lock().unwrap().calls
    }

    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let trouble = {
            let mut plan = self.plan.lock().unwrap();
            plan.calls += 1;
            let number = plan.calls;
            plan.troubles.remove(&number).or(plan.always)
        };
        let retryable = |passing, text: &str| Err(Error::Retryable(passing, text.to_owned()));
        match trouble {
            None => call.await,
            Some(Trouble::Throttled) => retryable(Passing::Throttled, "ThrottlingException"),
            Some(Trouble::Down) => retryable(Passing::Unavailable, "ServiceUnavailable"),
            Some(Trouble::Cut) => {
                call.await?;
                retryable(Passing::Unavailable, "the connection was cut")
            }
            Some(Trouble::Denied) => {
                let complaint = "AccessDeniedException".to_owned();
                Err(Error::Permanent(Fault::Deployment, complaint))
            }
            Some(Trouble::Silent) => pending().await,
        }
    }
}

impl<P: Gather> Gather for Flaky<P> {
    async fn instances(&self, page: Option<&str>) -> Result<Page<Instance>, Error> {
        self.call(self.inner.instances(page)).await
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, Error> {
        self.call(self.inner.instance(id)).await
    }

    async fn inventories(&self, extract: Extract) -> Result<Arc<Inventories>, Error> {
        self.call(self.inner.inventories(extract)).await
    }

    async fn web(&self) -> Result<Web, Error> {
        self.call(self.inner.web()).await
    }

    async fn ledgers(&self) -> Result<Ledgers, Error> {
        self.call(self.inner.ledgers()).await
    }

    async fn guard(&self) -> Result<Option<Arc<dyn GuardPolicy>>, Error> {
        self.call(self.inner.guard()).await
    }

    /// Not counted among the calls that may fail: [`Canned`] says itself what becomes of it.
    ///
    /// [`Canned`]: super::canned::Canned
    async fn exceptions(&self) -> Result<Arc<Exceptions>, Error> {
        self.inner.exceptions().await
    }

    fn excepted_as(&self) -> ExceptedAs {
        self.inner.excepted_as()
    }

    async fn health(&self) -> Result<Vec<ManagerStatus>, Error> {
        self.call(self.inner.health()).await
    }

    async fn dead_letters(&self) -> Result<Option<u64>, Error> {
        self.call(self.inner.dead_letters()).await
    }
}

impl<P: Report> Report for Flaky<P> {
    async fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        self.call(self.inner.results_of_rule(rule_name, page)).await
    }

    async fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        let call = self.inner.result_of_resource(rule_name, resource);
        self.call(call).await
    }

    async fn put(&self, batch: &[Posting], token: &ResultToken) -> Result<Vec<Resource>, Error> {
        self.call(self.inner.put(batch, token)).await
    }
}
