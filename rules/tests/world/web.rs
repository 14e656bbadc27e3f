//! The web edges of a test: the healthy instance behind an ALB with a web ACL, and what a test
//! changes of it.
//!
//! Lists are written as objects, each element by a key: a change names the elements that it
//! changes, adds or (with `null`) takes away.

use std::collections::BTreeMap;

use rules::web::{WebEdges, WebMap};
use serde_json::{Map, Value, json};

use super::merged;

/// The web edges with changes.
pub(crate) fn edges(change: &Value) -> WebEdges {
    if let Value::String(_) = change {
        return WebEdges::default();
    }
    let mut document = healthy();
    let members = change.as_object().cloned().unwrap_or_default();
    for (name, value) in members {
        let list = document
            .get(&name)
            .filter(|member| member.is_object())
            .cloned();
        let changed = match list {
            Some(list) if value.get("unread").is_none() => with(&name, list, &value),
            _ => value,
        };
        document[&name] = changed;
    }
    let members = document.as_object().unwrap().iter();
    let members = members.map(|(name, value)| (name.clone(), listed(value)));
    let document = Value::Object(members.collect::<Map<_, _>>());
    let map: WebMap = serde_json::from_value(document).unwrap();
    let mut edges = WebEdges::default();
    edges.add(map).unwrap();
    edges
}

/// The elements of an object as a list, unless it says that the list was not read.
fn listed(member: &Value) -> Value {
    match member {
        Value::Object(elements) if !elements.contains_key("unread") => {
            // In the order of their names, whatever order the library keeps.
            let elements: BTreeMap<_, _> = elements.iter().collect();
            Value::Array(elements.into_values().cloned().collect())
        }
        other => other.clone(),
    }
}

fn with(list: &str, mut elements: Value, changes: &Value) -> Value {
    for (key, change) in changes.as_object().unwrap() {
        let known = elements.get(key).cloned();
        let element = known.unwrap_or_else(|| element(list, key));
        match change {
            Value::Null => drop(elements.as_object_mut().unwrap().remove(key)),
            change => elements[key] = merged(element, change),
        }
    }
    elements
}

/// An element as it is before its changes.
fn element(list: &str, key: &str) -> Value {
    match (list, key) {
        ("distributions", _) => json!({
            "id": key, "domain": format!("{key}.cloudfront.net"), "enabled": true,
            "webAcl": acl("edge"), "origins": [{"domain": "web-1.eu-west-1.elb.amazonaws.com"}],
        }),
        ("loadBalancers", "classic") => json!({
            "id": "old", "dnsName": "old-1.eu-west-1.elb.amazonaws.com", "kind": "classic",
            "scheme": "internet-facing", "securityGroups": ["sg-web"],
            "listeners": [{"port": 443}], "targetGroups": [group("old", 8080)],
        }),
        ("loadBalancers", "application") => json!({
            "id": balancer("app", key), "dnsName": format!("{key}-1.eu-west-1.elb.amazonaws.com"),
            "kind": "application", "scheme": "internet-facing", "webAcl": acl("prod"),
            "securityGroups": ["sg-web"], "listeners": [{"port": 443}],
            "targetGroups": [group(key, 8080)],
        }),
        ("loadBalancers", _) => json!({
            "id": balancer("net", key), "dnsName": format!("{key}-1.elb.eu-west-1.amazonaws.com"),
            "kind": "network", "scheme": "internet-facing", "listeners": [{"port": 443}],
            "targetGroups": [group(key, 8443)],
        }),
        ("webAcls", _) => json!({"arn": acl(key), "rules": 3}),
        ("securityGroups", _) => json!({"id": key, "ingress": []}),
        _ => panic!("{list} is no list"),
    }
}

fn acl(name: &str) -> String {
    format!("arn:aws:wafv2:::webacl/{name}/1")
}

fn balancer(kind: &str, name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/{kind}/{name}/1")
}

fn group(name: &str, port: u16) -> Value {
    let target = json!({"id": "i-0123456789abcdef0", "port": port, "state": "healthy"});
    json!({"name": name, "targets": [target]})
}

fn healthy() -> Value {
    let admits = |id: &str, source: &str| json!({"id": id, "ingress": [{"from": 443, "to": 443, "source": source}]});
    json!({
        "schemaVersion": "1",
        "account": "111122223333",
        "region": "eu-west-1",
        "takenAt": "2026-11-24T11:55:00Z",
        "distributions": {},
        "loadBalancers": {"web": merged(element("loadBalancers", "application"), &json!({
            "id": balancer("app", "web"), "dnsName": "web-1.eu-west-1.elb.amazonaws.com",
        }))},
        "webAcls": {
            "prod": {"arn": acl("prod"), "rules": 3},
            "edge": {"arn": acl("edge"), "rules": 2},
            "empty": {"arn": acl("empty"), "rules": 0},
        },
        "securityGroups": {
            "sg-web": admits("sg-web", "0.0.0.0/0"),
            "sg-cloudfront": admits("sg-cloudfront", "com.amazonaws.global.cloudfront.origin-facing"),
            "sg-office": admits("sg-office", "203.0.113.0/24"),
            "sg-list": admits("sg-list", "pl-0123456789abcdef0"),
            "sg-inside": {"id": "sg-inside", "ingress": [{"source": "sg-web"}]},
        },
        "instances": {
            "own": {"id": "i-0123456789abcdef0", "interfaces": [{"securityGroups": ["sg-inside"]}]},
        },
    })
}
