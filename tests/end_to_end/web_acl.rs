//! What stands behind a web ACL decides which managed rule groups it is given.

use serde_json::json;
use testbed::edges::ManagedGroup;

use crate::{deployment::Deployment, estate::Estate, world::World};

/// What the policy of `shop` asks for, with their capacities.
const GROUPS: [(&str, u32); 3] = [
    ("AWSManagedRulesCommonRuleSet", 700),
    ("AWSManagedRulesKnownBadInputsRuleSet", 200),
    ("AWSManagedRulesSQLiRuleSet", 200),
];

pub(crate) fn is_covered(world: &World, deployment: &Deployment, estate: &Estate) {
    for (name, capacity) in GROUPS {
        world.edges.add_managed_group(ManagedGroup {
            vendor: "AWS".to_owned(),
            name: name.to_owned(),
            title: String::new(),
            capacity,
            usable: true,
        });
    }
    deployment.run("waf", &json!({}));
    // The schedule comes again and finds nothing to do.
    let again = deployment.run("waf", &json!({}));
    assert_eq!(again["recommended"], 0, "{again}");

    let read = world.step("web acl", json!({"arn": estate.web_acl}));
    assert_eq!(read["default"], json!({"Allow": {}}), "{read}");
    let mut rules = read["rules"].as_array().unwrap().iter();
    let own = rules.next().unwrap();
    assert_eq!(
        (&own["name"], &own["does"]),
        (&json!("office"), &json!({"Block": {}}))
    );
    for ((name, _), rule) in GROUPS.iter().zip(rules.by_ref()) {
        assert_eq!(rule["name"], format!("deepgrade-{name}"), "{read}");
        assert_eq!(rule["does"], json!({"Count": {}}), "{read}");
    }
    assert_eq!(
        read["rules"].as_array().unwrap().len(),
        1 + GROUPS.len(),
        "{read}"
    );
}
