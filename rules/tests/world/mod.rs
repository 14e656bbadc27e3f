//! A world for a test: a healthy instance with its computer, and what a test changes of it.

pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod ledger;
mod web;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{
    Facts, Gap, Grader, gap, instance::Instance, inventories::Inventories, inventory::Inventory,
    ledger::Ledgers, web::WebEdges,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What differs from the healthy world.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Given {
    /// The time of the evaluation.
    pub(crate) now: Option<String>,
    /// The rule's parameters.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Changes of the instance.
    pub(crate) instance: Map<String, Value>,
    /// Changes of its computer; the word `none` for no computer.
    pub(crate) computer: Option<Value>,
    /// Changes of the computer, one for each of several records.
    pub(crate) computers: Option<Vec<Value>>,
    /// Changes of the inventory; the word `none` for no inventory.
    pub(crate) inventory: Option<Value>,
    /// Changes of the inventory of a second Manager, which has no computer unless it is given one.
    pub(crate) second_manager: Option<Value>,
    /// Changes of the web edges; the word `none` for none.
    pub(crate) web: Value,
    /// Changes of the ledger; the word `none` for none.
    pub(crate) ledger: Value,
    /// The Guard rules, and what each of them says; the word `none` for none.
    pub(crate) guard: Value,
}

/// A world to grade in.
#[derive(Debug)]
pub(crate) struct World {
    /// The time of the evaluation.
    pub(crate) now: Timestamp,
    /// The instance.
    pub(crate) instance: Instance,
    /// The inventories.
    pub(crate) inventories: Inventories,
    /// The web edges.
    pub(crate) web_edges: WebEdges,
    /// The ledgers.
    pub(crate) ledgers: Ledgers,
    /// The Guard rules.
    pub(crate) guard: Option<guard::Said>,
}

impl World {
    /// The healthy world with changes.
    pub(crate) fn of(given: &Given) -> Self {
        let now = given.now.as_deref().unwrap_or("2026-11-24T12:00:00Z");
        let instance = merged(healthy_instance(), &Value::Object(given.instance.clone()));
        let computers = match (&given.computers, &given.computer) {
            (Some(changes), _) => changes
                .iter()
                .map(|change| merged(healthy_computer(), change))
                .collect(),
            (None, Some(Value::String(_))) => Vec::new(),
            (None, Some(change)) => vec![merged(healthy_computer(), change)],
            (None, None) => vec![healthy_computer()],
        };
        let first = inventory(json!({"computers": computers}), given.inventory.as_ref());
        let second = given
            .second_manager
            .as_ref()
            .map(|change| inventory(json!({"manager": "second", "computers": []}), Some(change)));
        Self {
            now: now.parse().unwrap(),
            instance: serde_json::from_value(instance).unwrap(),
            inventories: Inventories::new([Some(first), second].into_iter().flatten().collect()),
            web_edges: web::edges(&given.web),
            ledgers: ledger::ledgers(&given.ledger),
            guard: guard::policy(&given.guard),
        }
    }

    /// The facts, as a rule with its parameters looks at them.
    pub(crate) fn facts(&self, grader: &Grader) -> Facts<'_> {
        let facts = grader
            .facts(self.now, &self.instance, &self.inventories)
            .with_web_edges(&self.web_edges)
            .with_ledgers(&self.ledgers);
        match &self.guard {
            Some(guard) => facts.with_guard_policy(guard),
            None => facts,
        }
    }
}

fn inventory(base: Value, change: Option<&Value>) -> Result<Inventory, Gap> {
    if matches!(change, Some(Value::String(_))) {
        return Err(Gap::retryable(
            &gap::INVENTORY_MISSING,
            "the Manager could not be read",
        ));
    }
    let document = merged(
        merged(healthy_inventory(), &base),
        change.unwrap_or(&Value::Null),
    );
    Ok(serde_json::from_value(document).unwrap())
}

