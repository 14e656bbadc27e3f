//! The whole flow: what is recommended, and what acting makes of it.

use std::{collections::BTreeSet, slice::from_ref};

use aws_sdk_wafv2::types::Scope;
use deepgrade::{
    aws::waf::Waf,
    cover::{Change, Estate, act, ask, situation},
};
use jiff::{SignedDuration, Timestamp};
use remediations::{
    catalogue::cover_with_waf::{PolicyTypes, Recommendation, Shield, WEB_PORTS, recommend},
    web_groups::Preferences,
};
use rules::{
    instance::Instance,
    web::{WebEdges, WebMap},
};
use serde_json::json;

use crate::account::{Account, REGION};

const ID: &str = "i-0123456789abcdef0";

fn edges(arn: &str) -> WebEdges {
    let balancer = json!({
        "id": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1",
        "dnsName": "web-1.eu-west-1.elb.amazonaws.com",
        "kind": "application", "scheme": "internet-facing", "webAcl": arn,
        "securityGroups": ["sg-web"], "listeners": [{"port": 443}],
        "targetGroups": [{"name": "web", "targets": [{"id": ID, "port": 8080, "state": "healthy"}]}],
    });
    let map: WebMap = serde_json::from_value(json!({
        "schemaVersion": "1", "account": "123456789012", "region": REGION,
        "takenAt": "2026-11-24T12:00:00Z",
        "distributions": [], "loadBalancers": [balancer],
        "webAcls": [{"arn": arn, "rules": 1, "capacity": 3, "ruleGroups": []}],
        "securityGroups": [{"id": "sg-web", "ingress": [{"from": 443, "to": 443, "source": "0.0.0.0/0"}]}],
        "instances": [{"id": ID, "interfaces": []}],
    }))
    .unwrap();
    let mut edges = WebEdges::default();
    edges.add(map).unwrap();
    edges
}

fn recommended(account: &Account, arn: &str) -> Recommendation {
    let edges = edges(arn);
    let instance: Instance = serde_json::from_value(json!({
        "id": ID, "account": "123456789012", "region": REGION, "state": "running",
    }))
    .unwrap();
    let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let estate = Estate {
        web_edges: &edges,
        instances: &[instance],
        now,
        max_age: SignedDuration::from_hours(2),
        ports: &WEB_PORTS,
    };
    let shield = |_: &Instance| {
        Ok(Shield::Policy(PolicyTypes {
            manager: "dsm".into(),
            policy: "Web".into(),
            application_types: BTreeSet::from(["Web Application PHP Based".into()]),
        }))
    };
    let waf = Waf::new(from_ref(&account.clients), &account.time);
    let mut situation = situation(&estate, &Preferences::default(), shield);
    account.run(ask(&mut situation, &waf));
    recommend(&situation)
}

#[test]
fn a_recommendation_writes_nothing_and_acting_adds_what_it_says_once() {
    let account = Account::new();
    let arn = account.web_acl("prod", Scope::Regional);
    account.edges.forget_calls();
    let recommendation = recommended(&account, &arn);
    let missing: Vec<String> = recommendation.web_acls[0]
        .missing()
        .map(|row| row.group.name.to_string())
        .collect();
    assert_eq!(
        missing,
        [
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
            "AWSManagedRulesSQLiRuleSet",
            "AWSManagedRulesPHPRuleSet"
        ]
    );
    // Nothing that changes anything was asked for.
    let reads = ["List", "Describe", "Get"];
    for action in account.edges.calls().keys() {
        let (_, action) = action.split_once(':').unwrap();
        assert!(
            reads.iter().any(|read| action.starts_with(read)),
            "{action}"
        );
    }
    let waf = Waf::new(from_ref(&account.clients), &account.time);
    let outcomes = account.run(act(&recommendation, &waf));
    assert!(
        matches!(&outcomes[arn.as_str()], Ok(Change::Added { groups, .. }) if groups.len() == 4)
    );
    assert_eq!(account.rules(&arn).len(), 5);
    // A second run on what was read before adds nothing.
    let outcomes = account.run(act(&recommendation, &waf));
    assert_eq!(outcomes[arn.as_str()], Ok(Change::Nothing));
    assert_eq!(account.rules(&arn).len(), 5);
}
