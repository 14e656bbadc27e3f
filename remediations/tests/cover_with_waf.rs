//! What `cover-with-waf` recommends, from web edges and policies.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use remediations::{
    catalogue::cover_with_waf::{
        Advice, Candidate, Held, PolicyTypes, Presence, Recommendation, Shield, Situation,
        WEB_PORTS, candidates, held, recommend,
    },
    web_groups::{Offer, Offers, Place, Preferences, WebAclId},
};
use rules::{
    Gap, gap,
    instance::{Instance, InstanceId},
    web::{RuleGroup, WebEdges, WebMap},
    web_groups::WebKind,
};
use serde_json::{Value, json};

const WEB: &str = "i-0123456789abcdef0";
const SHOP: &str = "i-0123456789abcdef1";
const IDLE: &str = "i-0123456789abcdef2";
const PROD: &str = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod/1";
const EDGE: &str = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1";

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn standing(text: &str) -> Gap {
    Gap::standing(&gap::NOT_REPORTED, text)
}

fn instance(id: &str, state: &str) -> Instance {
    let document = json!({
        "id": id, "account": "111122223333", "region": "eu-west-1", "state": state,
    });
    serde_json::from_value(document).unwrap()
}

fn balancer(name: &str, instance: &str, acl: &Value) -> Value {
    json!({
        "id": format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/{name}/1"),
        "dnsName": format!("{name}-1.eu-west-1.elb.amazonaws.com"),
        "kind": "application", "scheme": "internet-facing", "webAcl": acl,
        "securityGroups": ["sg-web"], "listeners": [{"port": 443}],
        "targetGroups": [{"name": name, "targets": [{"id": instance, "port": 8080, "state": "healthy"}]}],
    })
}

/// `web` behind an ALB that carries `prod`; `shop` behind CloudFront with `edge` before an ALB with
/// none; `idle` behind nothing.
fn map() -> Value {
    json!({
        "schemaVersion": "1", "account": "111122223333", "region": "eu-west-1",
        "takenAt": "2026-11-24T11:55:00Z",
        "distributions": [{
            "id": "E1", "domain": "d1.cloudfront.net", "enabled": true, "webAcl": EDGE,
            "origins": [{"domain": "shop-1.eu-west-1.elb.amazonaws.com"}],
        }],
        "loadBalancers": [balancer("web", WEB, &json!(PROD)), balancer("shop", SHOP, &json!("none"))],
        "webAcls": [
            {"arn": PROD, "rules": 1, "capacity": 700,
             "ruleGroups": [{"vendor": "AWS", "name": "AWSManagedRulesCommonRuleSet"}]},
            {"arn": EDGE, "rules": 0, "capacity": 0, "ruleGroups": []},
        ],
        "securityGroups": [{"id": "sg-web", "ingress": [{"from": 443, "to": 443, "source": "0.0.0.0/0"}]}],
        "instances": ([WEB, SHOP, IDLE].map(|id| json!({"id": id, "interfaces": []}))),
    })
}

fn edges(map: Value) -> WebEdges {
    let map: WebMap = serde_json::from_value(map).unwrap();
    let mut edges = WebEdges::default();
    edges.add(map).unwrap();
    edges
}

fn policy(name: &str, types: &[&str]) -> Shield {
    Shield::Policy(PolicyTypes {
        manager: "dsm".into(),
        policy: name.into(),
        application_types: types.iter().map(|name| Box::from(*name)).collect(),
    })
}

fn shield(instance: &Instance) -> Result<Shield, Gap> {
    Ok(match instance.id.to_string().as_str() {
        WEB => policy("Web", &["Web Server Apache", "Database MySQL"]),
        SHOP => policy("Shop", &["Web Application PHP Based", "WordPress"]),
        _ => Shield::NotInDeepSecurity,
    })
}

fn found(map: Value) -> (WebEdges, Vec<Candidate>) {
    let edges = edges(map);
    let fleet = [WEB, SHOP, IDLE].map(|id| instance(id, "running"));
    let age = SignedDuration::from_hours(2);
    let found = candidates(&edges, &fleet, &WEB_PORTS, now(), age, shield);
    (edges, found)
}

fn situation(map: Value) -> Situation {
    let (edges, candidates) = found(map);
    Situation {
        web_acls: held(&edges, &candidates),
        offers: [PROD, EDGE].map(|arn| (place(arn), Ok(own()))).into(),
        preferences: Preferences::default(),
        candidates,
    }
}

