//! The ports of answering, in AWS and the Managers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use remediations::{
    action::{Errand, Place, Target},
    finding::{Bucket, EcsTask, FindingId, Life},
};
use rules::{
    CATALOGUE,
    facts::Need,
    instance::{AccountId, InstanceId, Region},
    inventories::Inventories,
    ledger::Source,
    module::{Module, ModuleState},
    policy::PolicyId,
};

use super::accounts::Accounts;
use crate::{
    aws::{
        access,
        clients::Clients,
        findings::{Findings, Presence},
        instances,
        location::S3Location,
        response_rules,
        secrets::SecretsManager,
        store::S3Store,
        tasks, topic,
    },
    inventory::Library,
    ledger::Partition,
    managers::{Doors, Managers, joined},
    ports::{
        Error, Extract, Fault,
        answering::{
            Act, Asked, Assignments, Changed, Investigate, Notice, Owned, Readers, Shown, Started,
        },
    },
    time::Time,
};

/// The environment variable with the ARN of the topic by which teams are told.
pub(super) const TOPIC: &str = "DEEPGRADE_TOPIC";

/// What of the inventory is read: all of an account, with the IPS rules.
const EXTRACT: Extract = Extract {
    instance: None,
    intrusion_prevention: true,
};

/// AWS and the Managers.
#[derive(Clone, Debug)]
pub(super) struct World(Arc<Parts>);

/// What the world is made of.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) accounts: Accounts,
    pub(super) managers: Managers<Doors<SecretsManager>>,
    /// By which the inventory is reached.
    pub(super) hub: Arc<Clients>,
    /// Where the inventory is published.
    pub(super) place: S3Location,
    /// The ARN of the topic by which teams are told; `None` where none is set up.
    pub(super) topic: Option<String>,
    /// The tag of an instance that names its team.
    pub(super) owner_tag: String,
    pub(super) time: Arc<dyn Time>,
    /// What was read of the inventory, by account.
    pub(super) libraries: Mutex<BTreeMap<AccountId, Arc<Library<S3Store>>>>,
}

impl World {
    pub(super) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The Managers.
    pub(super) fn managers(&self) -> &Managers<Doors<SecretsManager>> {
        &self.0.managers
    }

    /// The accounts and Regions that are reached.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// What an account is told of findings in a Region.
    async fn lives_seen_from(
        &self,
        partition: &Partition,
        source: Source,
        findings: &BTreeSet<FindingId>,
    ) -> Result<BTreeMap<FindingId, Life>, Error> {
        let clients = self.0.accounts.clients(partition).await?;
        let region = &partition.region;
        let findings: Vec<FindingId> = findings.iter().cloned().collect();
        let Some(source) = Findings::of(&clients, partition.account, region, source).await? else {
            return Ok(BTreeMap::new());
        };
        let present = source.present(&findings).await?.into_iter();
        let life = |(id, presence)| match presence {
            Presence::Known(finding) => Some((id, finding.life)),
            Presence::Malformed(_) | Presence::Gone => None,
        };
        Ok(present.filter_map(life).collect())
    }

    fn library(&self, account: AccountId) -> Arc<Library<S3Store>> {
        let libraries = self.0.libraries.lock();
        let mut libraries = libraries.unwrap_or_else(PoisonError::into_inner);
        let library = libraries.entry(account).or_insert_with(|| {
            let store = S3Store::new(Arc::clone(&self.0.hub), self.0.place.clone());
            Arc::new(Library::new(store, account))
        });
        Arc::clone(library)
    }
}

impl Investigate for World {
    async fn inventories(&self, account: AccountId) -> Result<Arc<Inventories>, Error> {
        self.library(account).extract(EXTRACT).await
    }

    async fn look_up(
        &self,
        account: AccountId,
        instance: InstanceId,
    ) -> Result<Arc<Inventories>, Error> {
        let live = self.0.managers.look_up(instance).await?;
        // Without what was published there are no policies and no rules, and plans say so.
        let published = self.inventories(account).await.unwrap_or_default();
        let joined = joined(live, &published);
        let joined = joined.map_err(|what| Error::Permanent(Fault::Deployment, what))?;
        let joined = joined.into_iter().map(Ok).collect();
        Ok(Arc::new(Inventories::new(joined)))
    }

