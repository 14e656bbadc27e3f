//! What a rule only wishes for costs nothing that it needs.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use rules::{
    inventories::Inventories,
    inventory::Inventory,
    verdict::Compliance::Compliant,
    web::{WebEdges, WebMap},
};
use serde_json::json;

use super::{
    canned::{id, of_computers},
    message::ACCOUNT,
    stage::{Stage, start},
};

/// An instance behind a web ACL that lacks rule groups, whose policy has a rule for web servers;
/// what the Manager has of IPS rules can be read, or is damaged.
fn stage(rules_are_damaged: bool) -> Stage {
    let stage = Stage::with(1);
    let computer = json!({
        "id": 1, "policy": 3,
        "instance": {"id": id(0), "account": ACCOUNT, "source": "connector"},
    });
    let mut document = serde_json::to_value(of_computers(start(), [computer])).unwrap();
    if !rules_are_damaged {
        document["intrusionPreventionRules"] = json!([{"id": 9, "applicationType": 1}]);
        document["applicationTypes"] = json!([{"id": 1, "name": "Web Server Common"}]);
        document["policyRules"] = json!({"sets": [[9]], "holders": [[3, 0]]});
    }
    let damaged = &stage.world().rules_are_damaged;
    damaged.store(rules_are_damaged, Relaxed);
    let inventory: Inventory = serde_json::from_value(document).unwrap();
    *stage.world().inventories.lock().unwrap() = Arc::new(Inventories::new(vec![Ok(inventory)]));

    let acl = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/prod/1";
    let map: WebMap = serde_json::from_value(json!({
        "schemaVersion": "1", "account": ACCOUNT, "region": "us-east-1", "takenAt": start(),
        "distributions": [], "securityGroups": [
            {"id": "sg-web", "ingress": [{"from": 443, "to": 443, "source": "0.0.0.0/0"}]},
        ],
        "webAcls": [{"arn": acl, "rules": 1, "ruleGroups": []}],
        "instances": [{"id": id(0), "interfaces": []}],
        "loadBalancers": [{
            "id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1",
            "dnsName": "web-1.us-east-1.elb.amazonaws.com", "kind": "application",
            "scheme": "internet-facing", "webAcl": acl, "securityGroups": ["sg-web"],
            "listeners": [{"port": 443}], "targetGroups": [
                {"name": "web", "targets": [{"id": id(0), "port": 80, "state": "healthy"}]},
            ],
        }],
    }))
    .unwrap();
    let mut edges = WebEdges::default();
    edges.add(map).unwrap();
    *stage.world().edges.lock().unwrap() = edges;
    stage
}

fn shown(stage: &Stage) -> String {
    assert_eq!(stage.config().of(0), Some(Compliant));
    let batches = stage.config().batches.lock().unwrap();
    batches.last().unwrap()[0].annotation().to_owned()
}

#[test]
fn ips_rules_that_cannot_be_read_cost_the_recommendation_and_not_the_verdict() {
    const VERDICT: &str = "DS-WAF-001 ALB \"web\" carries web ACL \"prod\"";
    let whole = stage(false);
    whole.play_well(&whole.hour().about_rule("instance-is-behind-waf"));
    let recommended = "; recommended: AWSManagedRulesCommonRuleSet, \
                       AWSManagedRulesKnownBadInputsRuleSet";
    assert_eq!(shown(&whole), format!("{VERDICT}{recommended}"));
    assert_eq!(whole.world().asked()[2], 1);

    let damaged = stage(true);
    damaged.play_well(&damaged.hour().about_rule("instance-is-behind-waf"));
    assert_eq!(shown(&damaged), VERDICT);
    assert_eq!(damaged.world().asked()[2], 2);
}
