//! What laws are held on: worlds and graders drawn at random.

use proptest::{prelude::*, sample::select};
use rules::{Grader, catalogue, module::Module, rule::InstanceRule};
use serde_json::{Value, json};

use crate::{
    ledger, web,
    world::{Given, World},
};

/// Every rule, each with some parameters.
pub(crate) fn graders() -> impl Strategy<Value = Vec<Grader>> {
    let of_rule = |rule: InstanceRule| {
        let values = rule.rule().parameters().map(|parameter| {
            let values = match parameter.name {
                "policyNames" => vec![
                    "Linux",
                    "Base Policy/Linux/Web Server",
                    "web server, Database",
                ],
                "matchAncestors" => vec!["true", "0"],
                "modules" => vec![
                    "firewall",
                    "webReputation,logInspection",
                    "integrityMonitoring",
                ],
                "strictness" => vec!["on", "strongest"],
                "maxAgentAgeHours" => vec!["1", "100"],
                "gracePeriodMinutes" => vec!["0", "10080"],
                "maxInventoryAgeMinutes" => vec!["15"],
                "maxFindingListAgeHours" => vec!["1", "168"],
                "webPorts" => vec!["443", "80,9000"],
                "bypass" => vec!["allow", "deny"],
                "unshieldable" => vec!["counted", "non-compliant"],
                // Failing closed has a law of its own.
                "undetermined" => vec!["no-result"],
                other => panic!("say which values of {other} to draw"),
            };
            prop::option::of(select(values))
                .prop_map(|value| value.map(|value| (parameter.name.to_owned(), value.to_owned())))
        });
        values
            .collect::<Vec<_>>()
            .prop_map(move |given| rule.with(given.into_iter().flatten()).unwrap())
    };
    catalogue::of_instances().map(of_rule).collect::<Vec<_>>()
}

/// A word that a Manager may report, or that none should.
fn word() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => select(vec!["active", "warning", "error", "inactive", "not-supported"]).prop_map(Value::from),
        4 => select(vec!["on", "off", "prevent", "detect", "real-time"]).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<i64>().prop_map(Value::from),
    ]
}

fn time() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (0..200_i64).prop_map(|hours| json!(1_795_521_000_000_i64 - hours * 3_600_000)),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn module() -> impl Strategy<Value = Value> {
    let report = (
        word(),
        word(),
        0..3_u32,
        any::<bool>(),
        any::<Option<String>>(),
    );
    report.prop_map(|(state, status, rules, scan, message)| {
        json!({"state": state, "status": status, "rules": rules, "realTimeScan": scan,
               "message": message.unwrap_or_default()})
    })
}

fn computer() -> impl Strategy<Value = Value> {
    let agent = (any::<bool>(), word(), time());
    let modules = prop::collection::btree_map(
        select(
            Module::ALL
                .iter()
                .map(|module| module.word())
                .collect::<Vec<_>>(),
        ),
        module(),
        0..9,
    );
    let policy = select(vec![json!(null), json!(3), json!(5), json!(99)]);
    let mode = select(vec![json!(null), json!("Inline"), json!("Tap"), json!("?")]);
    (
        agent,
        time(),
        time(),
        word(),
        modules,
        policy,
        mode,
        any::<String>(),
    )
        .prop_map(
            |(
                (activated, status, spoke),
                requested,
                succeeded,
                updates,
                modules,
                policy,
                mode,
                name,
            )| {
                json!({
                    "name": name,
                    "policy": policy,
                    "agent": {"activated": activated, "status": status, "lastCommunication": spoke},
                    "policySend": {"requested": requested, "succeeded": succeeded},
                    "securityUpdates": updates,
                    "engineMode": mode,
                    "modules": modules,
                })
            },
        )
}

prop_compose! {
    pub(crate) fn a_world()(
        computers in prop::collection::vec(computer(), 0..3),
        state in select(vec!["pending", "running", "stopped", "terminated", "?"]),
        inventory in prop_oneof![8 => Just(None), 1 => Just(Some(json!("none")))],
        web in web::edges(),
        ledger in ledger::any_changes(),
    ) -> World {
        let numbered = computers.into_iter().enumerate().map(|(position, mut computer)| {
            computer["id"] = json!(position + 1);
            computer
        });
        let instance = json!({"state": state}).as_object().unwrap().clone();
        World::of(&Given {
            instance,
            computers: Some(numbered.collect()),
            inventory,
            web,
            ledger,
            ..Given::default()
        })
    }
}
