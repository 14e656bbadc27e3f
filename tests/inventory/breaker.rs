//! The breaker, from the picture to the reader.

use deepgrade::inventory::{Kept, Library, Published};

use crate::{
    memory::{Memory, finish},
    pictures::{
        FIRST, MANAGER, SECOND, Seen, account, at, from_json, gap, instance, look, picture,
        pointer, publish, whole,
    },
};
use serde_json::json;

fn kept(published: &Published) -> Kept {
    match published {
        Published::Current(kept) => kept.clone(),
        Published::Superseded => panic!("superseded"),
    }
}

#[test]
fn case_34_nothing_after_ten_thousand_keeps_every_account_with_its_old_date() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 6000), (SECOND, 4000)], 1));
    let published = publish(&store, &picture(15, &[], 1));
    assert_eq!(kept(&published).accounts, 2);
    for (id, count) in [(FIRST, 6000), (SECOND, 4000)] {
        let seen = look(&store, id).unwrap();
        assert_eq!(seen.taken, at(0));
        assert_eq!(seen.labels.len(), count + 2);
        assert_eq!(
            seen.labels.last().unwrap(),
            "m15",
            "policies are the new ones"
        );
    }
    let status = pointer(&store).managers.remove(0).status.unwrap();
    assert_eq!(status.kept.first, [account(FIRST), account(SECOND)]);
    assert_eq!(status.computers, Some(2));
    // Its old date makes it stale by itself.
    let library = Library::new(store.clone(), account(FIRST));
    let inventories = finish(library.inventories()).unwrap();
    assert_eq!(gap(&inventories, FIRST, at(120)), None);
    let stale = gap(&inventories, FIRST, at(121)).unwrap();
    assert_eq!(stale.reason().code().id, "DS-GAP-002");
    // A second picture agrees.
    let published = publish(&store, &picture(30, &[], 1));
    assert!(kept(&published).is_empty());
    assert_eq!(look(&store, FIRST), whole(30, 1));
}

#[test]
fn case_34_an_account_that_drops_by_half_keeps_its_part_alone() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 40), (SECOND, 40)], 0));
    publish(&store, &picture(15, &[(FIRST, 20), (SECOND, 41)], 0));
    assert_eq!(look(&store, SECOND), whole(15, 41));
    let mut labels = vec!["m0".to_owned(); 40];
    labels.push("m15".to_owned());
    let first = Some(Seen {
        taken: at(0),
        labels,
    });
    assert_eq!(look(&store, FIRST), first);
    // One that does not agree is withheld as well, and is what the next one is compared with.
    publish(&store, &picture(30, &[(FIRST, 4), (SECOND, 41)], 0));
    assert_eq!(look(&store, FIRST).unwrap().taken, at(0));
    publish(&store, &picture(45, &[(FIRST, 5), (SECOND, 41)], 0));
    assert_eq!(look(&store, FIRST), whole(45, 5));
}

#[test]
fn an_account_that_comes_back_is_believed_at_once() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 40)], 0));
    publish(&store, &picture(15, &[], 0));
    publish(&store, &picture(30, &[(FIRST, 39)], 0));
    assert_eq!(look(&store, FIRST), whole(30, 39));
}

#[test]
fn computers_that_may_be_anybodys_are_kept_too_and_make_every_account_as_old() {
    let store = Memory::default();
    publish(&store, &picture(0, &[(FIRST, 3)], 20));
    let published = publish(&store, &picture(15, &[(FIRST, 3)], 2));
    assert!(kept(&published).common);
    let seen = look(&store, FIRST).unwrap();
    assert_eq!(seen.taken, at(0), "absence is as old as the oldest part");
    let count = |label: &str| seen.labels.iter().filter(|found| *found == label).count();
    assert_eq!((count("m0"), count("m15")), (20, 4));
    publish(&store, &picture(30, &[(FIRST, 3)], 2));
    assert_eq!(look(&store, FIRST), whole(30, 5));
}

#[test]
fn a_link_that_is_not_understood_is_in_every_account() {
    let link = |number: usize, link: serde_json::Value| json!({"id": number, "name": "m0", "instance": link});
    let unknown = json!({"unrecognised": "vm-1"});
    let inventory = from_json(json!({
        "schemaVersion": "1", "manager": MANAGER, "takenAt": at(0), "completeness": "complete",
        "computers": [
            link(1, json!({"id": instance(1), "account": SECOND, "source": "connector"})),
            link(2, json!({"id": unknown, "account": SECOND, "source": "agent"})),
            link(3, json!({"id": instance(3), "source": "agent"})),
        ],
        "policies": [{"id": 3, "name": "m0"}],
    }));
    let store = Memory::default();
    publish(&store, &inventory.into());
    assert_eq!(look(&store, FIRST), whole(0, 2));
    assert_eq!(look(&store, SECOND), whole(0, 3));
}

#[test]
fn a_computer_that_moved_from_a_part_that_is_kept_is_the_newer_one() {
    let at_minute = |minute: u32, account: Option<&str>| {
        let computers = (1..=30).map(|number| {
            let mut link = json!({"id": instance(number), "source": "agent"});
            if let Some(account) = account {
                link["account"] = json!(account);
            }
            json!({"id": number, "name": format!("m{minute}"), "instance": link})
        });
        let inventory = from_json(json!({
            "schemaVersion": "1", "manager": MANAGER, "takenAt": at(minute),
            "completeness": "complete", "computers": computers.collect::<Vec<_>>(),
            "policies": [{"id": 3, "name": format!("m{minute}")}],
        }));
        inventory.into()
    };
    let store = Memory::default();
    publish(&store, &at_minute(0, Some(FIRST)));
    publish(&store, &at_minute(15, None));
    let moved = look(&store, FIRST).unwrap();
    assert_eq!(
        (moved.taken, moved.labels),
        (at(0), vec!["m15".to_owned(); 31])
    );
    // And back: now it is the common part that is kept.
    publish(&store, &at_minute(30, None));
    publish(&store, &at_minute(45, Some(FIRST)));
    let moved = look(&store, FIRST).unwrap();
    assert_eq!(
        (moved.taken, moved.labels),
        (at(30), vec!["m45".to_owned(); 31])
    );
}
