//! The contract over HTTP, where the official SDK is too polite to look.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use client::ask;
use serde_json::{Value, json};
use testbed::clock::HOUR;
use testbed::estate::{Condition, Module, State, policy_ids};
use testbed::{Estate, Manager, Options};

fn manager() -> Manager {
    Manager::start(Estate::seeded(1, 60), Options::default()).unwrap()
}

fn page(size: usize, after: i64) -> Value {
    json!({"maxItems": size, "sortByObjectID": true,
           "searchCriteria": [{"idTest": "greater-than", "idValue": after}]})
}

#[test]
fn pages_hold_every_computer_once() {
    let manager = manager();
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let ids = ask(&manager, "POST /computers/search", Some(&page(25, after))).ids();
        let Some(last) = ids.last() else { break };
        after = *last;
        all.extend(ids);
    }
    let known = manager.estate(|estate| estate.computers.keys().copied().collect::<Vec<_>>());
    assert_eq!(all, known.into_iter().map(i64::from).collect::<Vec<_>>());
    assert_eq!(manager.calls().len(), 4);
}

#[test]
fn what_is_unknown_is_refused_with_a_message() {
    let manager = manager();
    for (name, body, status) in [
        ("GET /nothing", None, 404),
        ("GET /computers/999999", None, 404),
        ("GET /computers/one", None, 404),
        ("GET /policies/99", None, 404),
        ("GET /intrusionpreventionrules/1", None, 404),
        ("GET /computers/1/settings/noSuchSetting", None, 404),
        ("GET /computers/1/nothing/assignments", None, 404),
        ("GET /computers/1?expand=everything", None, 400),
        ("POST /computers/1", Some(json!({"agentName": "x"})), 400),
        ("POST /computers/1", Some(json!({"policyID": 99})), 400),
        (
            "POST /computers/1",
            Some(json!({"intrusionPrevention": {"state": "on"}})),
            400,
        ),
        (
            "POST /computers/1",
            Some(json!({"antiMalware": {"mode": "on"}})),
            400,
        ),
        ("POST /computers/1", Some(json!([1])), 400),
        (
            "POST /policies/1",
            Some(json!({"autoRequiresUpdate": "yes"})),
            400,
        ),
        ("POST /policies/1", Some(json!({"name": "Linux Web"})), 400),
        (
            "POST /computers/1/intrusionprevention/assignments",
            Some(json!({"ruleIDs": [1]})),
            404,
        ),
        (
            "POST /computers/1/intrusionprevention/assignments",
            Some(json!({"rules": [1003]})),
            400,
        ),
        (
            "POST /computers/search",
            Some(json!({"maxItems": 5001})),
            400,
        ),
        ("DELETE /computers/1", None, 405),
    ] {
        let answer = ask(&manager, name, body.as_ref());
        assert_eq!(answer.status, status, "{name} {body:?}");
        assert!(
            !answer.json()["message"].as_str().unwrap().is_empty(),
            "{name}"
        );
    }
}

#[test]
fn what_is_not_set_is_absent_and_never_null() {
    let manager = manager();
    let text = String::from_utf8(ask(&manager, "GET /computers", None).body).unwrap();
    assert!(!text.contains("null"));
    let id = manager.estate(|estate| estate.with_condition(Condition::NeverActivated)[0]);
    let computer = ask(&manager, &format!("GET /computers/{id}"), None).json();
    for absent in ["policyID", "agentFingerPrint", "lastAgentCommunication"] {
        assert!(computer.get(absent).is_none(), "{absent}");
    }
    assert_eq!(computer["lastIPUsed"], "");
    assert_eq!(computer["antiMalware"]["state"], "off");
    assert_eq!(
        computer["antiMalware"]["moduleStatus"]["agentStatusMessage"],
        "Not Activated"
    );
}

