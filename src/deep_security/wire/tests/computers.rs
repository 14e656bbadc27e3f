//! Computers, sound and odd.

use rules::{
    computer::{Computer, LinkSource},
    fact::Fact,
    module::{EngineMode, Module, ModuleState, Status, Strictness},
};
use serde_json::{Value, json};

use super::{one, read, sound, with};

#[test]
fn a_sound_computer_is_understood_whole() {
    let computer = read(&sound());
    assert_eq!(
        (computer.id, &*computer.name, computer.policy.clone()),
        (12, "web-1", Fact::Known(7))
    );
    let link = computer.instance.unwrap();
    assert_eq!(
        link.id.get("id").unwrap().to_string(),
        "i-0123456789abcdef0"
    );
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
    assert!(computer.instance.is_none() && computer.policy.is_missing());
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
fn case_29_an_unset_policy_finger_print_or_agent_is_none() {
    for none in [json!(0), Value::Null] {
        assert_eq!(read(&with("/policyID", none)).policy, Fact::Missing);
    }
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
        assert_eq!(link.id.get("id").unwrap().to_string(), "i-0abc1234");
        assert_eq!(link.region.unwrap().to_string(), "us-east-1");
    }
    value["noConnectorVirtualMachineSummary"]["instanceID"] = json!("vm-12");
    value["ec2VirtualMachineSummary"] = Value::Null;
    assert!(read(&value).instance.is_none());
}

/// Such a computer may be any instance: none of them is certain to be absent.
#[test]
fn an_instance_that_is_named_in_a_way_that_is_not_understood_is_not_no_instance() {
    for (pointer, odd) in [
        ("/ec2VirtualMachineSummary", json!("i-0123456789abcdef0")),
        ("/ec2VirtualMachineSummary", json!({})),
        ("/ec2VirtualMachineSummary/instanceID", json!(null)),
        ("/ec2VirtualMachineSummary/instanceID", json!(5)),
        ("/ec2VirtualMachineSummary/instanceID", json!("i-nothing")),
    ] {
        let link = read(&with(pointer, odd)).instance.unwrap();
        assert!(matches!(link.id, Fact::Unrecognised(_)), "{pointer}");
    }
}

#[test]
fn an_unknown_word_spoils_only_its_fact() {
    let computer = read(&with("/computerStatus/agentStatus", json!("hibernating")));
    assert_eq!(
        computer.agent.status,
        Fact::Unrecognised("hibernating".into())
    );
    assert_eq!(computer.policy, Fact::Known(7));
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
            let spoke = &computer.agent.last_communication;
            let spoilt = matches!(field, "lastAgentCommunication" | "agentFingerPrint");
            assert_eq!(matches!(spoke, Fact::Unrecognised(_)), spoilt, "{field}");
        }
    }
}

#[test]
fn bad_input_33_a_huge_computer_is_reduced_to_little() {
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

/// A setting that is left out is inherited; one that is there without a value is not understood.
#[test]
fn a_setting_without_a_value_is_not_inherited() {
    let pointer = "/computerSettings/firewallSettingNetworkEngineMode";
    assert!(read(&with(pointer, Value::Null)).engine_mode.is_missing());
    for odd in [
        json!({}),
        json!({"value": null}),
        json!({"value": ""}),
        json!("Inline"),
    ] {
        let mode = read(&with(pointer, odd.clone())).engine_mode;
        assert!(matches!(mode, Fact::Unrecognised(_)), "{odd}");
    }
}
