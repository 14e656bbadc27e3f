//! Lists and their elements, policies, IPS rules, and refusals.

use rules::{
    computer::Computer, fact::Fact, intrusion_prevention::IntrusionPreventionRule,
    module::EngineMode, policy::Policy,
};
use serde_json::{Value, json};

use super::one;
use crate::deep_security::wire::{list, refusal};

#[test]
fn bad_input_33_an_id_is_a_positive_number() {
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
    for odd in [
        "[]",
        r#"{"computers": null}"#,
        r#"{"computers": {}}"#,
        r#"{"computers": [5]}"#,
        r#"{"computers": [[1]]}"#,
        "7",
    ] {
        assert!(error(odd).is_data(), "{odd}");
        assert!(!error(odd).to_string().contains("Wire"), "{odd}");
    }
    let nested = error(r#"{"computers": [[1, "h"]]}"#).to_string();
    assert!(nested.starts_with("computer 1 of the list: it is not an object"));
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
