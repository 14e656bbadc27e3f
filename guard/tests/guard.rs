//! What is refused, what is evaluated, and that nothing hangs, panics or ends the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "guard/evaluated.rs"]
mod evaluated;
#[path = "guard/hostile.rs"]
mod hostile;
#[path = "guard/refused.rs"]
mod refused;

use guard::{Outcome, Policy, Refused, Shape, Text};
use serde_json::{Value, json};

/// A small world: an instance, a computer with modules, and findings.
fn shape() -> Shape {
    let module = json!({"type": "object", "properties": {
        "state": {"type": "string", "enum": ["on", "off"]},
        "rules": {"type": "integer"},
    }});
    let finding = json!({"type": "object", "properties": {
        "kind": {"type": "string"},
        "severity": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "ageHours": {"type": ["integer", "null"]},
        "cves": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
    }});
    Shape::of_schema(&json!({
        "$defs": {"module": module},
        "type": "object",
        "properties": {
            "instance": {"type": "object", "properties": {
                "id": {"type": "string"},
                "name": {"type": "string"},
                "state": {"type": "string", "enum": ["running", "stopped"]},
            }},
            "computer": {"type": "object", "properties": {
                "managed": {"type": "boolean"},
                "modules": {"type": "object", "properties": {
                    "antiMalware": {"$ref": "#/$defs/module"},
                    "firewall": {"$ref": "#/$defs/module"},
                }},
            }},
            "findings": {"type": "array", "maxItems": 500, "items": finding},
        },
    }))
    .unwrap()
}

fn checked(rules: &str) -> Result<Policy, Refused> {
    let text = Text {
        name: "x.guard".to_owned(),
        rules: rules.to_owned(),
    };
    Policy::check(vec![text], &shape())
}

fn evaluated(rules: &str, document: &Value) -> Vec<Outcome> {
    checked(rules).unwrap().evaluate(document).unwrap()
}

/// The words of all rules.
fn words(rules: &str, document: &Value) -> String {
    let outcomes = evaluated(rules, document);
    let words: Vec<_> = outcomes.iter().map(|each| each.status.word()).collect();
    words.join(" ")
}

fn document() -> Value {
    json!({
        "instance": {"id": "i-0123456789abcdef0", "name": "web", "state": "running"},
        "computer": {
            "managed": true,
            "modules": {"antiMalware": {"state": "on", "rules": 0}, "firewall": {"state": "off", "rules": 3}},
        },
        "findings": [
            {"kind": "Recon:EC2/Portscan", "severity": "low", "ageHours": 3, "cves": []},
            {"kind": "CVE", "severity": "high", "ageHours": 400, "cves": ["CVE-2021-44228"]},
        ],
    })
}
