//! A published inventory in memory, and a world that knows nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use deepgrade::{
    deep_security::{Access, ApiKey, Limits, Reader, Scheme},
    inventory::{Condition, ETag, Found, Library, Picture, Publisher, Put, Status, Store},
    ledger::Partition,
    ports::{
        Error, Extract, Fault,
        answering::{
            Act, Asked, Assignments, Changed, Investigate, Notice, Owned, Readers, Shown, Started,
        },
    },
    time::{ManualTime, Time},
};
use jiff::Timestamp;
use remediations::{
    action::{Errand, Place, Target},
    finding::{Bucket, EcsTask, FindingId, Life},
};
use rules::{
    fact::Fact,
    instance::{AccountId, InstanceId},
    inventories::Inventories,
    ledger::Source,
    module::{Module, ModuleState},
    policy::PolicyId,
};
use testbed::{Estate, Manager, Options, SECRET, estate::AS_OF};
use tokio::runtime::Runtime;

pub(crate) fn as_of() -> Timestamp {
    Timestamp::from_millisecond(AS_OF).unwrap()
}

/// A store in memory; clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    someone: Option<(AccountId, InstanceId)>,
}

impl Shelf {
    /// What a Manager of so many computers publishes.
    pub(crate) fn published(runtime: &Runtime, computers: u64) -> Self {
        let manager = Manager::start(Estate::seeded(1, computers), Options::default()).unwrap();
        let time: Arc<dyn Time> = Arc::new(ManualTime::at(as_of()));
        let access = Access {
            name: Some("ds".to_owned()),
            url: manager.url().parse().unwrap(),
            key: ApiKey::new(Scheme::SecretKey, SECRET).unwrap(),
            ca: None,
            limits: Limits::default(),
        };
        let reader = Reader::new(access, Arc::clone(&time)).unwrap();
        let mut shelf = Self::default();
        runtime.block_on(async {
            let inventory = reader.inventory(&|_| {}).await.unwrap().inventory;
            let linked = inventory.computers().iter().filter_map(|computer| {
                let link = computer.instance.as_ref()?;
                let Fact::Known(id) = link.id else {
                    return None;
                };
                let is_managed = computer.agent.is_managed() == Ok(true);
                let region = link.region.as_ref().map(ToString::to_string);
                let is_here = region.is_some_and(|region| region == "eu-west-1");
                (is_managed && is_here).then_some((link.account?, id))
            });
            shelf.someone = linked.into_iter().next();
            let publisher = Publisher::new(&shelf, vec!["ds".to_owned()], time);
            let picture = Picture::from(inventory);
            publisher
                .publish(&picture, Status::default())
                .await
                .unwrap();
        });
        shelf
    }

    /// A managed instance, and its account.
    pub(crate) fn someone(&self) -> (AccountId, InstanceId) {
        self.someone.unwrap()
    }
}

impl Store for Shelf {
    async fn get(&self, key: &str, known: Option<&ETag>) -> Result<Found, Error> {
        let objects = self.objects.lock().unwrap();
        Ok(match objects.get(key) {
            None => Found::Missing,
            Some(bytes) => {
                let etag = ETag(bytes.len().to_string());
                match known {
                    Some(known) if *known == etag => Found::Unchanged,
                    _ => Found::Object {
                        bytes: bytes.clone(),
                        etag,
                    },
                }
            }
        })
    }

    async fn put(&self, key: &str, bytes: Vec<u8>, _: &Condition) -> Result<Put, Error> {
        let etag = ETag(bytes.len().to_string());
        self.objects.lock().unwrap().insert(key.to_owned(), bytes);
        Ok(Put::Done(etag))
    }

    async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        let mut objects = self.objects.lock().unwrap();
        for key in keys {
            objects.remove(key);
        }
        Ok(())
    }
}

/// What a call means that should not be made here: the answer would not be the one that is measured.
fn not_asked(since: &str) -> Error {
    Error::Permanent(Fault::Deployment, format!("nobody asks, since {since}"))
}

/// A world of which only the published inventory is asked.
#[derive(Clone, Debug)]
pub(crate) struct World(pub(crate) Arc<Library<Shelf>>);

impl Investigate for World {
    async fn inventories(&self, _: AccountId) -> Result<Arc<Inventories>, Error> {
        let all = Extract {
            intrusion_prevention: true,
            ..Extract::default()
        };
        self.0.extract(all).await
    }

    async fn look_up(&self, _: AccountId, _: InstanceId) -> Result<Arc<Inventories>, Error> {
        Err(not_asked("the inventory shows the computer"))
    }

    async fn instance(&self, _: &Partition, _: InstanceId) -> Result<Option<Owned>, Error> {
        Err(not_asked("the computer is managed"))
    }

    async fn existing(
        &self,
        _: &Partition,
        instances: &BTreeSet<InstanceId>,
    ) -> Result<BTreeSet<InstanceId>, Error> {
        Ok(instances.clone())
    }

    async fn lives(
        &self,
        _: &Partition,
        _: Source,
        _: &BTreeSet<FindingId>,
    ) -> Result<BTreeMap<FindingId, Life>, Error> {
        Ok(BTreeMap::new())
    }

    async fn host_of_task(&self, _: &Partition, _: &EcsTask) -> Result<Option<InstanceId>, Error> {
        Ok(None)
    }

    async fn readers(
        &self,
        _: &Partition,
        _: &Bucket,
        _: &BTreeSet<AccountId>,
    ) -> Result<Readers, Error> {
        Ok(Readers::default())
    }
}

impl Act for World {
    async fn shown(&self, _: &Place, _: Errand) -> Result<Option<Shown>, Error> {
        Err(not_asked("acting is off"))
    }

    async fn start(&self, _: &Place, _: Errand, _: Asked) -> Result<(), Error> {
        Err(not_asked("acting is off"))
    }

    async fn assignments(
        &self,
        _: &str,
        _: Target,
        _: Module,
    ) -> Result<Option<Assignments>, Error> {
        Err(not_asked("acting is off"))
    }

    async fn assign(
        &self,
        _: &str,
        _: Target,
        _: Module,
        _: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        Err(not_asked("acting is off"))
    }

    async fn assign_policy(&self, _: &Place, _: PolicyId) -> Result<Changed, Error> {
        Err(not_asked("acting is off"))
    }

    async fn enable_module(&self, _: &Place, _: Module, _: ModuleState) -> Result<Changed, Error> {
        Err(not_asked("acting is off"))
    }

    async fn notify(&self, _: &Notice) -> Result<(), Error> {
        Err(not_asked("acting is off"))
    }

    async fn start_response_rules(&self, _: &Partition) -> Result<Started, Error> {
        Ok(Started::Now)
    }
}
