//! IPS rules on their way to a reader: read only by who asks, and never a mix either.

use deepgrade::{
    inventory::Library,
    ports::{Error, Extract},
};
use rules::{Gap, inventories::Inventories, inventory::Inventory};
use serde_json::json;

use crate::{
    memory::{Fate, Memory, finish},
    pictures::{FIRST, MANAGER, SECOND, account, at, from_json, instance, publish, seen},
};

const ASKED: Extract = Extract {
    instance: None,
    intrusion_prevention: true,
};

/// An inventory of that minute whose IPS rule, and what every computer and policy has of them, is
/// numbered after it.
pub(crate) fn of_minute(minute: u32, accounts: &[(&str, usize)], common: usize) -> Inventory {
    let rule = u64::from(1000 + minute);
    let mut computers = Vec::new();
    let mut add = |account: Option<&str>, number: usize| {
        let first: usize = account.map_or(1, |account| account.parse().unwrap());
        let id = first * 100_000 + number;
        let mut link = json!({"id": instance(id), "source": "connector"});
        if let Some(account) = account {
            link["account"] = json!(account);
        }
        computers.push(json!({"id": id, "name": format!("m{minute}"), "instance": link}));
    };
    for (account, count) in accounts {
        (0..*count).for_each(|number| add(Some(account), number));
    }
    (0..common).for_each(|number| add(None, number));
    let holders: Vec<_> = computers
        .iter()
        .map(|computer| json!([computer["id"], 0]))
        .collect();
    from_json(json!({
        "schemaVersion": "1", "manager": MANAGER, "takenAt": at(minute),
        "completeness": "complete", "computers": computers,
        "policies": [{"id": 3, "name": format!("m{minute}")}],
        "intrusionPreventionRules": [{"id": rule, "CVE": ["CVE-2021-44228"], "applicationType": 9}],
        "applicationTypes": [{"id": 9, "name": "Web Server Common"}],
        "policyRules": {"sets": [[rule]], "holders": [[3, 0]]},
        "computerRules": {"sets": [[rule]], "holders": holders},
    }))
}

fn read(library: &Library<Memory>, extract: Extract) -> Result<Inventories, Error> {
    finish(library.extract(extract)).map(|inventories| (*inventories).clone())
}

/// The rules of every computer that an account sees, in the order of their ids.
fn assigned(inventories: &Inventories) -> Result<Vec<u64>, Gap> {
    let inventory = inventories.readable().next().unwrap();
    let known = inventory.intrusion_prevention()?;
    let mut all = Vec::new();
    for computer in inventory.computers() {
        all.extend(known.assigned_to_computer(computer.id)?.as_slice());
    }
    all.sort_unstable();
    Ok(all)
}

fn look(store: &Memory, id: &str) -> Option<Vec<u64>> {
    let library = Library::new(store.clone(), account(id));
    let inventories = read(&library, ASKED).unwrap();
    inventories.readable().next()?;
    Some(assigned(&inventories).unwrap())
}

#[test]
fn who_asks_for_ips_rules_sees_them_with_what_is_assigned() {
    let store = Memory::default();
    publish(&store, &of_minute(0, &[(FIRST, 3), (SECOND, 2)], 1).into());
    let library = Library::new(store.clone(), account(FIRST));
    store.calls();
    let inventories = read(&library, ASKED).unwrap();
    let calls = store.calls();
    assert!(!calls.iter().any(|call| call.contains(SECOND)), "{calls:?}");
    assert_eq!(assigned(&inventories), Ok(vec![1000; 4]));
    let known = inventories
        .readable()
        .next()
        .unwrap()
        .intrusion_prevention()
        .unwrap();
    assert_eq!(known.assigned_to_policy(3).unwrap().as_slice(), [1000]);
    let shielding: Vec<_> = known.rules_for("CVE-2021-44228".parse().unwrap()).collect();
    assert_eq!(
        known.application_type(shielding[0]),
        Ok(Some("Web Server Common"))
    );
    // They are kept, for who asks for less as well.
    for extract in [ASKED, Extract::default()] {
        store.calls();
        assert_eq!(
            seen(&read(&library, extract).unwrap())
                .unwrap()
                .labels
                .len(),
            5
        );
        assert_eq!(store.calls(), ["GET pointer.json"]);
    }
}

