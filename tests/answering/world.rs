//! The world around the flow: a real client of a simulated Manager, and what AWS would say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use deepgrade::{
    deep_security::{Access, ApiKey, Limits, Reader, Scheme, operator::Operator},
    ledger::Partition,
    managers::{Managers, joined},
    ports::{
        Error, Fault, Passing,
        answering::{
            Act, Asked, Assignments, BucketReader, Changed, Investigate, Notice, Owned, Readers,
            Shown, Started,
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
    Gap,
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, InstanceState, Region},
    inventories::Inventories,
    ledger::Source,
    module::{Module, ModuleState},
    policy::PolicyId,
};
use testbed::{Manager, SECRET};

use super::crash::Crash;

/// What a test sets, and what it looks at afterwards.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// What was published; nothing for an inventory that cannot be read.
    pub(crate) published: Option<Arc<Inventories>>,
    /// The instances that EC2 knows, with their owners.
    pub(crate) instances: BTreeMap<InstanceId, Option<String>>,
    /// Those that are terminated.
    pub(crate) terminated: BTreeSet<InstanceId>,
    /// Where tasks of ECS run.
    pub(crate) tasks: BTreeMap<String, InstanceId>,
    /// Whether nothing can be seen of who may read a bucket.
    pub(crate) bucket_unread: bool,
    /// What cannot be seen of who may read a bucket.
    pub(crate) reader_gaps: Vec<Gap>,
    /// Whose roles may read a bucket.
    pub(crate) readers: Vec<InstanceId>,
    /// The Region that they run in, where it is not that of the bucket.
    pub(crate) readers_in: Option<Region>,
    /// Whose roles in other accounts may read it, where, or why those accounts cannot be read.
    pub(crate) elsewhere: BTreeMap<AccountId, Result<Vec<(InstanceId, Region)>, Gap>>,
    /// What the sources say of findings by now.
    pub(crate) lives: BTreeMap<FindingId, Life>,
    /// Whether messages are lost.
    pub(crate) messages_fail: bool,
    /// Whether AWS Config refuses to start rules.
    pub(crate) starts_fail: bool,
    /// What teams were told.
    pub(crate) notices: Vec<Notice>,
    /// How often response rules were started, and when by the clock.
    pub(crate) starts: Vec<Timestamp>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) scene: Arc<Mutex<Scene>>,
    pub(crate) managers: Managers<Vec<Arc<Operator>>>,
    pub(crate) crash: Crash,
    pub(crate) time: Arc<ManualTime>,
}

fn access(manager: &Manager) -> Access {
    Access {
        name: Some("ds".to_owned()),
        url: manager.url().parse().unwrap(),
        key: ApiKey::new(Scheme::SecretKey, SECRET).unwrap(),
        ca: None,
        limits: Limits {
            connect: std::time::Duration::from_secs(20),
            ..Limits::default()
        },
    }
}

/// What a reader of the Manager publishes now.
pub(crate) async fn publish(manager: &Manager, time: &Arc<ManualTime>) -> Arc<Inventories> {
    let reader = Reader::new(access(manager), Arc::clone(time) as Arc<dyn Time>).unwrap();
    let reading = reader.inventory(&|_| {}).await.unwrap();
    Arc::new(Inventories::new(vec![Ok(reading.inventory)]))
}

impl World {
    pub(crate) fn new(manager: &Manager, time: &Arc<ManualTime>, crash: &Crash) -> Self {
        let operator = Operator::new(access(manager), Arc::clone(time) as Arc<dyn Time>);
        Self {
            scene: Arc::default(),
            managers: Managers(vec![Arc::new(operator.unwrap())]),
            crash: crash.clone(),
            time: Arc::clone(time),
        }
    }

    async fn seen<T>(&self, look: impl FnOnce(&mut Scene) -> T) -> Result<T, Error> {
        self.crash
            .around(async { Ok(look(&mut self.scene.lock().unwrap())) })
            .await
    }
}

fn down(what: &str) -> Error {
    Error::Retryable(Passing::Unavailable, what.to_owned())
}

impl Investigate for World {
    async fn inventories(&self, _: AccountId) -> Result<Arc<Inventories>, Error> {
        let published = self.seen(|scene| scene.published.clone()).await?;
        published.ok_or_else(|| down("no inventory can be read"))
    }

    async fn look_up(&self, _: AccountId, instance: InstanceId) -> Result<Arc<Inventories>, Error> {
        let live = self.crash.around(self.managers.look_up(instance)).await?;
        let published = self
            .scene
            .lock()
            .unwrap()
            .published
            .clone()
            .unwrap_or_default();
        let joined = joined(live, &published);
        let joined = joined.map_err(|what| Error::Permanent(Fault::Deployment, what))?;
        Ok(Arc::new(Inventories::new(
            joined.into_iter().map(Ok).collect(),
        )))
    }

