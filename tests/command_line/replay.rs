//! Recorded events of AWS Config, run again.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use testbed::{Estate, Manager, Options, SECRET};

use crate::world::{Run, World};

fn recorded(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// Replays an event on the example's files.
fn replay(world: &World, event: &Value, more: &[&str]) -> Run {
    world.write("event.json", event.to_string());
    let files = "replay event.json --computers computers.json --policies policies.json";
    let mut arguments: Vec<&str> = files.split_whitespace().collect();
    arguments.extend(more);
    world.run(&arguments)
}

/// What would be put: verdicts by instance.
fn put(run: &Run) -> BTreeMap<String, String> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let result = run.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = result["evaluations"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            text(&row["complianceResourceId"]),
            text(&row["complianceType"]),
        )
    })
    .collect()
}

#[test]
fn a_change_shows_the_result_that_would_be_put() {
    let world = World::new();
    let run = replay(&world, &recorded("change.json"), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "modules-are-active, as Config rule \
             \"ds-modules-are-active-conformance-pack-g8jksafmi\" of account 111122223333 in \
             eu-west-1, as of 2026-11-24 11:58Z",
            "",
            "✗ non-compliant   i-01e5a234b6f4016fc  DS-MOD-002 anti-malware is off",
            "",
            "1 result would be put, ordered by 2026-11-24T11:58:03.12Z",
        ]
    );
    let run = replay(&world, &recorded("change.json"), &["--output", "json"]);
    assert_eq!(
        run.json()["evaluations"],
        json!([{
            "complianceResourceType": "AWS::EC2::Instance",
            "complianceResourceId": "i-01e5a234b6f4016fc",
            "complianceType": "NON_COMPLIANT",
            "annotation": "DS-MOD-002 anti-malware is off",
            "orderingTimestamp": "2026-11-24T11:58:03.12Z",
        }])
    );
}

#[test]
fn what_files_tell_of_the_health_of_deepgrade_is_replayed() {
    let world = World::new();
    let mut event = recorded("scheduled.json");
    event["ruleParameters"] = json!({"rule": "evaluator-is-healthy"}).to_string().into();
    let more = ["--instances", "instances.json", "--output", "json"];
    let result = replay(&world, &event, &more).json();
    let [put] = &result["evaluations"].as_array().unwrap()[..] else {
        panic!("not one result: {result}");
    };
    assert_eq!(put["complianceResourceType"], "AWS::::Account");
    assert_eq!(put["complianceResourceId"], event["accountId"]);
    let line = put["annotation"].as_str().unwrap();
    let wanted = "DS-HEA-001 evaluated 25/25; inventory of 2026-11-24 11:57Z; no queue of dead \
                  letters is watched; when the key of Manager \"files\" expires is not known";
    assert_eq!(line, wanted);
    assert_eq!(result["failure"], Value::Null);
}

#[test]
fn an_oversized_notification_finds_its_instance_in_the_files() {
    let world = World::new();
    let more = ["--instances", "instances.json", "--output", "json"];
    let oversized = put(&replay(&world, &recorded("oversized.json"), &more));
    assert_eq!(
        oversized,
        put(&replay(&world, &recorded("change.json"), &more))
    );
}

/// Instances of other accounts and Regions are another Config rule's.
#[test]
fn a_scheduled_event_puts_what_evaluate_shows_of_the_account() {
    let world = World::new();
    let more = ["--instances", "instances.json", "--output", "json"];
    let scheduled = put(&replay(&world, &recorded("scheduled.json"), &more));
    let evaluate = ["--rule", "modules-are-active", "--output", "json"];
    let evaluated = world.evaluate(&evaluate).json();
    let of_account = evaluated["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| {
            row["account"] == "111122223333"
                && row["region"] == "eu-west-1"
                && row["verdict"] != "NOT_APPLICABLE"
        });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let expected: BTreeMap<_, _> = of_account
        .map(|row| (text(&row["instance"]), text(&row["verdict"])))
        .collect();
    assert!(expected.len() > 20);
    assert_eq!(scheduled, expected);
}

#[test]
fn an_event_that_says_itself_that_the_rule_does_not_apply_needs_no_files() {
    let world = World::new();
    for name in [
        "deleted.json",
        "left-scope.json",
        "other-resource.json",
        "oversized-deleted.json",
    ] {
        world.write("event.json", recorded(name).to_string());
        let run = world.words("replay event.json --output json");
        assert_eq!(
            put(&run).into_values().collect::<Vec<_>>(),
            ["NOT_APPLICABLE"],
            "{name}"
        );
    }
    world.write(
        "event.json",
        recorded("snapshot-delivered.json").to_string(),
    );
    assert!(put(&world.words("replay event.json --output json")).is_empty());
}

