//! What becomes of what a Manager writes.

mod computers;
mod laws;
mod lists;

use rules::computer::Computer;
use serde_json::{Value, json};

use super::{Item, element};

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

/// A single element.
fn one<T: Item>(json: &[u8]) -> serde_json::Result<T> {
    element(&mut serde_json::Deserializer::from_slice(json))
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
