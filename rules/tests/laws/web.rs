//! Web edges drawn at random, and what a law asks of them.

use proptest::{collection::btree_map, prelude::*, sample::select};
use rules::{Gap, Verdict, catalogue, web::WebEdges};
use serde_json::{Map, Value, json};

use crate::world::World;

/// Changes of the healthy web edges.
pub(crate) fn edges() -> impl Strategy<Value = Value> {
    let distributions = part(btree_map(select(vec!["E1", "E2"]), distribution(), 0..3));
    let balancers = part(btree_map(
        select(vec!["web", "edge", "classic"]),
        balancer(),
        0..4,
    ));
    let lists = (
        distributions,
        balancers,
        acls(),
        mostly_empty(),
        interfaces(),
    );
    lists.prop_map(|(distributions, balancers, acls, groups, instances)| {
        json!({
            "distributions": distributions,
            "loadBalancers": balancers,
            "webAcls": acls,
            "securityGroups": groups,
            "instances": instances,
        })
    })
}

fn unread_part() -> Value {
    json!({"unread": "Throttling", "retryable": true})
}

fn part<T: Into<Value>>(
    list: impl Strategy<Value = std::collections::BTreeMap<&'static str, T>>,
) -> impl Strategy<Value = Value> {
    let members = list.prop_map(|elements| {
        let members = elements
            .into_iter()
            .map(|(key, element)| (key.to_owned(), element.into()));
        Value::Object(members.collect::<Map<_, _>>())
    });
    prop_oneof![12 => members, 1 => Just(unread_part())]
}

fn mostly_empty() -> impl Strategy<Value = Value> {
    prop_oneof![12 => Just(json!({})), 1 => Just(unread_part())]
}

/// Changes of the web ACLs: which rule groups one has may be known.
fn acls() -> impl Strategy<Value = Value> {
    let held = select(vec![
        json!([]),
        json!([{"vendor": "AWS", "name": "AWSManagedRulesCommonRuleSet"}]),
        json!([{"vendor": "Fortinet", "name": "all"}]),
    ]);
    prop_oneof![
        4 => held.prop_map(|held| json!({"prod": {"ruleGroups": held}})),
        2 => mostly_empty(),
    ]
}

fn acl() -> impl Strategy<Value = Value> {
    let named = |name: &str| json!(format!("arn:aws:wafv2:::webacl/{name}/1"));
    prop_oneof![
        6 => select(vec![named("prod"), named("edge"), named("empty"), named("lost")]),
        2 => Just(json!("none")),
        1 => Just(json!("473e64fd-f30b-4765-81a0-62ad96dd167a")),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(unread_part()),
    ]
}

fn groups() -> impl Strategy<Value = Value> {
    let known = vec![
        "sg-web",
        "sg-cloudfront",
        "sg-office",
        "sg-list",
        "sg-inside",
        "sg-?",
    ];
    prop::collection::vec(select(known), 0..3).prop_map(|groups| json!(groups))
}

fn distribution() -> impl Strategy<Value = Value> {
    let domains = vec![
        "web-1.eu-west-1.elb.amazonaws.com",
        "edge-1.elb.eu-west-1.amazonaws.com",
        "own.example.com",
        "origin.example.com",
        "logs.s3.amazonaws.com",
    ];
    let origins = prop::collection::vec(select(domains), 0..3).prop_map(|domains| {
        let origins = domains.into_iter().map(|domain| json!({"domain": domain}));
        Value::Array(origins.collect())
    });
    (any::<bool>(), acl(), prop_oneof![8 => origins, 1 => Just(unread_part())]).prop_map(
        |(enabled, acl, origins)| json!({"enabled": enabled, "webAcl": acl, "origins": origins}),
    )
}

fn balancer() -> impl Strategy<Value = Value> {
    let kinds = select(vec!["application", "network", "classic", "gateway", "?"]);
    let schemes = select(vec!["internet-facing", "internal", "?"]);
    let targets = select(vec![
        json!([{"id": "i-0123456789abcdef0", "port": 80, "state": "healthy"}]),
        json!([{"id": "i-0123456789abcdef0", "port": 22, "state": "unused"}]),
        json!([{"id": "10.0.0.1", "port": 80}]),
        json!([{"id": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1", "port": 443}]),
        unread_part(),
    ]);
    let ports = prop_oneof![
        8 => select(vec![json!([{"port": 443}]), json!([{"port": 22}]), json!([])]),
        1 => Just(unread_part()),
    ];
    (kinds, schemes, acl(), groups(), ports, targets).prop_map(
        |(kind, scheme, acl, groups, ports, targets)| {
            json!({
                "kind": kind, "scheme": scheme, "webAcl": acl, "securityGroups": groups,
                "listeners": ports, "targetGroups": [{"name": "any", "targets": targets}],
            })
        },
    )
}

fn interfaces() -> impl Strategy<Value = Value> {
    let own = groups().prop_map(|groups| {
        json!({"own": {"interfaces": [
            {"addresses": ["192.0.2.7"], "dnsName": "own.example.com", "securityGroups": groups},
        ]}})
    });
    prop_oneof![4 => Just(json!({})), 4 => own, 1 => Just(json!({"own": null})), 1 => Just(unread_part())]
}

/// A list of a web map.
pub(crate) fn unread() -> impl Strategy<Value = &'static str> {
    select(vec![
        "distributions",
        "loadBalancers",
        "webAcls",
        "securityGroups",
        "instances",
    ])
}

/// The web edges, of which one list was not read.
pub(crate) fn without(edges: &WebEdges, list: &str) -> WebEdges {
    let mut partial = WebEdges::default();
    for map in edges.maps() {
        let mut document = serde_json::to_value(map).unwrap();
        document[list] = unread_part();
        partial
            .add(serde_json::from_value(document).unwrap())
            .unwrap();
    }
    partial
}

/// What the rule about web fronts says in the world with these web edges.
pub(crate) fn graded(world: &World, edges: &WebEdges, bypass: &str) -> Result<Verdict, Gap> {
    let rule = catalogue::find("instance-is-behind-waf").unwrap();
    let grader = rule
        .of_instances()
        .unwrap()
        .with([("bypass".to_owned(), bypass.to_owned())])
        .unwrap();
    let facts = grader.facts(world.now, &world.instance, &world.inventories);
    grader.grade(&facts.with_web_edges(edges))
}