    async fn instance(
        &self,
        partition: &Partition,
        instance: InstanceId,
    ) -> Result<Option<Owned>, Error> {
        let clients = self.0.accounts.clients(partition).await?;
        let region = &partition.region;
        instances::owned(clients.ec2(), region, instance, &self.0.owner_tag).await
    }

    async fn existing(
        &self,
        partition: &Partition,
        instances: &BTreeSet<InstanceId>,
    ) -> Result<BTreeSet<InstanceId>, Error> {
        let clients = self.0.accounts.clients(partition).await?;
        instances::existing(clients.ec2(), &partition.region, instances).await
    }

    async fn lives(
        &self,
        partition: &Partition,
        source: Source,
        findings: &BTreeSet<FindingId>,
    ) -> Result<BTreeMap<FindingId, Life>, Error> {
        let mut lives = self.lives_seen_from(partition, source, findings).await?;
        // What a job of the administrator found in a member, the member does not see (Amazon Macie
        // user guide, "Macie administrator and member account relationships").
        let administrator = self.0.accounts.own_in(&partition.region);
        let unseen = findings.iter().filter(|id| !lives.contains_key(*id));
        let unseen: BTreeSet<FindingId> = unseen.cloned().collect();
        if source == Source::Macie && administrator != *partition && !unseen.is_empty() {
            lives.extend(
                self.lives_seen_from(&administrator, source, &unseen)
                    .await?,
            );
        }
        Ok(lives)
    }

    async fn host_of_task(
        &self,
        partition: &Partition,
        task: &EcsTask,
    ) -> Result<Option<InstanceId>, Error> {
        let clients = self.0.accounts.clients(partition).await?;
        tasks::host(clients.ecs(), task).await
    }

    async fn readers(
        &self,
        partition: &Partition,
        bucket: &Bucket,
        others: &BTreeSet<AccountId>,
    ) -> Result<Readers, Error> {
        let accounts = &self.0.accounts;
        let clients = accounts.clients(partition).await?;
        let region = &partition.region;
        access::readers(
            &clients,
            &Elsewhere { accounts, region },
            (accounts.aws(), partition.account),
            bucket,
            others,
            self.0.time.as_ref(),
        )
        .await
    }
}

/// The other accounts, by their clients in a Region.
struct Elsewhere<'a> {
    accounts: &'a Accounts,
    region: &'a Region,
}

impl access::Members for Elsewhere<'_> {
    async fn clients(&self, account: AccountId) -> Result<Arc<Clients>, Error> {
        let region = self.region.clone();
        self.accounts.clients(&Partition { account, region }).await
    }
}

impl Act for World {
    async fn shown(&self, computer: &Place, errand: Errand) -> Result<Option<Shown>, Error> {
        self.0.managers.shown(computer, errand).await
    }

    async fn start(&self, computer: &Place, errand: Errand, asked: Asked) -> Result<(), Error> {
        self.0.managers.start(computer, errand, asked).await
    }

    async fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> Result<Option<Assignments>, Error> {
        self.0.managers.assignments(manager, target, module).await
    }

    async fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> Result<BTreeSet<u64>, Error> {
        self.0.managers.assign(manager, target, module, rules).await
    }

    async fn assign_policy(&self, computer: &Place, policy: PolicyId) -> Result<Changed, Error> {
        self.0.managers.assign_policy(computer, policy).await
    }

    async fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> Result<Changed, Error> {
        self.0.managers.enable_module(computer, module, state).await
    }

    async fn notify(&self, notice: &Notice) -> Result<(), Error> {
        let Some(topic) = &self.0.topic else {
            let line = format!("{TOPIC} is not set: nobody can be told");
            return Err(Error::Permanent(Fault::Deployment, line));
        };
        topic::publish(self.0.accounts.own().sns(), topic, notice).await
    }

    async fn start_response_rules(&self, partition: &Partition) -> Result<Started, Error> {
        let clients = self.0.accounts.clients(partition).await?;
        let reads_ledger = |rule: &&&rules::Rule| {
            let needs = rule.subject.needs();
            needs.contains(&Need::Ledger.word())
        };
        let rules = CATALOGUE.iter().filter(reads_ledger);
        let names: Vec<String> = rules.map(|rule| format!("ds-{}", rule.id)).collect();
        let names = response_rules::named(clients.config(), &names).await?;
        response_rules::start(clients.config(), &names).await
    }
}
