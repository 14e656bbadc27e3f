//! The managed rule groups of AWS WAF, of which moto knows none.

use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::server::Reply;

/// How many rule groups a page of the list holds: few, so that every list has several pages.
const PAGE: usize = 3;

/// A managed rule group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedGroup {
    /// Its vendor.
    pub vendor: String,
    /// Its name.
    pub name: String,
    /// The title of its product.
    pub title: String,
    /// The capacity that it uses.
    pub capacity: u32,
    /// Whether the account can use it without subscribing to it first.
    pub usable: bool,
}

/// ListAvailableManagedRuleGroups: those that can be used.
pub(super) fn usable(market: &[ManagedGroup], marker: Option<&str>) -> Reply {
    let from: usize = marker.and_then(|marker| marker.parse().ok()).unwrap_or(0);
    let all = market.iter().filter(|group| group.usable);
    let page: Vec<Value> = all
        .clone()
        .skip(from)
        .take(PAGE)
        .map(|group| json!({"VendorName": group.vendor, "Name": group.name}))
        .collect();
    let next = (all.count() > from + PAGE).then(|| (from + PAGE).to_string());
    reply(&json!({"ManagedRuleGroups": page, "NextMarker": next}))
}

/// DescribeAllManagedProducts: all of them.
pub(super) fn products(market: &[ManagedGroup]) -> Reply {
    let products: Vec<Value> = market
        .iter()
        .map(|group| {
            json!({
                "VendorName": group.vendor,
                "ManagedRuleSetName": group.name,
                "ProductTitle": group.title,
                "IsVersioningSupported": false,
            })
        })
        .collect();
    reply(&json!({"ManagedProducts": products}))
}

/// CheckCapacity: the sum of what the rule groups use that the rules refer to.
pub(super) fn capacity(market: &[ManagedGroup], asked: &Value) -> Reply {
    let empty = Vec::new();
    let rules = asked.get("Rules").and_then(Value::as_array);
    let mut sum = 0;
    for rule in rules.unwrap_or(&empty) {
        let referred = rule.pointer("/Statement/ManagedRuleGroupStatement");
        let member = |name: &str| referred?.get(name)?.as_str();
        let mut groups = market.iter();
        let group = groups.find(|group| {
            group.usable
                && member("VendorName") == Some(&group.vendor)
                && member("Name") == Some(&group.name)
        });
        match group {
            Some(group) => sum += group.capacity,
            None => {
                return Refusal {
                    status: 400,
                    code: "WAFSubscriptionNotFoundException".to_owned(),
                    message: "not subscribed to the rule group".to_owned(),
                }
                .reply(super::action::Protocol::Json);
            }
        }
    }
    reply(&json!({"Capacity": sum}))
}

fn reply(body: &Value) -> Reply {
    let body = body.to_string().into_bytes();
    Reply::new(200, "application/x-amz-json-1.1", body)
}
