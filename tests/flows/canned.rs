//! A world in the place of EC2 and the inventories.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use deepgrade::ports::{Error, Extract, Gather, Page, Web};
use jiff::Timestamp;
use rules::{
    Gap,
    exceptions::{ExceptedAs, Exceptions},
    gap,
    guard::GuardPolicy,
    health::ManagerStatus,
    instance::{Instance, InstanceId},
    inventories::Inventories,
    inventory::Inventory,
    ledger::Ledgers,
    web::WebEdges,
};
use serde_json::{Value, json};

/// What EC2 and the Managers know.
#[derive(Debug, Default)]
pub(crate) struct Canned {
    pub(crate) instances: Mutex<BTreeMap<InstanceId, Instance>>,
    pub(crate) inventories: Arc<Mutex<Arc<Inventories>>>,
    /// The Manager's IPS rules are damaged: whoever asks for them gets nothing of it.
    pub(crate) rules_are_damaged: AtomicBool,
    pub(crate) edges: Mutex<WebEdges>,
    pub(crate) ledgers: Mutex<Ledgers>,
    pub(crate) guard: Mutex<Option<Arc<dyn GuardPolicy>>>,
    /// What the inventory function wrote down of the Managers.
    pub(crate) managers: Mutex<Vec<ManagerStatus>>,
    pub(crate) dead_letters: Mutex<Option<u64>>,
    pub(crate) exceptions: Mutex<Arc<Exceptions>>,
    /// Why the exceptions cannot be read, where they cannot.
    pub(crate) unread_exceptions: Mutex<Option<Error>>,
    /// How often each question was asked: pages of instances, one instance, inventories.
    pub(crate) asked: [AtomicUsize; 3],
}

impl Canned {
    pub(crate) fn asked(&self) -> [usize; 3] {
        [0, 1, 2].map(|question| self.asked[question].load(Relaxed))
    }

    pub(crate) fn add(&self, instance: Instance) {
        let mut instances = self.instances.lock().unwrap();
        instances.insert(instance.id, instance);
    }

    /// Nothing is known of any Manager.
    pub(crate) fn know_nothing(&self) {
        *self.inventories.lock().unwrap() = Arc::default();
    }

    /// An inventory in which these instances have a computer, with a policy or without.
    pub(crate) fn know(&self, taken: Timestamp, computers: impl IntoIterator<Item = (u64, bool)>) {
        let inventories = Inventories::new(vec![Ok(inventory(taken, computers))]);
        *self.inventories.lock().unwrap() = Arc::new(inventories);
    }
}

impl Gather for Canned {
    async fn instances(&self, page: Option<&str>) -> Result<Page<Instance>, Error> {
        const PAGE: usize = 1_000;
        self.asked[0].fetch_add(1, Relaxed);
        let from: usize = page.map_or(0, |page| page.parse().unwrap());
        let instances = self.instances.lock().unwrap();
        let items: Vec<_> = instances.values().skip(from).take(PAGE).cloned().collect();
        let next = from + items.len();
        Ok(Page {
            items,
            next: (next < instances.len()).then(|| next.to_string()),
        })
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<Instance>, Error> {
        self.asked[1].fetch_add(1, Relaxed);
        Ok(self.instances.lock().unwrap().get(&id).cloned())
    }

    async fn inventories(&self, extract: Extract) -> Result<Arc<Inventories>, Error> {
        self.asked[2].fetch_add(1, Relaxed);
        if extract.intrusion_prevention && self.rules_are_damaged.load(Relaxed) {
            let gap = Gap::retryable(&gap::INVENTORY_MISSING, "the inventory is damaged");
            return Ok(Arc::new(Inventories::new(vec![Err(gap)])));
        }
        Ok(self.inventories.lock().unwrap().clone())
    }

    async fn web(&self) -> Result<Web, Error> {
        Ok(Web {
            edges: self.edges.lock().unwrap().clone(),
            instances: self.instances.lock().unwrap().values().cloned().collect(),
        })
    }

    async fn ledgers(&self) -> Result<Ledgers, Error> {
        Ok(self.ledgers.lock().unwrap().clone())
    }

    async fn guard(&self) -> Result<Option<Arc<dyn GuardPolicy>>, Error> {
        Ok(self.guard.lock().unwrap().clone())
    }

    async fn exceptions(&self) -> Result<Arc<Exceptions>, Error> {
        match self.unread_exceptions.lock().unwrap().clone() {
            Some(error) => Err(error),
            None => Ok(self.exceptions.lock().unwrap().clone()),
        }
    }

    fn excepted_as(&self) -> ExceptedAs {
        self.exceptions.lock().unwrap().terms().excepted_as
    }

    async fn health(&self) -> Result<Vec<ManagerStatus>, Error> {
        Ok(self.managers.lock().unwrap().clone())
    }

    async fn dead_letters(&self) -> Result<Option<u64>, Error> {
        Ok(*self.dead_letters.lock().unwrap())
    }
}

pub(crate) fn id(number: u64) -> InstanceId {
    format!("i-{number:017x}").parse().unwrap()
}

/// A running instance that is long out of its grace period.
pub(crate) fn instance(number: u64) -> Instance {
    serde_json::from_value(json!({
        "id": id(number),
        "account": super::message::ACCOUNT,
        "region": "us-east-1",
        "state": "running",
        "launched": "2026-11-20T09:58:00Z",
    }))
    .unwrap()
}

fn inventory(taken: Timestamp, computers: impl IntoIterator<Item = (u64, bool)>) -> Inventory {
    of_computers(taken, computers.into_iter().map(|(number, has_policy)| {
        json!({
            "id": number + 1,
            "name": format!("web-{number}"),
            "instance": {"id": id(number), "account": super::message::ACCOUNT, "source": "connector"},
            "policy": if has_policy { json!(3) } else { Value::Null },
        })
    }))
}

/// An inventory that holds these computers.
pub(crate) fn of_computers(
    taken: Timestamp,
    computers: impl IntoIterator<Item = Value>,
) -> Inventory {
    let computers: Vec<Value> = computers.into_iter().collect();
    serde_json::from_value(json!({
        "schemaVersion": "1",
        "manager": "first",
        "takenAt": taken,
        "completeness": "complete",
        "computers": computers,
        "policies": [{"id": 3, "name": "Web Server", "engineMode": "Inline"}],
    }))
    .unwrap()
}
