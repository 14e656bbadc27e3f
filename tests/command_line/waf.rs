//! `deepgrade waf` on files.

use serde_json::{Value, json};

use crate::world::World;

const WEB: &str = include_str!("web.json");
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
        .find(|instance| instance["instance"] == "i-0195796736694614e")
        .unwrap();
    // Responses of a Manager do not hold its IPS rules.
    assert_eq!(api["kinds"], Value::Null);
    let why = api["why"].as_str().unwrap();
    assert!(why.contains("IPS rules"), "{why}");
    let prod = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/prod/1";
    assert_eq!(api["webAcls"], json!([prod]));
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
