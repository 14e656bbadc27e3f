//! The ports of answering: [`Investigate`] for what a plan is made of, [`Act`] for what it does.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use remediations::{
    action::{Errand, Place, Target},
    finding::{Bucket, EcsTask, FindingId, Life},
};
use rules::{
    Gap,
    instance::{AccountId, Instance, InstanceId, Region},
    inventories::Inventories,
    ledger::Source,
    module::{Module, ModuleState},
    policy::PolicyId,
};

use super::Error;
use crate::ledger::{LedgerId, Partition};

/// Where the facts of a situation come from.
pub trait Investigate: Send + Sync {
    /// What every configured Manager knows of the account, as it was published last, with the IPS
    /// rules.
    fn inventories(
        &self,
        account: AccountId,
    ) -> impl Future<Output = Result<Arc<Inventories>, Error>> + Send;

    /// What every configured Manager knows of one instance just now. It holds no computer of
    /// another instance.
    fn look_up(
        &self,
        account: AccountId,
        instance: InstanceId,
    ) -> impl Future<Output = Result<Arc<Inventories>, Error>> + Send;

    /// An instance; `None` where EC2 does not know it.
    fn instance(
        &self,
        partition: &Partition,
        instance: InstanceId,
    ) -> impl Future<Output = Result<Option<Owned>, Error>> + Send;

    /// Which of some instances exist, terminated ones not among them.
    fn existing(
        &self,
        partition: &Partition,
        instances: &BTreeSet<InstanceId>,
    ) -> impl Future<Output = Result<BTreeSet<InstanceId>, Error>> + Send;

    /// Whether a source still stands by some of its findings. One that it does not know any more is
    /// not in it.
    fn lives(
        &self,
        partition: &Partition,
        source: Source,
        findings: &BTreeSet<FindingId>,
    ) -> impl Future<Output = Result<BTreeMap<FindingId, Life>, Error>> + Send;

    /// The instance that a task of ECS runs on; `None` for one that runs on none, or is no more.
    fn host_of_task(
        &self,
        partition: &Partition,
        task: &EcsTask,
    ) -> impl Future<Output = Result<Option<InstanceId>, Error>> + Send;

    /// The instances whose roles may read or write a bucket: those of its own account, of the
    /// accounts that its policy names, and of these `others` where it may let them in.
    fn readers(
        &self,
        partition: &Partition,
        bucket: &Bucket,
        others: &BTreeSet<AccountId>,
    ) -> impl Future<Output = Result<Readers, Error>> + Send;
}

/// An instance, and who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The instance.
    pub instance: Instance,
    /// The value of its owner tag. Foreign text.
    pub owner: Option<Box<str>>,
}

/// The instances whose roles may read or write a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readers {
    /// Each with why it counts.
    pub instances: Vec<BucketReader>,
    /// What could not be seen of the bucket's own account, so that instances may be missing.
    pub gaps: Vec<Gap>,
    /// What could not be seen of other accounts.
    pub elsewhere: Vec<(AccountId, Gap)>,
}

/// An instance whose role may read or write a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketReader {
    /// The instance.
    pub instance: InstanceId,
    /// The account that it is in, which need not be that of the bucket.
    pub account: AccountId,
    /// The Region that it runs in, which need not be that of the bucket.
    pub region: Region,
    /// Why it counts, line by line.
    pub trail: Vec<Box<str>>,
}

/// Where effects go. Every one of them can be asked for twice without doing more than once.
pub trait Act: Send + Sync {
    /// What a Manager shows of an errand; `None` where it does not have the computer any more.
    fn shown(
        &self,
        computer: &Place,
        errand: Errand,
    ) -> impl Future<Output = Result<Option<Shown>, Error>> + Send;

    /// Tells a computer to do something, once for each time that it is asked for: whoever asks
    /// again gives the same ledger and time.
    fn start(
        &self,
        computer: &Place,
        errand: Errand,
        asked: Asked,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// What is assigned to a computer or a policy, and what is recommended for it; `None` where the
    /// Manager does not have it any more.
    fn assignments(
        &self,
        manager: &str,
        target: Target,
        module: Module,
    ) -> impl Future<Output = Result<Option<Assignments>, Error>> + Send;

    /// Assigns rules, and gives back what is assigned then: all of them are in it.
    fn assign(
        &self,
        manager: &str,
        target: Target,
        module: Module,
        rules: &BTreeSet<u64>,
    ) -> impl Future<Output = Result<BTreeSet<u64>, Error>> + Send;

    /// Puts a policy on a computer that has none.
    fn assign_policy(
        &self,
        computer: &Place,
        policy: PolicyId,
    ) -> impl Future<Output = Result<Changed, Error>> + Send;

    /// Switches a module on that is off, on the computer alone.
    fn enable_module(
        &self,
        computer: &Place,
        module: Module,
        state: ModuleState,
    ) -> impl Future<Output = Result<Changed, Error>> + Send;

    /// Tells a team something.
    fn notify(&self, notice: &Notice) -> impl Future<Output = Result<(), Error>> + Send;

    /// Has AWS Config run the response rules of an account and Region, so that it shows what
    /// changed.
    fn start_response_rules(
        &self,
        partition: &Partition,
    ) -> impl Future<Output = Result<Started, Error>> + Send;
}

/// By whom, and when, something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The ledger in which it is written down.
    pub ledger: LedgerId,
    /// When it was written down.
    pub at: Timestamp,
}

/// What a Manager shows of an errand, by its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// When it was done last, in milliseconds since 1970; `None` where it never was.
    pub done_at: Option<i64>,
    /// Whether what it brought can be used.
    pub is_valid: bool,
    /// Whether the computer can be told anything now.
    pub is_managed: bool,
}

/// What is assigned to a computer or a policy, for one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignments {
    /// The ids of the rules that are assigned.
    pub assigned: BTreeSet<u64>,
    /// The ids of those that the last scan recommends and that are not assigned.
    pub recommended: BTreeSet<u64>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Made,
    /// It was there already.
    AlreadySo,
    /// Something else is there, which is left alone: what, in a few words.
    Otherwise(String),
}

/// What became of having rules run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// They run, or there are none.
    Now,
    /// They ran a moment ago, or run just now: AWS Config refuses to start a rule more than once a
    /// minute (AWS Config API reference, `StartConfigRulesEvaluation`).
    TooSoon,
}

/// What a team is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The team, as the instance's owner tag names it. Foreign text.
    pub owner: Option<Box<str>>,
    /// The account and Region.
    pub partition: Partition,
    /// The instance, where there is one.
    pub instance: Option<InstanceId>,
    /// What it is told, in one line.
    pub message: Box<str>,
}