    async fn instance(
        &self,
        partition: &Partition,
        id: InstanceId,
    ) -> Result<Option<Owned>, Error> {
        let (known, is_terminated) = self
            .seen(|scene| {
                (
                    scene.instances.get(&id).cloned(),
                    scene.terminated.contains(&id),
                )
            })
            .await?;
        let state = match is_terminated {
            true => InstanceState::Terminated,
            false => InstanceState::Running,
        };
        Ok(known.map(|owner| Owned {
            instance: Instance {
                state: Fact::Known(state),
                ..Instance::bare(id, partition.account, partition.region.clone())
            },
            owner: owner.map(Into::into),
        }))
    }

    async fn existing(
        &self,
        _: &Partition,
        instances: &BTreeSet<InstanceId>,
    ) -> Result<BTreeSet<InstanceId>, Error> {
        let exists = |scene: &mut Scene| {
            let exist = |id: &&InstanceId| {
                scene.instances.contains_key(id) && !scene.terminated.contains(id)
            };
            instances.iter().filter(exist).copied().collect()
        };
        self.seen(exists).await
    }

    async fn lives(
        &self,
        partition: &Partition,
        _: Source,
        findings: &BTreeSet<FindingId>,
    ) -> Result<BTreeMap<FindingId, Life>, Error> {
        // A source knows what it found in its own Region only.
        if partition.region != region() {
            return Ok(BTreeMap::new());
        }
        let known = |scene: &mut Scene| {
            let lives = scene
                .lives
                .iter()
                .filter(|(finding, _)| findings.contains(finding));
            lives
                .map(|(finding, life)| (finding.clone(), *life))
                .collect()
        };
        self.seen(known).await
    }

    async fn host_of_task(
        &self,
        _: &Partition,
        task: &EcsTask,
    ) -> Result<Option<InstanceId>, Error> {
        self.seen(|scene| scene.tasks.get(&*task.task).copied())
            .await
    }

    async fn readers(
        &self,
        partition: &Partition,
        _: &Bucket,
        _: &BTreeSet<AccountId>,
    ) -> Result<Readers, Error> {
        let look = |scene: &mut Scene| {
            if scene.bucket_unread {
                let line = "s3:GetBucketPolicy: access denied".to_owned();
                return Err(Error::Permanent(Fault::Deployment, line));
            }
            let reader = |account, instance, region: &Region| BucketReader {
                instance,
                account,
                region: region.clone(),
                trail: vec!["role web may read it".into()],
            };
            let runs_in = scene.readers_in.as_ref().unwrap_or(&partition.region);
            let own = scene.readers.iter();
            let own = own.map(|instance| reader(partition.account, *instance, runs_in));
            let mut readers = Readers {
                instances: own.collect(),
                gaps: scene.reader_gaps.clone(),
                elsewhere: Vec::new(),
            };
            for (account, found) in &scene.elsewhere {
                match found {
                    Ok(found) => readers.instances.extend(
                        found
                            .iter()
                            .map(|(instance, region)| reader(*account, *instance, region)),
                    ),
                    Err(gap) => readers.elsewhere.push((*account, gap.clone())),
                }
            }
            Ok(readers)
        };
        self.seen(look).await?
    }
}

impl Act for World {
    async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        self.crash
            .around(self.managers.shown(computer, errand))
            .await
    }

    async fn start(&self, computer: &Place, errand: Errand, asked: Asked) -> Result<(), Error> {
        self.crash
            .around(self.managers.start(computer, errand, asked))
            .await
    }

    async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        self.crash
            .around(self.managers.assignments(manager, target, module))
            .await
    }

    async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        self.crash
            .around(self.managers.assign(manager, target, module, rules))
            .await
    }

    async fn assign_policy(&self, computer: &Place, policy: PolicyId) -> Result<Changed, Error> {
        self.crash
            .around(self.managers.assign_policy(computer, policy))
            .await
    }

    async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        self.crash
            .around(self.managers.enable_module(computer, module, state))
            .await
    }

    async fn notify(&self, notice: &Notice) -> Result<(), Error> {
        let sent = self.seen(|scene| {
            if scene.messages_fail {
                return Err(down("the topic cannot be reached"));
            }
            scene.notices.push(notice.clone());
            Ok(())
        });
        sent.await?
    }

    async fn start_response_rules(&self, _: &Partition) -> Result<Started, Error> {
        let now = self.time.now();
        let started = self.seen(|scene| {
            if scene.starts_fail {
                return Started::TooSoon;
            }
            scene.starts.push(now);
            Started::Now
        });
        started.await
    }
}

/// The Region of every test.
pub(crate) fn region() -> Region {
    "eu-west-1".parse().unwrap()
}