fn place(arn: &str) -> Place {
    WebAclId::of_arn(arn).unwrap().place
}

fn offer(vendor: &str, name: &str, title: &str) -> Offer {
    Offer {
        vendor: vendor.into(),
        name: name.into(),
        title: title.into(),
        description: Box::default(),
    }
}

/// What AWS lists for an account without subscriptions.
fn own() -> Offers {
    let names = [
        "CommonRuleSet",
        "KnownBadInputsRuleSet",
        "SQLiRuleSet",
        "LinuxRuleSet",
        "UnixRuleSet",
        "WindowsRuleSet",
        "PHPRuleSet",
        "WordPressRuleSet",
        "AmazonIpReputationList",
    ];
    let names = names.map(|name| offer("AWS", &format!("AWSManagedRules{name}"), ""));
    Offers {
        usable: names.into(),
        ..Offers::default()
    }
}

fn advice<'a>(recommendation: &'a Recommendation, arn: &str) -> &'a Advice {
    let mut list = recommendation.web_acls.iter();
    list.find(|advice| &*advice.arn == arn).unwrap()
}

/// The rule groups of a web ACL, each with how it stands: `+` missing, `=` there, `?` unknown.
fn rows(recommendation: &Recommendation, arn: &str) -> Vec<String> {
    let rows = advice(recommendation, arn).rows.iter().map(|row| {
        let mark = match row.presence {
            Presence::Missing => '+',
            Presence::Present => '=',
            Presence::Unknown(_) => '?',
        };
        format!(
            "{mark}{}",
            row.group.name.trim_start_matches("AWSManagedRules")
        )
    });
    rows.collect()
}

#[test]
fn what_fits_and_is_missing_is_recommended_with_what_led_to_it() {
    let recommendation = recommend(&situation(map()));
    assert_eq!(
        rows(&recommendation, PROD),
        ["=CommonRuleSet", "+KnownBadInputsRuleSet"]
    );
    assert_eq!(
        rows(&recommendation, EDGE),
        [
            "+CommonRuleSet",
            "+KnownBadInputsRuleSet",
            "+SQLiRuleSet",
            "+PHPRuleSet",
            "+WordPressRuleSet"
        ]
    );
    let missing: Vec<String> = advice(&recommendation, PROD)
        .missing()
        .map(|row| row.reason())
        .collect();
    assert_eq!(
        missing,
        ["i-0123456789abcdef0 (policy \"Web\": \"Web Server Apache\")"]
    );
    assert!(
        recommendation
            .web_acls
            .iter()
            .all(|advice| advice.notes.is_empty())
    );
    let judged: Vec<_> = recommendation
        .instances
        .iter()
        .map(|each| (each.instance.to_string(), &*each.why))
        .collect();
    assert_eq!(
        judged,
        [
            (
                WEB.to_owned(),
                "policy \"Web\" has rules for \"Web Server Apache\"; not known to be of the web: \"Database MySQL\""
            ),
            (
                SHOP.to_owned(),
                "policy \"Shop\" has rules for \"Web Application PHP Based\", \"WordPress\""
            ),
        ]
    );
}

#[test]
fn the_capacity_is_counted_and_its_price_is_said() {
    let mut map = map();
    map["webAcls"][1]["capacity"] = json!(400);
    let recommendation = recommend(&situation(map.clone()));
    let said = advice(&recommendation, EDGE).about_capacity().unwrap();
    assert!(said.contains("1700 WCU: above 1500"), "{said}");
    assert_eq!(advice(&recommendation, PROD).about_capacity(), None);
    map["webAcls"][1]["capacity"] = json!(4000);
    let recommendation = recommend(&situation(map));
    let said = advice(&recommendation, EDGE).about_capacity().unwrap();
    assert!(
        said.contains("5300 WCU, and a web ACL may use 5000"),
        "{said}"
    );
}

