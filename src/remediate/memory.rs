//! What was seen a short while ago, so that many findings about the same cost one call.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use remediations::action::Target;
use rules::{instance::AccountId, inventories::Inventories};

use crate::ledger::{LedgerId, Partition};

/// How long it is believed that a rule which was seen to be assigned still is.
const BELIEVED: Duration = Duration::from_secs(300);

/// How long it is believed that nothing newer was published.
const FRESH: Duration = Duration::from_secs(60);

/// What was seen a short while ago, so that many findings about the same cost one call.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By Manager and target.
    assigned: Mutex<BTreeMap<(Box<str>, Target), SeenAssigned>>,
    partitions: Mutex<BTreeSet<Partition>>,
    inventories: Mutex<BTreeMap<AccountId, (Duration, Arc<Inventories>)>>,
    ledger: Mutex<Option<LedgerId>>,
    told: Mutex<BTreeSet<String>>,
}

/// The IPS rules that were seen to be assigned.
#[derive(Debug)]
struct SeenAssigned {
    at: Duration,
    rules: BTreeSet<u64>,
}

impl Memory {
    /// Whether something is to be told: not a second time.
    pub(super) fn is_news(&self, line: &str) -> bool {
        locked(&self.told).insert(line.to_owned())
    }

    pub(super) fn ledger(&self) -> Option<LedgerId> {
        *locked(&self.ledger)
    }

    pub(super) fn note_ledger(&self, id: LedgerId) {
        *locked(&self.ledger) = Some(id);
    }

    pub(super) fn knows_partition(&self, partition: &Partition) -> bool {
        locked(&self.partitions).contains(partition)
    }

    pub(super) fn note_partition(&self, partition: &Partition) {
        locked(&self.partitions).insert(partition.clone());
    }

    pub(super) fn inventories(
        &self,
        account: AccountId,
        now: Duration,
    ) -> Option<Arc<Inventories>> {
        let inventories = locked(&self.inventories);
        let (at, seen) = inventories.get(&account)?;
        (now.saturating_sub(*at) <= FRESH).then(|| Arc::clone(seen))
    }

    pub(super) fn note_inventories(
        &self,
        account: AccountId,
        now: Duration,
        seen: &Arc<Inventories>,
    ) {
        locked(&self.inventories).insert(account, (now, Arc::clone(seen)));
    }

    pub(super) fn has_assigned(
        &self,
        manager: &str,
        target: Target,
        rules: &BTreeSet<u64>,
        now: Duration,
    ) -> bool {
        let assigned = locked(&self.assigned);
        let seen = assigned.get(&(manager.into(), target));
        seen.is_some_and(|seen| {
            now.saturating_sub(seen.at) <= BELIEVED && rules.is_subset(&seen.rules)
        })
    }

    pub(super) fn note_assigned(
        &self,
        manager: &str,
        target: Target,
        rules: BTreeSet<u64>,
        now: Duration,
    ) {
        let seen = SeenAssigned { at: now, rules };
        locked(&self.assigned).insert((manager.into(), target), seen);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
