//! What a plan is made of, gathered beforehand: for the command line, where a plan is made of what
//! is in files, or was just read, and nobody is asked anything in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use remediations::finding::{Bucket, EcsTask, FindingId, Life};
use rules::{
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, InstanceState},
    inventories::Inventories,
    ledger::Source,
    text::quoted,
};

use crate::{
    ledger::Partition,
    ports::{
        Error, Fault,
        answering::{Investigate, Owned, Readers},
    },
};

/// What was gathered.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// What every configured Manager knows.
    pub inventories: Arc<Inventories>,
    /// The instances that are known; `None` where nobody looked: an instance that a finding cites
    /// is taken to exist then.
    pub instances: Option<Known>,
    /// The instances whose roles may read or write the bucket of the finding; `None` where nobody
    /// looked.
    pub readers: Option<Readers>,
}

/// The instances that are known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Each with who it belongs to.
    pub instances: BTreeMap<InstanceId, Owned>,
    /// Whether an instance that is not among them is no more. Files may hold a part only.
    pub are_all: bool,
}

impl Desk {
    fn instance_of(&self, partition: &Partition, id: InstanceId) -> Result<Option<Owned>, Error> {
        let Some(known) = &self.instances else {
            return Ok(Some(Owned {
                instance: Instance {
                    id,
                    account: Some(partition.account),
                    region: Some(partition.region.clone()),
                    name: None,
                    state: Fact::Missing,
                    attached: Fact::Missing,
                    launched: Fact::Missing,
                },
                owner: None,
            }));
        };
        match known.instances.get(&id) {
            None if !known.are_all => Err(unseen(format!(
                "{id} is not in the files of instances: whether it exists is not known"
            ))),
            found => Ok(found.cloned()),
        }
    }
}

fn unseen(what: String) -> Error {
    Error::Permanent(Fault::Deployment, what)
}

impl Investigate for Desk {
    async fn inventories(&self, _: AccountId) -> Result<Arc<Inventories>, Error> {
        Ok(Arc::clone(&self.inventories))
    }

    async fn look_up(&self, _: AccountId, _: InstanceId) -> Result<Arc<Inventories>, Error> {
        Ok(Arc::clone(&self.inventories))
    }

    async fn instance(
        &self,
        partition: &Partition,
        instance: InstanceId,
    ) -> Result<Option<Owned>, Error> {
        self.instance_of(partition, instance)
    }

    async fn existing(
        &self,
        partition: &Partition,
        instances: &BTreeSet<InstanceId>,
    ) -> Result<BTreeSet<InstanceId>, Error> {
        // One of which that is not known is not said to be gone.
        let exists = |id: &&InstanceId| match self.instance_of(partition, **id) {
            Ok(Some(owned)) => owned.instance.state != Fact::Known(InstanceState::Terminated),
            Ok(None) => false,
            Err(_) => true,
        };
        Ok(instances.iter().filter(exists).copied().collect())
    }

    /// Nobody is asked, so that every finding is one that its source still stands by.
    async fn lives(
        &self,
        _: &Partition,
        _: Source,
        findings: &BTreeSet<FindingId>,
    ) -> Result<BTreeMap<FindingId, Life>, Error> {
        let lives = findings.iter().cloned();
        Ok(lives.map(|finding| (finding, Life::Active)).collect())
    }

    async fn host_of_task(
        &self,
        _: &Partition,
        task: &EcsTask,
    ) -> Result<Option<InstanceId>, Error> {
        Err(unseen(format!(
            "the instance that task {} runs on cannot be seen from files",
            quoted(&task.task)
        )))
    }

    async fn readers(&self, _: &Partition, bucket: &Bucket) -> Result<Readers, Error> {
        self.readers.clone().ok_or_else(|| {
            unseen(format!(
                "who may read bucket {} cannot be seen from files",
                quoted(&bucket.name)
            ))
        })
    }
}