#[test]
fn a_module_says_in_words_and_in_text_how_it_is() {
    let manager = manager();
    for (condition, module, state, status, text) in [
        (Condition::Healthy, "SAP", "off", "inactive", "Off"),
        (
            Condition::Healthy,
            "antiMalware",
            "on",
            "active",
            "On, Real Time",
        ),
        (
            Condition::NoRealTimeScan,
            "antiMalware",
            "on",
            "active",
            "On",
        ),
        (
            Condition::ModuleOff,
            "antiMalware",
            "off",
            "inactive",
            "Off",
        ),
        (
            Condition::DetectOnly,
            "intrusionPrevention",
            "detect",
            "active",
            "On, Detect, 60 rules",
        ),
        (
            Condition::NoRules,
            "intrusionPrevention",
            "prevent",
            "active",
            "On, Prevent, no rules",
        ),
        (
            Condition::ModuleError,
            "antiMalware",
            "on",
            "error",
            "Anti-Malware Engine Offline",
        ),
        (Condition::Stopped, "webReputation", "on", "inactive", "On"),
    ] {
        let id = manager.estate(|estate| estate.with_condition(condition)[0]);
        let computer = ask(&manager, &format!("GET /computers/{id}"), None).json();
        let module = &computer[module];
        assert_eq!(module["state"], state, "{condition:?}");
        assert_eq!(
            module["moduleStatus"]["agentStatus"], status,
            "{condition:?}"
        );
        assert_eq!(
            module["moduleStatus"]["agentStatusMessage"], text,
            "{condition:?}"
        );
    }
}

#[test]
fn overrides_show_only_what_is_set_on_the_object() {
    let manager = manager();
    let id = manager.estate(|estate| estate.with_condition(Condition::TapByComputer)[0]);
    let own = ask(
        &manager,
        &format!("GET /computers/{id}?overrides=True"),
        None,
    )
    .json();
    let settings = own["computerSettings"].as_object().unwrap();
    assert_eq!(settings.len(), 1);
    assert_eq!(settings["firewallSettingNetworkEngineMode"]["value"], "Tap");
    assert!(own["intrusionPrevention"].get("state").is_none());
    let all = ask(
        &manager,
        &format!("GET /computers/{id}?overrides=false"),
        None,
    )
    .json();
    assert_eq!(all["computerSettings"].as_object().unwrap().len(), 12);
    assert_eq!(all["intrusionPrevention"]["state"], "prevent");
}

#[test]
fn a_policy_hands_its_tap_mode_and_rules_down() {
    let manager = manager();
    let id = manager.estate(|estate| estate.with_condition(Condition::TapByPolicy)[0]);
    let computer = ask(&manager, &format!("GET /computers/{id}"), None).json();
    let mode = &computer["computerSettings"]["firewallSettingNetworkEngineMode"]["value"];
    assert_eq!(mode, "Tap");
    let rules = computer["intrusionPrevention"]["ruleIDs"]
        .as_array()
        .unwrap()
        .len();
    let linux_web = ask(
        &manager,
        &format!("GET /policies/{}", policy_ids::LINUX_WEB),
        None,
    )
    .json();
    assert_eq!(
        rules,
        linux_web["intrusionPrevention"]["ruleIDs"]
            .as_array()
            .unwrap()
            .len()
    );
}

#[test]
fn a_write_asks_for_a_policy_send_that_arrives_with_the_heartbeat() {
    let manager = manager();
    let id = manager.estate(|estate| estate.with_condition(Condition::ModuleOff)[0]);
    let on = json!({"antiMalware": {"state": "inherited"}});
    let path = format!("/computers/{id}");
    let before = manager.now();
    let computer = ask(&manager, &format!("POST {path}"), Some(&on)).json();
    assert_eq!(computer["antiMalware"]["state"], "on");
    assert_eq!(computer["lastSendPolicyRequest"], before);
    assert!(computer["lastSendPolicySuccess"].as_i64().unwrap() < before);
    manager.advance(HOUR);
    let computer = ask(&manager, &format!("GET {path}"), None).json();
    assert!(computer["lastSendPolicySuccess"].as_i64().unwrap() > before);
}

#[test]
fn a_rule_of_the_policy_stays_when_removed_from_the_computer() {
    let manager = manager();
    let id = manager.estate(|estate| {
        let healthy = estate.with_condition(Condition::Healthy);
        let own = &mut estate.computers.get_mut(&healthy[0]).unwrap().own;
        own.module(Module::IntrusionPrevention).state = Some(State::Detect);
        healthy[0]
    });
    let path = format!("/computers/{id}/intrusionprevention/assignments");
    let inherited = ask(&manager, &format!("GET {path}"), None).json();
    let rule = inherited["assignedRuleIDs"][0].as_i64().unwrap();
    let add = json!({"ruleIDs": [rule]});
    ask(&manager, &format!("POST {path}"), Some(&add));
    let removed = ask(&manager, &format!("DELETE {path}/{rule}"), None).json();
    assert!(
        removed["assignedRuleIDs"]
            .as_array()
            .unwrap()
            .contains(&json!(rule))
    );
    assert_eq!(
        ask(&manager, &format!("DELETE {path}/{rule}"), None).status,
        404
    );
}
