//! What becomes of what a Manager writes.

use proptest::prelude::*;
use rules::{
    computer::{Computer, LinkSource},
    fact::Fact,
    intrusion_prevention::IntrusionPreventionRule,
    module::{EngineMode, Module, ModuleState, Status, Strictness},
    policy::Policy,
};
use serde_json::{Value, json};

use super::{list, one, refusal};

/// A computer with every field that matters, as a sound Manager writes it.
fn sound() -> Value {
    let module = |state: &str| {
        json!({
            "state": state,
            "moduleStatus": {"agentStatus": "active", "agentStatusMessage": "On"},
            "ruleIDs": [1, 2, 3]
        })
    };
    json!({
        "ID": 12,
        "hostName": "web-1.example",
        "displayName": "web-1",
        "description": "",
        "policyID": 7,
        "groupID": 0,
        "agentFingerPrint": "AA:BB",
        "agentVersion": "20.0.1.500",
        "lastAgentCommunication": 1_785_585_000_000_i64,
        "lastSendPolicyRequest": 1_785_580_000_000_i64,
        "lastSendPolicySuccess": 1_785_580_060_000_i64,
        "computerStatus": {"agentStatus": "active", "agentStatusMessages": ["Managed (Online)"]},
        "securityUpdates": {"updateStatus": {"status": "warning", "statusMessage": "Out of date"}},
        "computerSettings": {"firewallSettingNetworkEngineMode": {"value": "Inline"}},
        "ec2VirtualMachineSummary": {
            "accountID": "123456789012",
            "availabilityZone": "eu-west-1b",
            "instanceID": "i-0123456789abcdef0",
            "metadata": [{"name": "Name", "value": "web-1"}]
        },
        "antiMalware": {
            "state": "on",
            "realTimeScanConfigurationID": 4,
            "realTimeScanScheduleID": 0,
            "moduleStatus": {"agentStatus": "active", "agentStatusMessage": "On, Real Time"}
        },
        "webReputation": module("on"),
        "firewall": module("on"),
        "intrusionPrevention": module("prevent"),
        "integrityMonitoring": module("real-time"),
        "logInspection": module("on"),
        "applicationControl": module("off"),
        "deviceControl": module("on")
    })
}

fn read(value: &Value) -> Computer {
    one(&serde_json::to_vec(value).unwrap()).unwrap()
}

/// The sound computer with something else at a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut computer = sound();
    *computer.pointer_mut(pointer).unwrap() = value;
    computer
}

#[test]
fn a_sound_computer_is_understood_whole() {
    let computer = read(&sound());
    assert_eq!(
        (computer.id, &*computer.name, computer.policy),
        (12, "web-1", Some(7))
    );
    let link = computer.instance.unwrap();
    assert_eq!(link.id.to_string(), "i-0123456789abcdef0");
    assert_eq!(link.account.unwrap().to_string(), "123456789012");
    assert_eq!(link.region.unwrap().to_string(), "eu-west-1");
    assert_eq!(link.source, LinkSource::Connector);
    assert!(computer.agent.activated);
    assert_eq!(computer.agent.status, Fact::Known(Status::Active));
    assert_eq!(
        computer.agent.message, None,
        "an active agent has nothing to explain"
    );
    assert_eq!(computer.agent.version.as_deref(), Some("20.0.1.500"));
    let spoke = Fact::Known("2026-08-01T11:50:00Z".parse().unwrap());
    assert_eq!(computer.agent.last_communication, spoke);
    assert!(matches!(computer.policy_send.succeeded, Fact::Known(_)));
    assert_eq!(computer.security_updates, Fact::Known(Status::Warning));
    assert_eq!(computer.engine_mode, Fact::Known(EngineMode::Inline));
    let anti_malware = computer.modules.get(Module::AntiMalware).unwrap();
    assert!(anti_malware.real_time_scan);
    assert_eq!(anti_malware.message, None);
    let prevention = computer.modules.get(Module::IntrusionPrevention).unwrap();
    assert_eq!(prevention.state, Fact::Known(ModuleState::Prevent));
    assert_eq!(prevention.rules, 3);
    assert!(computer.modules.reported(Module::Sap).is_none());
}

