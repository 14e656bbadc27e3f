//! Pictures of a Manager that were never taken, and what a reader sees of them.

use std::sync::Arc;

use deepgrade::{
    inventory::{Library, Picture, Pointer, Published, Publisher, Status},
    ports::Error,
    time::{ManualTime, Time},
};
use jiff::Timestamp;
use rules::{
    Gap,
    instance::{AccountId, InstanceId},
    inventories::Inventories,
    inventory::Inventory,
};
use serde_json::{Value, json};

use crate::memory::{Memory, finish};

pub(crate) const MANAGER: &str = "production";
pub(crate) const FIRST: &str = "111122223333";
pub(crate) const SECOND: &str = "444455556666";
pub(crate) const NOBODY: &str = "999900001111";

/// So many minutes after the tests begin.
pub(crate) fn at(minute: u32) -> Timestamp {
    Timestamp::from_second(1_785_585_600 + 60 * i64::from(minute)).unwrap()
}

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

pub(crate) fn instance(number: usize) -> InstanceId {
    format!("i-{number:017x}").parse().unwrap()
}

/// A picture of that minute. Every computer is called after it, and so is the policy. `common` and
/// the counts of accounts are numbers of computers; one more is of no instance.
pub(crate) fn inventory_of(
    manager: &str,
    minute: u32,
    accounts: &[(&str, usize)],
    common: usize,
) -> Inventory {
    let label = format!("m{minute}");
    let mut computers = vec![json!({"id": 1, "name": label})];
    let mut add = |account: Option<&str>, number: usize| {
        // Those of one account have the same ids in every picture, and no other has them.
        let first: usize = account.map_or(1, |account| account.parse().unwrap());
        let id = first * 100_000 + number;
        let mut link = json!({"id": instance(id), "source": "connector"});
        if let Some(account) = account {
            link["account"] = json!(account);
        }
        computers.push(json!({"id": id, "name": label, "instance": link}));
    };
    for (account, count) in accounts {
        (0..*count).for_each(|number| add(Some(account), number));
    }
    (0..common).for_each(|number| add(None, number));
    from_json(json!({
        "schemaVersion": "1",
        "manager": manager,
        "takenAt": at(minute),
        "completeness": "complete",
        "computers": computers,
        "policies": [{"id": 3, "name": label}],
        "intrusionPreventionRules": [],
    }))
}

pub(crate) fn from_json(value: Value) -> Inventory {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn picture(minute: u32, accounts: &[(&str, usize)], common: usize) -> Picture {
    inventory_of(MANAGER, minute, accounts, common).into()
}

/// A time that stands well after every picture, though not by the tolerance of clocks.
pub(crate) fn time() -> Arc<dyn Time> {
    Arc::new(ManualTime::at(at(600)))
}

pub(crate) fn publisher(store: &Memory) -> Publisher<'_, Memory> {
    Publisher::new(store, vec![MANAGER.to_owned()], time())
}

pub(crate) async fn publish_with(
    publisher: &Publisher<'_, Memory>,
    picture: &Picture,
) -> Result<Published, Error> {
    let status = Status {
        checked_at: at(600),
        ..Status::default()
    };
    publisher.publish(picture, status).await
}

pub(crate) fn publish(store: &Memory, picture: &Picture) -> Published {
    finish(publish_with(&publisher(store), picture)).unwrap()
}

pub(crate) fn pointer(store: &Memory) -> Pointer {
    serde_json::from_slice(&store.bytes("pointer.json")).unwrap()
}

/// What a reader of an account sees: for each computer the picture that it is of, the policies'
/// picture last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) taken: Timestamp,
    pub(crate) labels: Vec<String>,
}

pub(crate) fn seen(inventories: &Inventories) -> Option<Seen> {
    let inventory = inventories.readable().next()?;
    let computers = inventory.computers().iter();
    let mut labels: Vec<String> = computers
        .map(|computer| computer.name.to_string())
        .collect();
    labels.sort();
    let policies = inventory.policies().unwrap();
    labels.push(policies.listed(3).unwrap().name.to_string());
    Some(Seen {
        taken: inventory.taken_at(),
        labels,
    })
}

pub(crate) fn look(store: &Memory, id: &str) -> Option<Seen> {
    let library = Library::new(store.clone(), account(id));
    seen(&finish(library.inventories()).unwrap())
}

/// What is seen of one picture as a whole.
pub(crate) fn whole(minute: u32, computers: usize) -> Option<Seen> {
    Some(Seen {
        taken: at(minute),
        labels: vec![format!("m{minute}"); computers + 1],
    })
}

/// Why an instance cannot be told to be in no Manager; `None` when it can.
pub(crate) fn gap(inventories: &Inventories, of: &str, now: Timestamp) -> Option<Gap> {
    let instance = serde_json::from_value(json!({
        "id": "i-0ffffffffffffffff", "account": of, "region": "us-east-1", "state": "running",
    }));
    let max_age = jiff::SignedDuration::from_mins(120);
    inventories.sighting(&instance.unwrap(), now, max_age).err()
}