#[test]
fn who_does_not_ask_reads_no_object_of_theirs_and_has_a_gap() {
    let store = Memory::default();
    publish(&store, &of_minute(0, &[(FIRST, 3)], 1).into());
    let library = Library::new(store.clone(), account(FIRST));
    store.calls();
    let inventories = read(&library, Extract::default()).unwrap();
    assert!(!store.calls().iter().any(|call| call.contains("rules")));
    let gap = assigned(&inventories).unwrap_err();
    assert_eq!(gap.reason().code().id, "DS-GAP-020");
    // Who asks later gets them.
    assert_eq!(assigned(&read(&library, ASKED).unwrap()), Ok(vec![1000; 4]));
}

#[test]
fn a_damaged_object_of_ips_rules_gives_the_previous_version_to_who_asks() {
    for end in ["/rules.json.gz", "-rules.json.gz", "common-rules.json.gz"] {
        let store = Memory::default();
        for minute in [0, 15] {
            publish(&store, &of_minute(minute, &[(FIRST, 3)], 1).into());
        }
        let current = crate::pictures::pointer(&store)
            .managers
            .remove(0)
            .current
            .unwrap();
        let version = current.version.to_string();
        let keys = store
            .ending(end)
            .into_iter()
            .filter(|key| key.contains(&version));
        keys.for_each(|key| store.alter(&key, |bytes| bytes.push(0)));
        assert_eq!(look(&store, FIRST), Some(vec![1000; 4]), "{end}");
        assert_eq!(
            crate::pictures::look(&store, FIRST),
            crate::pictures::whole(15, 4),
            "{end}"
        );
        for key in store.ending(end) {
            store.alter(&key, |bytes| bytes.push(0));
        }
        assert_eq!(look(&store, FIRST), None, "{end}");
    }
}

#[test]
fn an_account_that_is_kept_keeps_the_rules_of_its_computers() {
    let store = Memory::default();
    publish(
        &store,
        &of_minute(0, &[(FIRST, 40), (SECOND, 40)], 30).into(),
    );
    publish(
        &store,
        &of_minute(15, &[(FIRST, 20), (SECOND, 41)], 1).into(),
    );
    let mut expected = vec![1000; 70];
    assert_eq!(look(&store, FIRST), Some(expected.clone()));
    expected.truncate(30);
    expected.extend([1015; 41]);
    assert_eq!(look(&store, SECOND), Some(expected));
    publish(
        &store,
        &of_minute(30, &[(FIRST, 20), (SECOND, 41)], 1).into(),
    );
    assert_eq!(look(&store, FIRST), Some(vec![1030; 21]));
}

#[test]
fn old_versions_leave_nothing_behind() {
    let store = Memory::default();
    for minute in [0, 15, 30, 45] {
        publish(
            &store,
            &of_minute(minute, &[(FIRST, 3), (SECOND, 2)], 1).into(),
        );
    }
    // Two versions of manifest, index, rules, and three parts with their rules; and the pointer.
    assert_eq!(store.keys().len(), 2 * (3 + 2 * 3) + 1);
}

#[test]
fn a_store_that_is_out_of_order_is_an_error_and_no_mix() {
    let store = Memory::default();
    publish(&store, &of_minute(0, &[(FIRST, 3)], 1).into());
    for what in ["/rules.json", "common-rules", "3333-rules"] {
        store.decide(move |call| {
            if call.contains(what) {
                Fate::Refused
            } else {
                Fate::Sound
            }
        });
        let library = Library::new(store.clone(), account(FIRST));
        assert!(read(&library, ASKED).unwrap_err().is_retryable(), "{what}");
        store.heal();
        assert_eq!(
            assigned(&read(&library, ASKED).unwrap()),
            Ok(vec![1000; 4]),
            "{what}"
        );
    }
}