#[test]
fn what_is_left_out_or_null_is_unset() {
    let computer = read(&json!({"ID": "34"}));
    assert_eq!(computer.id, 34);
    assert!(!computer.agent.activated);
    assert!(computer.instance.is_none() && computer.policy.is_none());
    assert!(computer.agent.status.is_missing() && computer.engine_mode.is_missing());
    let fields = sound();
    let fields = fields
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "ID");
    let nulls = fields
        .map(|name| (name.clone(), Value::Null))
        .chain([("ID".into(), json!(34))]);
    assert_eq!(
        read(&nulls.collect::<serde_json::Map<_, _>>().into()),
        computer
    );
}

#[test]
fn an_unset_policy_finger_print_or_agent_is_none() {
    assert_eq!(read(&with("/policyID", json!(0))).policy, None);
    assert!(!read(&with("/agentFingerPrint", json!(""))).agent.activated);
    assert_eq!(
        read(&with("/agentVersion", json!("0.0.0.0"))).agent.version,
        None
    );
    let computer = read(&with("/antiMalware/realTimeScanConfigurationID", json!(0)));
    assert!(
        !computer
            .modules
            .get(Module::AntiMalware)
            .unwrap()
            .real_time_scan
    );
}

#[test]
fn messages_explain_what_is_not_active() {
    let mut value = with("/computerStatus/agentStatus", json!("warning"));
    value["computerStatus"]["agentStatusMessages"] = json!(["Offline", 5, "Update failed"]);
    value["firewall"]["moduleStatus"] =
        json!({"agentStatus": "error", "agentStatusMessage": "Engine Offline"});
    let computer = read(&value);
    assert_eq!(
        computer.agent.message.as_deref(),
        Some("Offline; Update failed")
    );
    let firewall = computer.modules.get(Module::Firewall).unwrap();
    assert_eq!(firewall.message.as_deref(), Some("Engine Offline"));
}

#[test]
fn an_instance_is_named_by_the_connector_or_else_by_the_agent() {
    let agent = json!({
        "accountID": "210987654321", "instanceID": "i-0abc1234", "region": "us-east-1"
    });
    let mut value = sound();
    value["noConnectorVirtualMachineSummary"] = agent;
    assert_eq!(read(&value).instance.unwrap().source, LinkSource::Connector);
    for other in [json!("ws-0123456789"), json!(5), Value::Null] {
        value["ec2VirtualMachineSummary"]["instanceID"] = other;
        let link = read(&value).instance.unwrap();
        assert_eq!(link.source, LinkSource::Agent);
        assert_eq!(link.id.to_string(), "i-0abc1234");
        assert_eq!(link.region.unwrap().to_string(), "us-east-1");
    }
    value["noConnectorVirtualMachineSummary"]["instanceID"] = json!("vm-12");
    assert!(read(&value).instance.is_none());
}

#[test]
fn an_unknown_word_spoils_only_its_fact() {
    let computer = read(&with("/computerStatus/agentStatus", json!("hibernating")));
    assert_eq!(
        computer.agent.status,
        Fact::Unrecognised("hibernating".into())
    );
    assert_eq!(computer.policy, Some(7));
    let computer = read(&with("/computerStatus", json!("n/a")));
    assert_eq!(computer.agent.status, Fact::Unrecognised("n/a".into()));
}

#[test]
fn the_engine_mode_counts_whatever_its_capitals() {
    let mode = |value: Value| {
        read(&with(
            "/computerSettings/firewallSettingNetworkEngineMode",
            value,
        ))
        .engine_mode
    };
    assert_eq!(mode(json!({"value": "TAP"})), Fact::Known(EngineMode::Tap));
    assert_eq!(
        mode(json!({"value": "inline"})),
        Fact::Known(EngineMode::Inline)
    );
    assert_eq!(
        mode(json!({"value": "Inline "})),
        Fact::Unrecognised("Inline ".into())
    );
    assert_eq!(mode(json!({})), Fact::Missing);
    assert_eq!(mode(json!("Tap")), Fact::Unrecognised("Tap".into()));
}

