//! `deepgrade waf` on files.

use serde_json::{Value, json};

use crate::world::World;

const WEB: &str = include_str!("web.json");
const API: &str = "i-0195796736694614e";
const PROD: &str = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod/1";
const FILES: [&str; 9] = [
    "waf",
    "--instances",
    "instances.json",
    "--computers",
    "computers.json",
    "--policies",
    "policies.json",
    "--web",
    "web.json",
];

fn run(world: &World, more: &[&str]) -> crate::world::Run {
    world.run(&[&FILES[..], more].concat())
}

#[test]
fn what_a_manager_was_not_asked_is_said_and_never_taken_for_nothing() {
    let world = World::new();
    world.write("web.json", WEB);
    let told = run(&world, &["--output", "json"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    let result = told.json();
    let instances = result["instances"].as_array().unwrap();
    let api = instances
        .iter()
        .find(|instance| instance["instance"] == API)
        .unwrap();
    // Responses of a Manager do not hold its IPS rules.
    assert_eq!(api["kinds"], Value::Null);
    let why = api["why"].as_str().unwrap();
    assert!(why.contains("IPS rules"), "{why}");
    assert_eq!(api["webAcls"], json!([PROD]));
    let table = run(&world, &[]);
    assert_eq!(table.code, 4);
    assert!(table.stdout.contains("web ACL prod"), "{}", table.stdout);
    assert!(table.stdout.contains("unknown"), "{}", table.stdout);
    assert!(
        table.stdout.contains("0 rule groups recommended"),
        "{}",
        table.stdout
    );
}

#[test]
fn arguments_that_do_not_fit_are_refused_in_a_line() {
    let world = World::new();
    world.write("web.json", WEB);
    world.run(&["waf"]).fails(2, &["--web FILE", "--region"]);
    let act = run(&world, &["--act"]);
    assert_eq!(act.code, 2);
    assert!(act.stderr.contains("--region"), "{}", act.stderr);
    let group = run(&world, &["--web-server-group", "AWS"]);
    assert_eq!(group.code, 2);
    assert!(group.stderr.contains("VENDOR/NAME"), "{}", group.stderr);
}

/// An inventory in which the instance behind the web ACL `prod` has a policy.
fn inventory(policy_rules: &Value) -> Value {
    let link = json!({"id": API, "account": "111122223333", "source": "connector"});
    json!({
        "schemaVersion": "1",
        "manager": "dsm",
        "takenAt": "2026-11-24T11:58:00Z",
        "completeness": "complete",
        "computers": [{"id": 1, "name": "api", "instance": link, "policy": 3}],
        "policies": [{"id": 3, "name": "Web\u{202e}"}],
        "intrusionPreventionRules": [
            {"id": 1, "applicationType": 10}, {"id": 2, "applicationType": 11},
            {"id": 3, "applicationType": 12}, {"id": 4},
        ],
        "applicationTypes": [
            {"id": 10, "name": "Web Server Apache"},
            {"id": 11, "name": "Web Application PHP Based"},
            {"id": 12, "name": "Web Server IIS"},
        ],
        "policyRules": policy_rules,
    })
}

#[test]
fn what_fits_and_is_missing_is_listed_from_files() {
    let world = World::new();
    let mut web: Value = serde_json::from_str(WEB).unwrap();
    for acl in web["webAcls"].as_array_mut().unwrap() {
        acl["ruleGroups"] = json!([{"vendor": "AWS", "name": "AWSManagedRulesSQLiRuleSet"}]);
        acl["capacity"] = json!(1200);
    }
    world.write("web.json", web.to_string());
    let assigned = json!({"sets": [[1, 2, 4]], "holders": [[3, 0]]});
    world.write("inventory.json", inventory(&assigned).to_string());
    let files = "waf --instances instances.json --inventory inventory.json --web web.json";
    let result = world.words(&format!("{files} --output json")).json();
    let acls = result["webAcls"].as_array().unwrap();
    let prod = acls.iter().find(|acl| acl["arn"] == PROD).unwrap();
    let groups: Vec<(&str, &str)> = prod["ruleGroups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let text = |member: &str| group[member].as_str().unwrap();
            (text("presence"), text("name"))
        })
        .collect();
    assert_eq!(
        groups,
        [
            ("missing", "AWSManagedRulesCommonRuleSet"),
            ("missing", "AWSManagedRulesKnownBadInputsRuleSet"),
            ("there", "AWSManagedRulesSQLiRuleSet"),
            ("missing", "AWSManagedRulesPHPRuleSet"),
        ]
    );
    assert_eq!(prod["capacityAfter"], 2200);
    let why = json!([{
        "manager": "dsm", "policy": "Web", "applicationTypes": ["Web Application PHP Based"],
        "instances": [API],
    }]);
    assert_eq!(prod["ruleGroups"][3]["why"], why);
    // Nobody was asked what can be had.
    let notes = prod["notes"].to_string();
    assert!(
        notes.contains("Trend Micro's can be had is not known"),
        "{notes}"
    );
    let table = world.words(files).stdout;
    assert!(table.contains("3 rule groups recommended"), "{table}");
    assert!(
        table.contains("AWS charges more for each request"),
        "{table}"
    );
    // What is not known of the policy recommends nothing.
    let unknown = inventory(&json!({"sets": [], "holders": []}));
    world.write("inventory.json", unknown.to_string());
    let run = world.words(&format!("{files} --output json"));
    assert_eq!(run.code, 4);
    let result = run.json();
    let acls = result["webAcls"].as_array().unwrap();
    assert!(acls.iter().all(|acl| acl["ruleGroups"] == json!([])));
}