/// A JSON merge patch (RFC 7396), except that `null` in place of the whole changes nothing.
fn merged(mut base: Value, change: &Value) -> Value {
    if let (Value::Object(base), Value::Object(change)) = (&mut base, change) {
        for (name, value) in change {
            match value {
                Value::Null => drop(base.remove(name)),
                Value::Object(_) if base.get(name).is_some_and(Value::is_object) => {
                    let old = base.remove(name).unwrap();
                    base.insert(name.clone(), merged(old, value));
                }
                _ => drop(base.insert(name.clone(), value.clone())),
            }
        }
    }
    base
}

fn healthy_instance() -> Value {
    json!({
        "id": "i-0123456789abcdef0",
        "account": "111122223333",
        "region": "eu-west-1",
        "name": "web-1",
        "state": "running",
        "attached": "2026-11-20T09:58:00Z",
        "launched": "2026-11-20T09:58:00Z",
    })
}

fn healthy_computer() -> Value {
    let active = |state: &str| json!({"state": state, "status": "active"});
    json!({
        "id": 217,
        "name": "web-1",
        "instance": {
            "id": "i-0123456789abcdef0",
            "account": "111122223333",
            "region": "eu-west-1",
            "source": "connector",
        },
        "policy": 3,
        "agent": {
            "activated": true,
            "status": "active",
            "version": "20.0.1.700",
            "lastCommunication": "2026-11-24T11:50:00Z",
        },
        "policySend": {
            "requested": "2026-11-23T08:00:00Z",
            "succeeded": "2026-11-23T08:01:00Z",
        },
        "securityUpdates": "active",
        "modules": {
            "antiMalware": {"state": "on", "status": "active", "realTimeScan": true},
            "webReputation": active("on"),
            "firewall": {"state": "on", "status": "active", "rules": 20},
            "intrusionPrevention": {"state": "prevent", "status": "active", "rules": 120},
            "integrityMonitoring": {"state": "real-time", "status": "active", "rules": 15},
            "logInspection": {"state": "on", "status": "active", "rules": 4},
            "applicationControl": {"state": "off", "status": "inactive"},
        },
    })
}

fn healthy_inventory() -> Value {
    json!({
        "schemaVersion": "1",
        "manager": "first",
        "takenAt": "2026-11-24T11:55:00Z",
        "completeness": "complete",
        "computers": [],
        "policies": [
            {"id": 1, "name": "Base Policy", "engineMode": "Inline"},
            {"id": 2, "name": "Linux", "parent": 1},
            {"id": 3, "name": "Web Server", "parent": 2},
            {"id": 4, "name": "Windows", "parent": 1},
            {"id": 5, "name": "Web Server", "parent": 4},
            {"id": 6, "name": "Database", "parent": 2},
        ],
        "intrusionPreventionRules": [
            {"id": 1001, "CVE": ["CVE-2021-44228"]},
            {"id": 1002, "CVE": ["CVE-2022-22965"]},
            {"id": 1003, "CVE": ["CVE-2022-22965"]},
            {"id": 1004, "CVE": ["CVE-2019-0708"], "detectOnly": true},
            {"id": 1005, "CVE": ["CVE-2023-0001"], "minimumAgentVersion": "20.0.2"},
            {"id": 2001, "applicationType": 1},
            {"id": 2002, "applicationType": 2},
            {"id": 2003, "applicationType": 3},
            {"id": 2004, "applicationType": 99},
        ],
        "applicationTypes": [
            {"id": 1, "name": "Web Server Apache"},
            {"id": 2, "name": "Web Application PHP Based"},
            {"id": 3, "name": "Database MySQL"},
        ],
        "policyRules": {"sets": [[1001, 2001, 2002, 2003]], "holders": [[3, 0]]},
        "computerRules": {"sets": [[1001, 1002, 1004, 1005]], "holders": [[217, 0]]},
    })
}