#[test]
fn what_decides_protection_is_never_taken_for_none_when_it_is_not_understood() {
    let shields = |pointer: &str, module: Module, value: Value| {
        let computer = read(&with(pointer, value));
        let report = computer.modules.get(module).unwrap();
        report.shields(module, Strictness::Strongest, || Ok(EngineMode::Inline))
    };
    for odd in [
        json!("many"),
        json!(150),
        json!({"1": 1}),
        json!(true),
        json!(1.5),
    ] {
        let rules = "/intrusionPrevention/ruleIDs";
        assert!(
            shields(rules, Module::IntrusionPrevention, odd.clone()).is_err(),
            "{odd}"
        );
        if odd != json!(150) {
            let scan = "/antiMalware/realTimeScanConfigurationID";
            assert!(
                shields(scan, Module::AntiMalware, odd.clone()).is_err(),
                "{odd}"
            );
        }
        let finger_print = read(&with("/agentFingerPrint", odd.clone()));
        assert!(
            odd.is_string() || finger_print.agent.is_managed().is_err(),
            "{odd}"
        );
    }
}

#[test]
fn values_that_are_no_numbers_or_texts_of_ours_spoil_only_their_fact() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for odd in [
        "1e999",
        r#""\ud800""#,
        "-0",
        "123456789012345678901234567890",
        &deep,
    ] {
        for field in [
            "policyID",
            "displayName",
            "lastAgentCommunication",
            "agentFingerPrint",
        ] {
            let json = format!(r#"{{"ID": 1, "{field}": {odd}, "hostName": "h"}}"#);
            let computer: Computer = one(json.as_bytes()).unwrap();
            assert_eq!(computer.id, 1);
        }
    }
}

#[test]
fn a_huge_computer_is_reduced_to_little() {
    let mut value = sound();
    value["description"] = json!("x".repeat(1 << 20));
    value["displayName"] = json!("\u{1f600}".repeat(1 << 18));
    value["intrusionPrevention"]["ruleIDs"] = (0..10_000).collect::<Vec<u32>>().into();
    let computer = read(&value);
    assert_eq!(
        computer
            .modules
            .get(Module::IntrusionPrevention)
            .unwrap()
            .rules,
        10_000
    );
    assert_eq!(computer.name.chars().count(), 256);
}

