//! That nothing is lost by writing back what was read.
//!
//! `UpdateWebACL` replaces everything about a web ACL that can change. The SDK drops what it does
//! not know when it reads; so what AWS sent is compared with what is about to be sent, member by
//! member, known to the SDK or not.

use serde_json::{Map, Value};

/// What cannot be changed by writing a web ACL, and so is not written (AWS WAF API reference,
/// `WebACL`, `UpdateWebACL`). A member that is not listed here has to be written: a new one is
/// taken for one that would be lost.
const READ_ONLY: [&str; 7] = [
    "ARN",
    "Capacity",
    "LabelNamespace",
    "ManagedByFirewallManager",
    "PostProcessFirewallManagerRuleGroups",
    "PreProcessFirewallManagerRuleGroups",
    "RetrofittedByFirewallManager",
];

/// What is `false` where it is left out (AWS WAF API reference, `DataProtection`,
/// `AWSManagedRulesATPRuleSet`, `AWSManagedRulesACFPRuleSet`). The SDK leaves it out then.
const FALSE_BY_DEFAULT: [&str; 3] = [
    "EnableRegexInPath",
    "ExcludeRateBasedDetails",
    "ExcludeRuleMatchDetails",
];

/// The first member of a web ACL, as a path, that a request would lose or change; `None` where the
/// request only adds that many rules behind those that are there.
pub(super) fn lost(web_acl: &Value, request: &Value, added: usize) -> Option<String> {
    let (Value::Object(web_acl), Value::Object(request)) = (web_acl, request) else {
        return Some("what is no object".to_owned());
    };
    let written = |(name, _): &(&String, &Value)| !READ_ONLY.contains(&name.as_str());
    for (name, value) in web_acl.iter().filter(written) {
        let sent = request.get(name);
        let is_empty_description = name == "Description" && value == "";
        let difference = if name == "Rules" {
            rules(value, sent, added)
        } else if is_empty_description && sent.is_none() {
            None
        } else {
            difference(name, Some(value), sent)
        };
        if difference.is_some() {
            return difference;
        }
    }
    // A web ACL without rules may come without the list.
    if !web_acl.contains_key("Rules") {
        return rules(&Value::Null, request.get("Rules"), added);
    }
    None
}

/// Rules keep their place: those that are added come last.
fn rules(before: &Value, after: Option<&Value>, added: usize) -> Option<String> {
    let empty = Vec::new();
    let before = match before {
        Value::Null => &empty,
        Value::Array(rules) => rules,
        _ => return Some("Rules".to_owned()),
    };
    let Some(Value::Array(after)) = after else {
        return Some("Rules".to_owned());
    };
    if after.len() != before.len() + added {
        return Some("Rules".to_owned());
    }
    let mut pairs = before.iter().zip(after).enumerate();
    pairs.find_map(|(place, (before, after))| {
        difference(&format!("Rules[{place}]"), Some(before), Some(after))
    })
}

/// The first difference of two values. A member without a value is none.
fn difference(path: &str, before: Option<&Value>, after: Option<&Value>) -> Option<String> {
    let there = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    match (before, after) {
        (before, after) if !there(before) && !there(after) => None,
        (Some(Value::Object(before)), Some(Value::Object(after))) => objects(path, before, after),
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
            let mut pairs = before.iter().zip(after).enumerate();
            pairs.find_map(|(place, (before, after))| {
                difference(&format!("{path}[{place}]"), Some(before), Some(after))
            })
        }
        (Some(before), Some(after)) if before == after => None,
        _ => Some(path.to_owned()),
    }
}

fn objects(path: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Option<String> {
    let inside = |name: &String| format!("{path}.{name}");
    let is_default = |name: &String, value: &Value| {
        *value == Value::Bool(false) && FALSE_BY_DEFAULT.contains(&name.as_str())
    };
    let mut written = before
        .iter()
        .filter(|(name, value)| !is_default(name, value) || after.contains_key(*name));
    let changed =
        written.find_map(|(name, value)| difference(&inside(name), Some(value), after.get(name)));
    changed.or_else(|| {
        let mut more = after.iter().filter(|(name, _)| !before.contains_key(*name));
        more.find_map(|(name, value)| difference(&inside(name), None, Some(value)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn web_acl() -> Value {
        json!({
            "ARN": "arn", "Id": "a1", "Name": "prod", "Capacity": 3, "Description": "",
            "DefaultAction": {"Allow": {}}, "TokenDomains": null,
            "Rules": [{"Name": "r", "Statement": {"New": {"X": [1, {"Y": 2}]}}, "Action": null}],
        })
    }

    fn request() -> Value {
        json!({
            "Id": "a1", "Name": "prod", "Scope": "REGIONAL", "LockToken": "t",
            "DefaultAction": {"Allow": {}},
            "Rules": [{"Name": "r", "Statement": {"New": {"X": [1, {"Y": 2}]}}}, {"Name": "added"}],
        })
    }

    #[test]
    fn a_request_that_only_adds_a_rule_loses_nothing() {
        assert_eq!(lost(&web_acl(), &request(), 1), None);
        let mut bare = web_acl();
        bare.as_object_mut().unwrap().remove("Rules");
        let mut first = request();
        first["Rules"] = json!([{"Name": "added"}]);
        assert_eq!(lost(&bare, &first, 1), None);
    }

    #[test]
    fn case_52_whatever_would_be_lost_or_changed_is_named() {
        type Change = fn(&mut Value, &mut Value);
        let changes: [(Change, &str); 10] = [
            (|acl, _| acl["Future"] = json!({"On": true}), "Future"),
            (|acl, _| acl["Description"] = json!("mine"), "Description"),
            (
                |acl, _| acl["DefaultAction"]["Allow"]["Custom"] = json!(1),
                "DefaultAction.Allow.Custom",
            ),
            (
                |_, sent| sent["DefaultAction"] = json!({"Block": {}}),
                "DefaultAction.Allow",
            ),
            (
                |_, sent| sent["Rules"][0]["Statement"]["New"]["X"][1] = json!({}),
                "Rules[0].Statement.New.X[1].Y",
            ),
            (
                |_, sent| sent["Rules"][0]["Action"] = json!({"Block": {}}),
                "Rules[0].Action",
            ),
            (
                |_, sent| sent["Rules"].as_array_mut().unwrap().swap(0, 1),
                "Rules[0].Name",
            ),
            (
                |_, sent| drop(sent["Rules"].as_array_mut().unwrap().remove(0)),
                "Rules",
            ),
            (
                |_, sent| drop(sent.as_object_mut().unwrap().remove("Rules")),
                "Rules",
            ),
            (|_, sent| sent["Name"] = json!("other"), "Name"),
        ];
        for (change, member) in changes {
            let (mut web_acl, mut request) = (web_acl(), request());
            change(&mut web_acl, &mut request);
            assert_eq!(lost(&web_acl, &request, 1).as_deref(), Some(member));
        }
        assert_eq!(
            lost(&json!([]), &request(), 1).as_deref(),
            Some("what is no object")
        );
    }

    #[test]
    fn what_cannot_be_written_need_not_be() {
        for member in READ_ONLY {
            let mut web_acl = web_acl();
            web_acl[member] = json!(["x"]);
            assert_eq!(lost(&web_acl, &request(), 1), None, "{member}");
        }
    }
}
