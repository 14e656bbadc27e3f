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
    /// What tasks of ECS run on, by ARN; `None` for no instance. Others were not looked at.
    pub hosts: BTreeMap<Box<str>, Option<InstanceId>>,
}

/// The instances that are known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Each with who it belongs to; `None` for one that was looked for and is not there.
    pub instances: BTreeMap<InstanceId, Option<Owned>>,
    /// The accounts and Regions of which they are all. Files may hold a part only.
    pub whole: BTreeSet<Partition>,
}

impl Desk {
    fn instance_of(&self, partition: &Partition, id: InstanceId) -> Result<Option<Owned>, Error> {
        let Some(known) = &self.instances else {
            return Ok(Some(Owned {
                instance: Instance::bare(id, partition.account, partition.region.clone()),
                owner: None,
            }));
        };
        match known.instances.get(&id) {
            Some(found) => Ok(found.clone()),
            None if known.whole.contains(partition) => Ok(None),
            None => Err(unseen(format!(
                "{id} is not among the instances that were read: whether it exists is not known"
            ))),
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
        let host = self.hosts.get(&task.task).copied();
        host.ok_or_else(|| {
            unseen(format!(
                "the instance that task {} runs on cannot be seen from files",
                quoted(&task.task)
            ))
        })
    }

    async fn readers(
        &self,
        _: &Partition,
        bucket: &Bucket,
        _: &BTreeSet<AccountId>,
    ) -> Result<Readers, Error> {
        self.readers.clone().ok_or_else(|| {
            unseen(format!(
                "who may read bucket {} cannot be seen from files",
                quoted(&bucket.name)
            ))
        })
    }
}