#[test]
fn an_id_is_a_positive_number() {
    for (id, expected) in [("9007199254740993", 9_007_199_254_740_993), ("\"7\"", 7)] {
        let computer: Computer = one(format!(r#"{{"ID": {id}}}"#).as_bytes()).unwrap();
        assert_eq!(computer.id, expected);
    }
    for id in [
        "0",
        "-1",
        "1.5",
        "1e3",
        "\"\"",
        "\"+1\"",
        "null",
        "[1]",
        "18446744073709551615",
    ] {
        let json = format!(r#"{{"computers": [{{"ID": 1}}, {{"ID": {id}}}]}}"#);
        let error = list::<Computer>(json.as_bytes(), 5)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("computer 2 of the list: its ID"),
            "{error}"
        );
    }
}

#[test]
fn a_list_is_neither_longer_than_asked_nor_something_else() {
    let error = |json: &str| list::<Computer>(json.as_bytes(), 1).unwrap_err();
    assert!(
        error(r#"{"computers": [{"ID": 1}, {"ID": 2}]}"#)
            .to_string()
            .contains("more than the 1")
    );
    assert!(
        error(r#"{"message": "hello"}"#)
            .to_string()
            .contains("no list \"computers\"")
    );
    for odd in ["[]", r#"{"computers": null}"#, r#"{"computers": [5]}"#, "7"] {
        assert!(error(odd).is_data(), "{odd}");
    }
    assert!(error(r#"{"computers": [{"ID": 1}"#).is_eof());
    assert!(error(r#"{"computers": []} x"#).is_syntax());
    let other = r#"{"total": 1, "computers": [{"ID": 1}], "next": {"a": []}}"#;
    assert_eq!(list::<Computer>(other.as_bytes(), 1).unwrap().len(), 1);
}

#[test]
fn a_policy_has_an_id_a_name_and_perhaps_a_parent() {
    let policy = |json: Value| one::<Policy>(&serde_json::to_vec(&json).unwrap());
    let web = policy(json!({
        "ID": "3", "parentID": 1, "name": "Web",
        "policySettings": {"firewallSettingNetworkEngineMode": {"value": "Tap"}}
    }));
    let web = web.unwrap();
    assert_eq!((web.id, web.parent, &*web.name), (3, Some(1), "Web"));
    assert_eq!(web.engine_mode, Fact::Known(EngineMode::Tap));
    assert_eq!(
        policy(json!({"ID": 1, "parentID": 0, "name": "Base"}))
            .unwrap()
            .parent,
        None
    );
    for odd in [
        json!({"ID": 1}),
        json!({"ID": 1, "name": ""}),
        json!({"ID": 1, "name": ["Web"]}),
        json!({"ID": 1, "name": "Web", "parentID": "top"}),
        json!({"ID": -1, "name": "Web"}),
    ] {
        assert!(
            policy(odd.clone())
                .unwrap_err()
                .to_string()
                .starts_with("the policy: its"),
            "{odd}"
        );
    }
}

#[test]
fn an_ips_rule_is_read_strictly() {
    let rule = |json: Value| one::<IntrusionPreventionRule>(&serde_json::to_vec(&json).unwrap());
    let log4j = rule(json!({
        "ID": 1007, "identifier": "1011242", "name": "Log4j", "detectOnly": false,
        "CVE": ["CVE-2021-44228", "CVE-2021-45046"], "applicationTypeID": "99",
        "minimumAgentVersion": "4.0.0.0", "canBeAssignedAlone": true, "dependsOnRuleIDs": ["1006"]
    }));
    let log4j = log4j.unwrap();
    assert_eq!(log4j.cve.len(), 2);
    assert_eq!(
        (log4j.application_type, log4j.can_be_assigned_alone),
        (Some(99), Some(true))
    );
    assert_eq!(
        (&*log4j.depends_on, log4j.detect_only),
        (&[1006][..], false)
    );
    let bare = rule(json!({"ID": 1, "CVE": null})).unwrap();
    assert!(bare.cve.is_empty() && bare.can_be_assigned_alone.is_none());
    for (field, odd) in [
        ("CVE", json!("CVE-2021-44228")),
        ("CVE", json!([5])),
        ("detectOnly", json!("perhaps")),
        ("dependsOnRuleIDs", json!([{}])),
        ("minimumAgentVersion", json!(20)),
        ("applicationTypeID", json!([])),
        ("canBeAssignedAlone", json!(1)),
    ] {
        let error = rule(json!({"ID": 1, field: odd.clone()}))
            .unwrap_err()
            .to_string();
        assert!(error.contains(field), "{odd}: {error}");
    }
}

#[test]
fn a_refusal_says_its_message_wherever_it_is() {
    for body in [
        r#"{"message": "no"}"#,
        r#"{"errors": ["no"]}"#,
        r#"{"errors": "no"}"#,
        r#"{"error": {"message": "no"}}"#,
        " no\n",
    ] {
        assert_eq!(refusal(body.as_bytes()).as_deref(), Some("no"), "{body}");
    }
    for body in ["", "<html>no</html>", "{", "{}", "[]", "{\"message\": 5}"] {
        assert_eq!(refusal(body.as_bytes()), None, "{body}");
    }
}

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
            let _ = super::key_record(json);
            let _ = refusal(json);
        }
    }
}