#[test]
fn trend_micros_groups_take_the_place_of_awss_where_they_are_subscribed_to() {
    let mut situation = situation(map());
    let mut offers = own();
    let title = "Trend Micro Managed Rules for AWS WAF - Content Management System (CMS)";
    offers.usable.push(offer("vendor", "cms-1", title));
    let title = "Trend Micro Managed Rules for AWS WAF - WebServer (Apache, Nginx)";
    offers.for_sale.push(offer("vendor", "web-1", title));
    situation.offers = [PROD, EDGE]
        .map(|arn| (place(arn), Ok(offers.clone())))
        .into();
    let recommendation = recommend(&situation);
    assert_eq!(rows(&recommendation, EDGE), ["+cms-1"]);
    assert_eq!(
        rows(&recommendation, PROD),
        ["=CommonRuleSet", "+KnownBadInputsRuleSet"]
    );
    let notes = &advice(&recommendation, PROD).notes;
    assert!(notes[0].contains("WebServer (Apache"), "{notes:?}");
    assert!(notes[0].contains("subscribe"), "{notes:?}");
}

#[test]
fn a_deployer_names_the_group_for_a_kind() {
    let group = RuleGroup {
        vendor: Some("Fortinet".into()),
        name: "all".into(),
    };
    let mut situation = situation(map());
    situation.preferences.prefer(WebKind::WebServer, group);
    let recommendation = recommend(&situation);
    assert_eq!(
        rows(&recommendation, PROD),
        ["=CommonRuleSet", "+KnownBadInputsRuleSet"]
    );
    assert!(advice(&recommendation, PROD).notes[0].contains("\"all\" of \"Fortinet\""));
    let mut offers = own();
    offers.usable.push(offer("Fortinet", "all", ""));
    situation.offers.insert(place(PROD), Ok(offers));
    let recommendation = recommend(&situation);
    assert_eq!(rows(&recommendation, PROD), ["+all"]);
    assert!(advice(&recommendation, PROD).notes.is_empty());
}

#[test]
fn what_is_not_known_is_said_and_nothing_is_recommended_on_it() {
    // The rules of a web ACL were not looked at.
    let mut unread = map();
    unread["webAcls"][1]
        .as_object_mut()
        .unwrap()
        .remove("ruleGroups");
    let recommendation = recommend(&situation(unread));
    assert!(
        rows(&recommendation, EDGE)
            .iter()
            .all(|row| row.starts_with('?'))
    );
    assert_eq!(advice(&recommendation, EDGE).missing().count(), 0);
    // The policy of an instance is not known.
    let mut without = situation(map());
    without.candidates[0].shield = Err(standing("the rules of policy 3 were not read"));
    let recommendation = recommend(&without);
    assert_eq!(rows(&recommendation, PROD), Vec::<String>::new());
    let judged = &recommendation.instances[0];
    assert_eq!(
        judged.kinds,
        Err(standing("the rules of policy 3 were not read"))
    );
    // Nobody asked what can be had.
    let mut unasked = situation(map());
    unasked.offers.clear();
    let recommendation = recommend(&unasked);
    assert_eq!(
        rows(&recommendation, PROD),
        ["=CommonRuleSet", "+KnownBadInputsRuleSet"]
    );
    assert!(advice(&recommendation, PROD).notes[0].contains("not known"));
    // AWS does not list one of its own.
    let mut fewer = own();
    fewer
        .usable
        .retain(|offer| !offer.name.contains("KnownBad"));
    let mut situation = situation(map());
    situation.offers.insert(place(PROD), Ok(fewer));
    let recommendation = recommend(&situation);
    assert_eq!(rows(&recommendation, PROD), ["=CommonRuleSet"]);
    assert!(advice(&recommendation, PROD).notes[0].contains("KnownBadInputs"));
}

#[test]
fn an_unresolved_front_is_a_gap_of_the_instance() {
    let mut hidden = map();
    hidden["distributions"] = json!({"unread": "throttled", "retryable": true});
    let (_, candidates) = found(hidden);
    // Even the one that stands behind nothing may stand behind a distribution.
    assert_eq!(candidates.len(), 3);
    assert!(
        candidates
            .iter()
            .all(|candidate| !candidate.gaps.is_empty())
    );
    assert_eq!(candidates[0].web_acls, BTreeSet::from([PROD.into()]));
    let (_, candidates) = found(map());
    assert_eq!(candidates.len(), 2);
    assert!(candidates.iter().all(|candidate| candidate.gaps.is_empty()));
}

