//! What holds whatever a Manager writes.

use proptest::prelude::*;
use rules::{computer::Computer, intrusion_prevention::IntrusionPreventionRule, policy::Policy};
use serde_json::{Value, json};

use super::{read, sound, with};
use crate::deep_security::wire::{key_record, list, refusal};

/// Every place in a computer at which something else could stand.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (name, value) in below {
        let pointer = format!("{here}/{name}");
        pointers(value, &pointer, found);
        found.push(pointer);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z]{0,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn a_place() -> impl Strategy<Value = String> {
    let mut places = Vec::new();
    pointers(&sound(), "", &mut places);
    places.retain(|pointer| pointer != "/ID");
    prop::sample::select(places)
}

proptest! {
    #[test]
    fn whatever_stands_at_one_place_of_a_computer_the_page_is_read(
        pointer in a_place(),
        value in any_json(),
    ) {
        let neighbour = |id| {
            let mut value = sound();
            value["ID"] = json!(id);
            value
        };
        let page = json!({"computers": [neighbour(1), with(&pointer, value), neighbour(20)]});
        let page = list::<Computer>(&serde_json::to_vec(&page).unwrap(), 3).unwrap();
        prop_assert_eq!(page.len(), 3);
        prop_assert_eq!(&page[0], &read(&neighbour(1)));
        prop_assert_eq!(&page[2], &read(&neighbour(20)));
        prop_assert_eq!(page[1].id, 12);
    }

    #[test]
    fn no_json_and_no_bytes_make_it_panic(value in any_json(), bytes in any::<Vec<u8>>()) {
        let json = serde_json::to_vec(&json!({"computers": [value], "policies": [value]})).unwrap();
        for json in [&json, &bytes] {
            let _ = list::<Computer>(json, 5);
            let _ = list::<Policy>(json, 5);
            let _ = list::<IntrusionPreventionRule>(json, 5);
            let _ = key_record(json);
            let _ = refusal(json);
        }
    }
}