#[test]
fn what_cannot_be_judged_and_what_fails_decide_the_exit_code() {
    let world = World::new();
    let change = recorded("change.json");
    assert_eq!(replay(&world, &change, &["--fail-on", "critical"]).code, 3);
    assert_eq!(replay(&world, &change, &["--fail-on", "none"]).code, 0);
    // The inventory keeps its date, and the event is of a later one.
    let manager = Manager::start(Estate::seeded(7, 60), Options::default()).unwrap();
    world.write("key.txt", SECRET);
    let instances = testbed::ec2::describe_instances(&Estate::seeded(7, 60));
    world.write("fleet.json", instances.to_string());
    let url = manager.url();
    let fetch = [
        "inventory",
        "fetch",
        "--manager",
        &url,
        "--key-file",
        "key.txt",
    ];
    let mut inventory = world.run(&fetch).json();
    inventory["takenAt"] = json!("2026-11-24T08:00:00Z");
    world.write("inventory.json", inventory.to_string());
    let run = world.words("replay event.json --inventory inventory.json --fail-on critical");
    assert_eq!((run.code, run.stderr.as_str()), (4, ""));
    assert!(
        run.stdout
            .contains("? undetermined    1 instance           i-01e5a234b6f4016fc: DS-GAP-002"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("The function would end in an error: cannot be judged yet: i-0"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_live_manager_tells_what_is_known_now() {
    let manager = Manager::start(Estate::seeded(7, 60), Options::default()).unwrap();
    let world = World::new();
    world.write("key.txt", SECRET);
    let mut event = recorded("change.json");
    event["ruleParameters"] = json!({"rule": "instance-has-policy"}).to_string().into();
    // The simulator reads its own clock, by which the event is a week old.
    let message = event["invokingEvent"].as_str().unwrap();
    event["invokingEvent"] = message
        .replace("2026-11-24", "2026-07-25")
        .replace("2026-09-04", "2026-07-01")
        .into();
    world.write("event.json", event.to_string());
    let url = manager.url();
    let run = world.run(&[
        "replay",
        "event.json",
        "--manager",
        &url,
        "--key-file",
        "key.txt",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(
        run.stdout.contains("DS-INS-003 not in Deep Security"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("ordered by 2026-07-25T11:58:03.12Z"));
    assert!(!run.stdout.contains(SECRET));
}

#[test]
fn events_that_are_refused() {
    let world = World::new();
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.json", b"", "the event is not valid JSON"),
        (
            "binary.json",
            &[0, 159, 146, 150],
            "the event is not valid JSON",
        ),
        ("object.json", b"{}", "missing invokingEvent"),
        ("large.json", &[b' '; 2 << 20], "is larger than 1 MiB"),
        ("deep.json", &[b'['; 100_000], "nesting too deep"),
    ];
    for (name, content, part) in cases {
        world.write(name, content);
        world.run(&["replay", name]).fails(2, &[name, part]);
    }
    fs::create_dir(world.path("folder")).unwrap();
    for name in ["missing.json", "folder"] {
        world.run(&["replay", name]).fails(2, &[name]);
    }
    let unknown = recorded("unknown-message.json");
    replay(&world, &unknown, &[]).fails(2, &["event.json", "ComplianceChangeNotification"]);
    let mut change = recorded("change.json");
    for (parameters, part) in [
        (json!({}), "the parameter `rule` is missing"),
        (
            json!({"rule": "modules-are-activ"}),
            "did you mean `modules-are-active`?",
        ),
        (
            json!({"rule": "instance-has-policy", "policyNames": "Lnux"}),
            "did you mean \"Linux\"?",
        ),
        (
            json!({"rule": "modules-are-active", "dsPassword": "hunter2"}),
            "secrets are not accepted",
        ),
    ] {
        change["ruleParameters"] = parameters.to_string().into();
        let run = replay(&world, &change, &[]);
        run.fails(2, &["event.json", part]);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}

#[test]
fn facts_that_are_not_given() {
    let world = World::new();
    let scheduled = recorded("scheduled.json");
    replay(&world, &scheduled, &[]).fails(2, &["give --instances FILE"]);
    world.write("event.json", recorded("change.json").to_string());
    world
        .words("replay event.json")
        .fails(2, &["--computers FILE"]);
    world
        .words("evaluate --computers computers.json")
        .fails(2, &["give the instances to grade with --instances FILE"]);
}
