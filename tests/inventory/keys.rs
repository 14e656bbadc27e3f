//! Keys that are rejected, rotated, or never were keys.

use deepgrade::{inventory::Kind, keys::Stage};
use serde_json::json;
use testbed::{Key, SECRET};

use crate::desk::Desk;

const NAME: &str = "deepgrade/first";
const NEW: &str = "2:bmV3";

fn desk() -> Desk {
    let mut desk = Desk::new(&[10]);
    desk.run().unwrap();
    desk.vault.asked();
    desk.quarter_of_an_hour();
    desk
}

fn accept(desk: &Desk, secret: &str) {
    desk.managers[0].options(|options| options.keys = vec![Key::reader(secret)]);
}

#[test]
fn case_30_a_rotated_key_is_looked_up_once_and_presented() {
    let mut desk = desk();
    accept(&desk, NEW);
    desk.vault.key(NAME, Stage::Current, NEW);
    desk.run().unwrap();
    assert_eq!(desk.vault.asked(), ["current"]);
    // One call with the old key, the four of a reading with the new one.
    assert_eq!(desk.managers[0].calls().len() - 1, desk_calls(&mut desk));
}

/// How many calls a reading takes when nothing is wrong.
fn desk_calls(desk: &mut Desk) -> usize {
    desk.quarter_of_an_hour();
    desk.run().unwrap();
    assert!(
        desk.vault.asked().is_empty(),
        "the key that was accepted is kept"
    );
    desk.managers[0].calls().len()
}

#[test]
fn case_30_a_key_that_a_rotation_is_about_to_put_in_use_is_tried() {
    let mut desk = desk();
    accept(&desk, NEW);
    desk.vault.key(NAME, Stage::Pending, NEW);
    desk.run().unwrap();
    assert_eq!(desk.vault.asked(), ["current", "pending"]);
    desk_calls(&mut desk);
}

#[test]
fn case_30_a_key_that_is_always_rejected_is_presented_twice_at_most() {
    let mut desk = desk();
    accept(&desk, "3:b3RoZXI=");
    assert_eq!(desk.fail().kind, Kind::KeyRejected);
    assert_eq!(
        desk.managers[0].calls().len(),
        1,
        "the same key is not tried again"
    );
    assert_eq!(desk.vault.asked(), ["current", "pending"]);
    desk.vault.key(NAME, Stage::Pending, NEW);
    desk.quarter_of_an_hour();
    assert_eq!(desk.fail().kind, Kind::KeyRejected);
    assert_eq!(desk.managers[0].calls().len(), 2);
    desk.vault.key(NAME, Stage::Current, "4:YWdhaW4=");
    desk.quarter_of_an_hour();
    assert_eq!(desk.fail().kind, Kind::KeyRejected);
    assert_eq!(desk.managers[0].calls().len(), 2);
    accept(&desk, NEW);
    desk.quarter_of_an_hour();
    desk.run().unwrap();
}

#[test]
fn a_pending_value_that_is_no_secret_is_passed_over() {
    let mut desk = desk();
    accept(&desk, NEW);
    desk.vault.put(NAME, Stage::Pending, "{}");
    assert_eq!(desk.fail().kind, Kind::KeyRejected);
}

#[test]
fn bad_inputs_22_and_23_name_the_secret_and_never_its_value() {
    let cases = [
        ("", "is not JSON of the form"),
        ("2:hidden", "is not JSON of the form"),
        ("\"2:hidden\"", "is not JSON of the form"),
        ("[\"2:hidden\"]", "is not JSON of the form"),
        ("{\"apiKey\": 2}", "is not JSON of the form"),
        ("{\"key\": \"2:hidden\"}", "has no apiKey"),
        ("{\"apiKey\": \"\"}", "the API key is empty"),
        ("{\"apiKey\": \"2:hidden\\n\"}", "not a valid header value"),
        ("{\"apiKey\": \"2:hiddén\"}", "not a valid header value"),
        (
            "{\"apiKey\": \"2:hidden\", \"ca\": \"hidden\"}",
            "no certificate in PEM form",
        ),
    ];
    for (value, complaint) in cases {
        let mut desk = Desk::new(&[1]);
        desk.vault.put(NAME, Stage::Current, value);
        let found = desk.fail();
        assert_eq!(found.kind, Kind::Settings);
        assert!(found.line.contains(complaint), "{value}: {}", found.line);
        assert!(
            found.line.contains("secret \"deepgrade/first\""),
            "{}",
            found.line
        );
        assert!(!found.line.contains("hidd"), "{}", found.line);
        assert!(desk.managers[0].calls().is_empty(), "nothing is sent");
    }
}

#[test]
fn bad_input_22_a_secret_that_is_missing_or_has_no_current_value_is_named() {
    let mut desk = Desk::new(&[1]);
    desk.vault.forget(NAME);
    let missing = desk.fail();
    desk.vault.key(NAME, Stage::Pending, SECRET);
    let wrong_stage = desk.fail();
    for found in [missing, wrong_stage] {
        let wanted = "secret \"deepgrade/first\": there is none, or it has no current value";
        assert!(found.line.ends_with(wanted), "{}", found.line);
    }
    assert!(desk.managers[0].calls().is_empty());
    desk.vault.put(
        NAME,
        Stage::Current,
        json!({"apiKey": SECRET, "user": "x"}).to_string(),
    );
    desk.run().unwrap();
}