#[test]
fn an_instance_that_does_not_run_leads_to_nothing() {
    let edges = edges(map());
    let fleet = [instance(WEB, "stopped"), instance(SHOP, "hibernating")];
    let age = SignedDuration::from_hours(2);
    let found = candidates(&edges, &fleet, &WEB_PORTS, now(), age, shield);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].instance, SHOP.parse::<InstanceId>().unwrap());
    assert!(
        found[0].gaps[0]
            .reason()
            .text()
            .contains("state of the instance")
    );
}

#[test]
fn windows_and_unix_fit_only_where_an_application_type_tells_the_system() {
    let mut situation = situation(map());
    let of = |types: &[&str]| Ok(policy("P", types));
    for (types, expected) in [
        (
            vec!["Web Server IIS"],
            vec![
                "=CommonRuleSet",
                "+KnownBadInputsRuleSet",
                "+WindowsRuleSet",
            ],
        ),
        (
            vec!["Web Server Nginx", "Unix Samba"],
            vec![
                "=CommonRuleSet",
                "+KnownBadInputsRuleSet",
                "+LinuxRuleSet",
                "+UnixRuleSet",
            ],
        ),
        (vec!["Unix Samba", "Windows SMB Server"], vec![]),
        (vec!["Web Client Common"], vec![]),
    ] {
        situation.candidates[0].shield = of(&types);
        assert_eq!(rows(&recommend(&situation), PROD), expected, "{types:?}");
    }
}

#[test]
fn a_copy_of_a_group_counts_as_the_group() {
    let mut copied = map();
    copied["webAcls"][0]["ruleGroups"] = json!([{"name": "AWSManagedRulesCommonRuleSet"}, {"vendor": "Other", "name": "AWSManagedRulesKnownBadInputsRuleSet"}]);
    let recommendation = recommend(&situation(copied));
    assert_eq!(
        rows(&recommendation, PROD),
        ["=CommonRuleSet", "+KnownBadInputsRuleSet"]
    );
}

const TYPES: [&str; 10] = [
    "Web Server Common",
    "Web Server IIS",
    "Web Application Common",
    "Web Application PHP Based",
    "WordPress",
    "Database MySQL",
    "SSH Server",
    "Web Client Common",
    "Windows SMB Server",
    "odd\u{202e}\n",
];

proptest! {
    /// Whatever is known: a group is recommended at most once, never where it is, and every
    /// recommendation names instances that are behind the web ACL; what one instance's policy is
    /// not known adds nothing.
    #[test]
    fn a_recommendation_rests_on_what_is_known(
        types in prop::collection::vec(prop::collection::btree_set(0..TYPES.len(), 0..5), 1..6),
        held in prop::collection::btree_set(0..9_usize, 0..5),
        unknown in 0..6_usize,
    ) {
        let own = own();
        let groups: Vec<RuleGroup> = held.iter().map(|place| own.usable[*place].group()).collect();
        let candidate = |(number, types): (usize, &BTreeSet<usize>)| Candidate {
            instance: format!("i-{number:017x}").parse().unwrap(),
            web_acls: BTreeSet::from([PROD.into()]),
            gaps: Vec::new(),
            shield: Ok(policy(&format!("P{}", number % 2), &types.iter().map(|place| TYPES[*place]).collect::<Vec<_>>())),
        };
        let mut situation = Situation {
            candidates: types.iter().enumerate().map(candidate).collect(),
            web_acls: BTreeMap::from([(PROD.into(), Held { groups: Ok(groups.clone()), capacity: Some(1) })]),
            offers: [(place(PROD), Ok(own))].into(),
            preferences: Preferences::default(),
        };
        let before = recommend(&situation);
        let rows = &advice(&before, PROD).rows;
        let names: BTreeSet<&str> = rows.iter().map(|row| &*row.group.name).collect();
        prop_assert_eq!(names.len(), rows.len());
        for row in rows {
            prop_assert_eq!(row.presence == Presence::Present, groups.contains(&row.group));
            prop_assert!(!row.why.is_empty());
            prop_assert!(row.why.iter().all(|why| !why.instances.is_empty() && !why.application_types.is_empty()));
            let is_hostile = row.reason().contains(['\n', '\u{202e}']);
            prop_assert!(!is_hostile);
        }
        if let Some(candidate) = situation.candidates.get_mut(unknown) {
            candidate.shield = Err(standing("not read"));
            let after = recommend(&situation);
            let after = &advice(&after, PROD).rows;
            prop_assert!(after.iter().all(|row| names.contains(&*row.group.name)));
        }
    }
}
