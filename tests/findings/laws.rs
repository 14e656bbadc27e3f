//! Whatever becomes of an event on its way, reading it ends in an answer.

use std::sync::LazyLock;

use deepgrade::event::finding::{self, Reading};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::events::events;

static EVENTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let texts = events().into_values();
    let values = texts.map(|text| serde_json::from_slice(&text).unwrap());
    values.collect()
});

/// Every place in a document.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (position, value) in values.iter().enumerate() {
                places(value, &format!("{place}/{position}"), found);
            }
        }
        _ => {}
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        ".{0,40}i-[0-9a-f]{8}".prop_map(Value::from),
        prop::collection::vec(any::<String>(), 0..3).prop_map(Value::from),
        any::<String>().prop_map(|name| json!({name: [1, {"a": null}]})),
    ]
}

proptest! {
    #[test]
    fn no_change_of_an_event_ends_in_a_panic_or_in_more_than_a_line(
        event in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), odd()), 1..4),
    ) {
        let mut event = event.get(&EVENTS).clone();
        for (place, value) in changes {
            let mut found = Vec::new();
            places(&event, "", &mut found);
            let place = place.get(&found);
            *event.pointer_mut(place).unwrap() = value;
        }
        match finding::read(event.to_string().as_bytes()) {
            Ok(Reading::Finding(finding)) => {
                // What was understood can be written down and read again.
                let text = serde_json::to_string(&finding).unwrap();
                prop_assert_eq!(serde_json::from_str::<remediations::finding::Finding>(&text).unwrap(), *finding);
            }
            Ok(Reading::Ignored(reason) | Reading::Ended(reason)) => {
                prop_assert!(!reason.contains(char::is_control), "{}", reason);
            }
            Err(bad) => prop_assert!(!bad.to_string().contains(char::is_control), "{}", bad),
        }
    }

    #[test]
    fn no_bytes_end_in_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = finding::read(&bytes);
    }

    #[test]
    fn a_text_that_breaks_off_is_refused(event in any::<Index>(), end in any::<Index>()) {
        let text = event.get(&EVENTS).to_string();
        let cut = &text.as_bytes()[..end.index(text.len())];
        prop_assert!(finding::read(cut).is_err());
    }

    /// What is not known yet hides nothing that is.
    #[test]
    fn members_that_nobody_knows_change_nothing(event in any::<Index>(), name in "x[a-z]{4,9}", value in odd()) {
        let event = event.get(&EVENTS);
        let before = finding::read(event.to_string().as_bytes());
        let mut more = event.clone();
        more[&name] = value.clone();
        if let Some(detail) = more.get_mut("detail") {
            detail[&name] = value;
        }
        prop_assert_eq!(finding::read(more.to_string().as_bytes()), before);
    }
}
