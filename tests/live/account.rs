//! What is graded: the instances that are there now, in every Region that is named.

use deepgrade::time::{RealTime, Time as _};
use testbed::moto::ACCOUNT;

use crate::world::{OTHER_ACCOUNT, ROLE, World};

const RULE: &str = "instance-has-policy";

#[test]
fn the_instances_of_an_account_are_graded_as_they_are_now() {
    let world = World::new();
    let clients = world.clients("us-east-1");
    let [known, stopped, unknown, gone] =
        ["known", "stopped", "unknown", "gone"].map(|name| world.launch(&clients, name));
    world.stop(&clients, &stopped);
    world.terminate(&clients, &gone);
    world.protect(1001, ACCOUNT, &known);
    world.protect(1002, ACCOUNT, &stopped);
    let ireland = world.clients("eu-west-1");
    let abroad = world.launch(&ireland, "abroad");
    world.launch(&world.clients("eu-west-2"), "not asked for");

    let line = "evaluate --region us-east-1 --region eu-west-1 --output json";
    let run = world.run(&world.with_manager(line));
    let verdicts = run.verdicts(RULE);
    let verdict = |id: &String| verdicts.get(id).map(String::as_str);
    assert_eq!(verdict(&known), Some("COMPLIANT"));
    assert_eq!(verdict(&stopped), Some("COMPLIANT"));
    assert_eq!(verdict(&unknown), Some("NOT_APPLICABLE"), "{}", run.stdout);
    assert_eq!(verdict(&abroad), Some("NOT_APPLICABLE"));
    assert_eq!(verdict(&gone), Some("NOT_APPLICABLE"));
    assert_eq!(verdicts.len(), 5);
    let active = run.verdicts("modules-are-active");
    assert_eq!(
        active.get(&stopped).map(String::as_str),
        Some("NOT_APPLICABLE")
    );
    let web = run.verdicts("instance-is-behind-waf");
    assert_eq!(web.len(), 5);
    assert!(
        web.values().all(|verdict| verdict != "UNDETERMINED"),
        "{web:?}"
    );
    let result = run.json();
    let row = result["verdicts"].as_array().unwrap().iter();
    let row = row
        .clone()
        .find(|row| row["instance"] == abroad.as_str())
        .unwrap();
    assert_eq!(
        (&row["name"], &row["account"], &row["region"]),
        (&"abroad".into(), &ACCOUNT.into(), &"eu-west-1".into())
    );
    only_reads(&world);
}

/// Everything that is asked of AWS is a read, whatever the command.
#[track_caller]
fn only_reads(world: &World) {
    let calls = world.proxy.calls();
    assert!(
        calls
            .iter()
            .any(|call| call.action == "ec2:DescribeInstances")
    );
    for call in calls {
        let (_, what) = call.action.split_once(':').unwrap();
        let reads = ["Describe", "List", "Get", "GET /"];
        let allowed = reads.iter().any(|read| what.starts_with(read)) || what == "AssumeRole";
        assert!(allowed, "{call:?}");
    }
}

#[test]
fn an_account_is_graded_as_of_now_whatever_the_age_of_an_inventory() {
    let world = World::new();
    let id = world.launch(&world.clients("us-east-1"), "web-1");
    world.protect(1001, ACCOUNT, &id);
    let fetch = "inventory fetch --output-file inventory.json";
    assert_eq!(world.run(&world.with_manager(fetch)).code, 0);
    let saved = std::fs::read_to_string(world.path("inventory.json")).unwrap();
    let mut saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    saved["takenAt"] = "2026-01-01T00:00:00Z".into();
    world.write("inventory.json", &saved.to_string());
    let before = RealTime::start().now();
    let run = world.run(&format!(
        "evaluate --region us-east-1 --inventory inventory.json --rule {RULE} --output json"
    ));
    assert_eq!(run.code, 4, "{run:?}");
    let verdict = run.verdicts(RULE).remove(&id);
    assert_eq!(verdict.as_deref(), Some("UNDETERMINED"));
    let as_of: jiff::Timestamp = run.json()["asOf"].as_str().unwrap().parse().unwrap();
    assert!(as_of >= before, "{as_of}");
    // What no rule needs is not asked for.
    let calls = world.proxy.calls().into_iter();
    let mut asked: Vec<String> = calls.map(|call| call.action).collect();
    asked.dedup();
    assert_eq!(asked, ["sts:GetCallerIdentity", "ec2:DescribeInstances"]);
}

#[test]
fn one_instance_is_explained() {
    let world = World::new();
    let clients = world.clients("us-east-1");
    let id = world.launch(&clients, "web-1");
    world.protect(1001, ACCOUNT, &id);
    let line = format!("explain {id} --region us-east-1 --rule {RULE}");
    let run = world.run(&world.with_manager(&line));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("web-1") && run.stdout.contains("DS-POL-"),
        "{}",
        run.stdout
    );
    let line = "explain i-0123456789abcdef0 --region us-east-1";
    let run = world.run(&world.with_manager(line));
    run.fails(2, &["is not among the 1"]);
}

#[test]
fn an_endpoint_of_one_service_outranks_that_of_all() {
    let world = World::new();
    world.launch(&world.clients("us-east-1"), "web-1");
    let line = format!("evaluate --region us-east-1 --rule {RULE} --output json");
    let url = world.proxy.url();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL_STS", &url),
        ("AWS_ENDPOINT_URL_EC2", &url),
    ];
    let run = world.run_with(&world.with_manager(&line), &keys);
    assert_eq!(run.verdicts(RULE).len(), 1, "{}", run.stderr);
}

#[test]
fn a_role_of_another_account_is_taken_on() {
    let world = World::new();
    world.launch(&world.clients("us-east-1"), "here");
    let there = world.launch(&world.other("us-east-1"), "there");
    world.protect(1001, OTHER_ACCOUNT, &there);
    let line = format!(
        "evaluate --region us-east-1 --role-arn {ROLE} --external-id violet --rule {RULE} \
         --output json"
    );
    let run = world.run(&world.with_manager(&line));
    let verdicts: Vec<(String, String)> = run.verdicts(RULE).into_iter().collect();
    assert_eq!(verdicts, [(there, "COMPLIANT".to_owned())]);
    assert_eq!(run.json()["verdicts"][0]["account"], OTHER_ACCOUNT);
    let calls = world.proxy.calls();
    let asked = calls
        .iter()
        .find(|call| call.action == "sts:AssumeRole")
        .unwrap();
    for part in [
        "RoleSessionName=deepgrade",
        "DurationSeconds=900",
        "ExternalId=violet",
    ] {
        assert!(asked.body.contains(part), "{}", asked.body);
    }
    only_reads(&world);
}
