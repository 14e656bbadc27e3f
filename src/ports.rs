//! The ports of grading, named for what they are asked: [`Gather`] for facts, [`Report`] for what
//! Config shows and for putting results; and those of [answering]. Adapters stand behind them and
//! know no other.

use std::{fmt, sync::Arc};

use rules::{
    exceptions::{ExceptedAs, Exceptions},
    facts::Need,
    guard::GuardPolicy,
    health::ManagerStatus,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    ledger::Ledgers,
    web::WebEdges,
};

pub mod answering;

use crate::posting::{Posting, Present, Resource, ResultToken};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to ask for the next page with; `None` for the last one.
    pub next: Option<String>,
}

/// What of the inventories is asked for. More than that may be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extract {
    /// The instance that is asked about; `None` for all of the account.
    pub instance: Option<InstanceId>,
    /// Whether the IPS rules are asked for, with what is assigned where.
    pub intrusion_prevention: bool,
}

impl Extract {
    /// What rules with these needs ask for: about one instance, or about all.
    #[must_use]
    pub fn of(instance: Option<InstanceId>, needs: &[Need]) -> Self {
        Self {
            instance,
            intrusion_prevention: needs.contains(&Need::IntrusionPreventionRules),
        }
    }

    /// The same with what rules with these wishes ask for.
    #[must_use]
    pub fn with(self, wishes: &[Need]) -> Self {
        let wished = Self::of(self.instance, wishes);
        Self {
            intrusion_prevention: self.intrusion_prevention || wished.intrusion_prevention,
            ..self
        }
    }
}

/// Where facts come from.
pub trait Gather: Send + Sync {
    /// Every instance of the account and Region, each once, page by page.
    fn instances(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Instance>, Error>> + Send;

    /// One instance; `None` where EC2 does not know it.
    fn instance(
        &self,
        id: InstanceId,
    ) -> impl Future<Output = Result<Option<Instance>, Error>> + Send;

    /// What every configured Manager knows of the account, as far as it is asked for. A Manager of
    /// which nothing is known is a gap in it.
    fn inventories(
        &self,
        extract: Extract,
    ) -> impl Future<Output = Result<Arc<Inventories>, Error>> + Send;

    /// What stands between the internet and the instances of the account and Region, with the
    /// instances: both are of one reading, so that no instance is missing in the other. A part that
    /// cannot be read is said to be unread in it.
    fn web(&self) -> impl Future<Output = Result<Web, Error>> + Send;

    /// What became of the findings in the account and Region. Where no ledger is set up that is a
    /// gap in it, and so is what cannot be read of it.
    fn ledgers(&self) -> impl Future<Output = Result<Ledgers, Error>> + Send;

    /// The deployer's own rules in Guard; `None` where none are set up.
    fn guard(&self) -> impl Future<Output = Result<Option<Arc<dyn GuardPolicy>>, Error>> + Send;

    /// The deployer's exceptions: none where none are set up.
    fn exceptions(&self) -> impl Future<Output = Result<Arc<Exceptions>, Error>> + Send;

    /// What an excepted result is. Known also while the exceptions cannot be read.
    fn excepted_as(&self) -> ExceptedAs;

    /// What became of reading every configured Manager, as far as it concerns the account; also of
    /// one that was never read.
    fn health(&self) -> impl Future<Output = Result<Vec<ManagerStatus>, Error>> + Send;

    /// How many events nobody could deal with; `None` where no queue of them is watched.
    fn dead_letters(&self) -> impl Future<Output = Result<Option<u64>, Error>> + Send;
}

/// The web edges of an account and Region, and its instances.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// What stands between the internet and the instances.
    pub edges: WebEdges,
    /// Every instance, each once.
    pub instances: Vec<Instance>,
}

/// Where results go.
pub trait Report: Send + Sync {
    /// What Config shows of a rule, page by page.
    fn results_of_rule(
        &self,
        rule_name: &str,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Present>, Error>> + Send;

    /// What Config shows of a rule and a resource; `None` for nothing.
    fn result_of_resource(
        &self,
        rule_name: &str,
        resource: &Resource,
    ) -> impl Future<Output = Result<Option<Present>, Error>> + Send;

    /// Puts at most [`BATCH`] results, as a test where the token says so, and gives back what
    /// Config did not take of them.
    fn put(
        &self,
        batch: &[Posting],
        token: &ResultToken,
    ) -> impl Future<Output = Result<Vec<Resource>, Error>> + Send;
}

/// The most results that Config takes at once (AWS Config API reference, `PutEvaluations`).
pub const BATCH: usize = 100;

/// A call that did not succeed, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Nobody has to do anything: the same call may succeed later.
    Retryable(Passing, String),
    /// Somebody has to do something before the same call can succeed.
    Permanent(Fault, String),
}

/// What passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// There were too many calls.
    Throttled,
    /// The service, or the way to it, is out of order.
    Unavailable,
    /// Nothing was heard of the call: it may have had its effect.
    Unheard,
}

/// Whose fault a lasting error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The Config rule was deleted or made anew, or the run is over: nobody waits for the result.
    RuleGone,
    /// Nobody's: what the call is about does not exist any more.
    Gone,
    /// Deepgrade, or how it is deployed: a key, a right or a setting is missing or wrong.
    Deployment,
    /// The call: what it asks for is refused as it is, or its answer is not understood. Nobody can
    /// mend that for the same call.
    Refused,
}

impl Error {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Retryable(..))
    }

    /// Whether there were too many calls, so that there should be fewer.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::Retryable(Passing::Throttled, _))
    }

    /// Whether the call may have had its effect all the same.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        matches!(self, Self::Retryable(Passing::Unheard, _))
    }

    /// Whether somebody can mend what the same call failed for.
    #[must_use]
    pub fn is_mendable(&self) -> bool {
        matches!(self, Self::Permanent(Fault::Deployment, _))
    }

    /// Whether nobody waits for the result any more.
    #[must_use]
    pub fn is_rule_gone(&self) -> bool {
        matches!(self, Self::Permanent(Fault::RuleGone, _))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retryable(_, complaint) | Self::Permanent(_, complaint) => {
                formatter.write_str(complaint)
            }
        }
    }
}

impl std::error::Error for Error {}
