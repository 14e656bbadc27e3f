//! `snapshot`: what it saves is graded the same.

use std::fs;

use testbed::moto::ACCOUNT;

use crate::world::World;

#[test]
fn a_snapshot_is_graded_like_the_account() {
    let world = World::new();
    let clients = world.clients("us-east-1");
    let [known, _, gone] = ["known", "unknown", "gone"].map(|name| world.launch(&clients, name));
    world.terminate(&clients, &gone);
    world.protect(1001, ACCOUNT, &known);
    world.launch(&world.clients("eu-west-1"), "abroad");
    let regions = "--region us-east-1 --region eu-west-1";

    let saved = world.run(&world.with_manager(&format!("snapshot {regions} --output-dir saved")));
    assert_eq!((saved.code, saved.stdout.as_str()), (0, ""), "{saved:?}");
    let mut names: Vec<String> = fs::read_dir(world.path("saved"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut lines: Vec<&str> = saved.stderr.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), names.len(), "{}", saved.stderr);
    for (line, name) in lines.iter().zip(&names) {
        assert!(line.starts_with(&format!("saved/{name}: ")), "{line}");
    }
    let named = |prefix: &str| {
        let names = names.iter().filter(|name| name.starts_with(prefix));
        let paths: Vec<String> = names.map(|name| format!("saved/{name}")).collect();
        paths.join(" ")
    };
    let instances = format!(
        "saved/instances-{ACCOUNT}-eu-west-1.json saved/instances-{ACCOUNT}-us-east-1.json"
    );
    assert_eq!(named("instances-"), instances);

    let web = format!("saved/web-{ACCOUNT}-eu-west-1.json saved/web-{ACCOUNT}-us-east-1.json");
    assert_eq!(named("web-"), web);
    let files = format!(
        "--instances {instances} --web {web} --inventory {}",
        named("inventory-")
    );
    let saved = world.run(&format!("evaluate {files} --output json"));
    let live = world.run(&world.with_manager(&format!("evaluate {regions} --output json")));
    assert_eq!(saved.code, live.code, "{saved:?}");
    assert_eq!(saved.json()["verdicts"].as_array().unwrap().len() % 4, 0);
    for rule in [
        "instance-has-policy",
        "modules-are-active",
        "instance-is-clear",
        "agent-is-fresh",
        "instance-is-behind-waf",
    ] {
        assert_eq!(saved.verdicts(rule), live.verdicts(rule), "{rule}");
        assert_eq!(saved.verdicts(rule).len(), 4, "{rule}");
    }
    // The files are of one time, whenever they are graded.
    let again = world.run(&format!("evaluate {files} --output json"));
    assert_eq!(again.stdout, saved.stdout);
    let newest = saved.json()["asOf"].as_str().unwrap().to_owned();
    let taken = format!("{instances} {}", named("inventory-"));
    let taken = taken.split(' ').map(|name| {
        let text = fs::read_to_string(world.path(name)).unwrap();
        let saved: serde_json::Value = serde_json::from_str(&text).unwrap();
        let taken: jiff::Timestamp = saved["takenAt"].as_str().unwrap().parse().unwrap();
        taken
    });
    assert_eq!(taken.max(), newest.parse().ok());
}

#[test]
fn a_snapshot_without_managers_holds_the_account_only() {
    let world = World::new();
    world.launch(&world.clients("us-east-1"), "web-1");
    let run = world.run("snapshot --region us-east-1 --output-dir a/b --quiet");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let name = format!("a/b/instances-{ACCOUNT}-us-east-1.json");
    let text = fs::read_to_string(world.path(&name)).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(saved["schemaVersion"], "1");
    assert_eq!(
        (&saved["account"], &saved["region"]),
        (&ACCOUNT.into(), &"us-east-1".into())
    );
    assert_eq!(saved["instances"][0]["name"], "web-1");
}

#[test]
fn nothing_is_written_when_a_part_cannot_be_read() {
    let world = World::new();
    world.launch(&world.clients("us-east-1"), "web-1");
    let line = "snapshot --region us-east-1 --output-dir saved --key-file key.txt --manager";
    let run = world.run(&format!("{line} http://127.0.0.1:9/api"));
    run.fails(1, &["127.0.0.1:9"]);
    assert!(!world.path("saved").exists());
}
