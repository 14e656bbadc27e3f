//! A recorded event of AWS Config, run again: facts come from files, and what would be put is only
//! written down.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rules::{
    exceptions::{ExceptedAs, Exceptions},
    guard::GuardPolicy,
    health::{KeyExpiry, ManagerStatus, Picture},
    instance::{Instance, InstanceId},
    inventories::Inventories,
    ledger::Ledgers,
    web::WebEdges,
};

use crate::{
    evaluation::Fleet,
    event::config::ConfigEvent,
    grade::{Flow, Outcome},
    ports::{Error, Extract, Fault, Gather, Page, Report, Web},
    posting::{Posting, Present, Resource, ResultToken},
    time::ManualTime,
};

/// The longest that Lambda grants a run.
const GRANTED: Duration = Duration::from_secs(15 * 60);

/// What became of a replay.
#[derive(Debug)]
pub struct Replay {
    /// The time of the replay.
    pub as_of: Timestamp,
    /// What became of the run.
    pub outcome: Outcome,
    /// What would be put, by resource.
    pub postings: Vec<Posting>,
}

/// Runs an event on a fleet, of which only the instances of the event's account and Region count, with
/// these exceptions.
pub async fn replay(event: &ConfigEvent, mut fleet: Fleet, exceptions: Arc<Exceptions>) -> Replay {
    fleet.instances.retain(|instance| {
        let account = instance
            .account
            .is_none_or(|account| account == event.account);
        let region = instance.region.as_ref();
        account && region.is_none_or(|region| *region == event.region)
    });
    let as_of = fleet.as_of;
    let flow = Flow {
        gather: &Saved {
            instances: fleet.instances,
            inventories: Arc::new(fleet.inventories),
            web_edges: fleet.web_edges,
            ledgers: fleet.ledgers,
            guard: fleet.guard,
            exceptions,
        },
        report: &WrittenDown::default(),
        time: &ManualTime::at(as_of),
    };
    let outcome = flow.run(event, GRANTED).await;
    let mut postings = flow.report.postings();
    postings.sort_by(|one, other| one.resource().cmp(other.resource()));
    Replay {
        as_of,
        outcome,
        postings,
    }
}

/// Facts that were read before.
struct Saved {
    instances: Vec<Instance>,
    inventories: Arc<Inventories>,
    web_edges: WebEdges,
    ledgers: Ledgers,
    guard: Option<Arc<dyn GuardPolicy>>,
    exceptions: Arc<Exceptions>,
}

impl Gather for Saved {
    async fn instances(&self, _page: Option<&str>) -> Result<Page<Instance>, Error> {
        Ok(Page {
            items: self.instances.clone(),
            next: None,
        })
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, Error> {
        let found = self.instances.iter().find(|instance| instance.id == id);
        Ok(found.cloned())
    }

    async fn inventories(&self, _: Extract) -> Result<Arc<Inventories>, Error> {
        Ok(Arc::clone(&self.inventories))
    }

    async fn web(&self) -> Result<Web, Error> {
        Ok(Web {
            edges: self.web_edges.clone(),
            instances: self.instances.clone(),
        })
    }

    async fn ledgers(&self) -> Result<Ledgers, Error> {
        Ok(self.ledgers.clone())
    }

    async fn guard(&self) -> Result<Option<Arc<dyn GuardPolicy>>, Error> {
        Ok(self.guard.clone())
    }

    async fn exceptions(&self) -> Result<Arc<Exceptions>, Error> {
        Ok(Arc::clone(&self.exceptions))
    }

    fn excepted_as(&self) -> ExceptedAs {
        self.exceptions.terms().excepted_as
    }

    /// Files hold inventories, and nothing of how they were read.
    async fn health(&self) -> Result<Vec<ManagerStatus>, Error> {
        let statuses = self.inventories.readable().map(|inventory| ManagerStatus {
            manager: inventory.manager().to_owned(),
            inventory: Some(Picture {
                taken_at: inventory.taken_at(),
                completeness: inventory.completeness(),
            }),
            checked_at: None,
            problem: None,
            key_expires: KeyExpiry::Unknown,
            clock_skew_seconds: None,
            is_withheld: false,
        });
        Ok(statuses.collect())
    }

    async fn dead_letters(&self) -> Result<Option<u64>, Error> {
        Ok(None)
    }
}

/// Results that go nowhere.
#[derive(Default)]
struct WrittenDown(Mutex<Vec<Posting>>);

impl WrittenDown {
    fn postings(&self) -> Vec<Posting> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Report for WrittenDown {
    /// Of a rule that Config shows nothing of, everything that applies is put.
    async fn results_of_rule(
        &self,
        _rule_name: &str,
        _page: Option<&str>,
    ) -> Result<Page<Present>, Error> {
        Ok(Page {
            items: Vec::new(),
            next: None,
        })
    }

    /// Whatever Config shows of one instance, the result is put.
    async fn result_of_resource(
        &self,
        _rule_name: &str,
        _resource: &Resource,
    ) -> Result<Option<Present>, Error> {
        let complaint = "a replay does not ask AWS Config".to_owned();
        Err(Error::Permanent(Fault::Deployment, complaint))
    }

    async fn put(&self, batch: &[Posting], _token: &ResultToken) -> Result<Vec<Resource>, Error> {
        let mut postings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        postings.extend_from_slice(batch);
        Ok(Vec::new())
    }
}
