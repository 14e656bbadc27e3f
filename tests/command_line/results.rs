//! Good input: verdicts and exit codes.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::world::{COMPUTERS, INSTANCES, World};

fn verdicts(result: &Value) -> Vec<(String, String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = result["verdicts"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            text(&row["name"]),
            text(&row["rule"]),
            text(&row["verdict"]),
            text(&row["code"]),
        )
    })
    .collect()
}

#[test]
fn without_arguments_the_example_is_graded() {
    let run = World::new().words("evaluate");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stderr, "");
    assert!(
        run.stdout
            .contains("DS-MOD-002 intrusion prevention is detect, wanted prevent")
    );
    assert!(
        run.stdout.contains("40 instances, 4 rules"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains('\u{1b}'), "colours in a pipe");
}

#[test]
fn the_example_shows_every_code_of_every_rule() {
    let result = World::new().words("evaluate --output json").json();
    let seen = verdicts(&result);
    let reachable = |code: &&&rules::reason::Code| code.id != "DS-POL-003"; // needs `policyNames`
    let graded = rules::catalogue::of_instances()
        .filter(|rule| rule.about().needs.iter().all(|need| need.is_of_inventory()));
    for code in graded.flat_map(|rule| rule.rule().codes).filter(reachable) {
        assert!(
            seen.iter().any(|(.., seen)| seen == code.id),
            "no {}",
            code.id
        );
    }
}

#[test]
fn a_rule_about_the_account_grades_no_files() {
    let world = World::new();
    let complaint = "the rule evaluator-is-healthy is about the account; it runs inside AWS Config";
    for line in [
        "evaluate --rule evaluator-is-healthy",
        "evaluate --param evaluator-is-healthy.keyExpiryDays=7",
        "explain i-0123456789abcdef0 --rule ds-evaluator-is-healthy",
    ] {
        let run = world.words(line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        assert!(run.stderr.contains(complaint), "{}", run.stderr);
    }
    let graded = world.words("evaluate --output json").stdout;
    assert!(!graded.contains("evaluator-is-healthy"));
}

#[test]
fn files_grade_as_the_example_that_is_made_of_them() {
    let world = World::new();
    let files = world
        .evaluate(&["--as-of", "2026-11-24T12:00:00Z", "--output", "json"])
        .json();
    let example = world.words("evaluate --output json").json();
    assert_eq!(files, example);
}

#[test]
fn files_are_graded_as_of_the_newest_time_in_them() {
    let result = World::new().evaluate(&["--output", "json"]).json();
    assert_eq!(result["asOf"], "2026-11-24T11:57:00Z");
}

/// Computers from before instances are no evidence about them.
#[test]
fn computers_that_were_saved_long_before_the_instances_decide_nothing() {
    let world = World::new();
    let mut instances: Value = serde_json::from_str(INSTANCES).unwrap();
    let launched = &mut instances["Reservations"][0]["Instances"][0]["LaunchTime"];
    *launched = json!("2026-11-24T14:00:00+00:00");
    world.write("instances.json", instances.to_string());
    let run = world.evaluate(&["--output", "json"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("--as-of"), "{}", run.stderr);
    let all = &run.json()["summary"]["all"];
    assert_eq!(
        (&all["compliant"], &all["nonCompliant"]),
        (&json!(0), &json!(0))
    );
}

/// One wrong clock must not make everybody else look old.
#[test]
fn a_time_that_has_not_come_dates_nothing() {
    let world = World::new();
    let mut computers: Value = serde_json::from_str(COMPUTERS).unwrap();
    let odd = computers["computers"][5].clone();
    computers["computers"][5]["lastAgentCommunication"] = json!(4_000_000_000_000_i64);
    world.write("computers.json", computers.to_string());
    let result = world.evaluate(&["--output", "json"]).json();
    assert_eq!(result["asOf"], "2026-11-24T11:57:00Z");
    let rows = result["verdicts"].as_array().unwrap().iter();
    let fresh = rows.filter(|row| row["rule"] == "agent-is-fresh");
    let undetermined: Vec<_> = fresh
        .filter(|row| row["verdict"] == "UNDETERMINED")
        .collect();
    assert_eq!(undetermined.len(), 1);
    assert_eq!(undetermined[0]["computerId"], odd["ID"]);
}

#[test]
fn a_threshold_decides_between_exit_codes() {
    let world = World::new();
    let code = |rule: &str, threshold: &str| {
        world
            .run(&["evaluate", "--rule", rule, "--fail-on", threshold])
            .code
    };
    assert_eq!(code("modules-are-active", "critical"), 3);
    assert_eq!(code("instance-has-policy", "critical"), 0);
    assert_eq!(code("instance-has-policy", "high"), 3);
    assert_eq!(code("agent-is-fresh", "low"), 3);
    assert_eq!(code("agent-is-fresh", "none"), 0);
}

/// Removes the policies: what needs their names cannot be judged, and that outranks what fails.
#[test]
fn what_cannot_be_judged_is_shown_and_outranks_what_fails() {
    let world = World::new();
    let run = world.words(
        "evaluate --instances instances.json --computers computers.json --output json \
         --fail-on low --param instance-has-policy.policyNames=Linux",
    );
    assert_eq!(run.code, 4);
    let result = run.json();
    let undetermined = result["summary"]["all"]["undetermined"].as_u64().unwrap();
    let rows = verdicts(&result);
    let gaps = rows
        .iter()
        .filter(|(_, _, verdict, _)| verdict == "UNDETERMINED");
    assert_eq!(gaps.clone().count() as u64, undetermined);
    assert!(
        gaps.clone()
            .any(|(_, rule, _, code)| rule == "instance-has-policy" && code == "DS-GAP-007")
    );
}

#[test]
fn rules_and_parameters_are_chosen_by_arguments_and_settings() {
    let world = World::new();
    world.write(
        "settings.yaml",
        "rules:\n  instance-has-policy: {policyNames: Linux, matchAncestors: true}\n  agent-is-fresh:\n    maxAgentAgeHours: 1\n",
    );
    let result = world
        .words("evaluate --settings settings.yaml --output json")
        .json();
    let rules: Vec<&str> = result["summary"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["instance-has-policy", "agent-is-fresh"]);
    let windows = |result: &Value| {
        let rows = verdicts(result);
        rows.into_iter()
            .find(|(name, rule, ..)| name == "iis-1" && rule == "instance-has-policy")
            .unwrap()
            .2
    };
    assert_eq!(windows(&result), "NON_COMPLIANT");
    let overridden = world
        .run(&[
            "evaluate",
            "--settings",
            "settings.yaml",
            "--output",
            "json",
            "--rule",
            "ds-instance-has-policy",
            "--param",
            "instance-has-policy.policyNames=Base Policy",
        ])
        .json();
    assert_eq!(windows(&overridden), "COMPLIANT");
    assert_eq!(overridden["summary"]["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn config_snapshots_are_read_as_they_are_also_compressed() {
    let world = World::new();
    let item = |id: &str, captured: &str, status: &str, configuration: Value| {
        json!({
            "configurationItemVersion": "1.3", "configurationItemCaptureTime": captured,
            "awsAccountId": "111122223333", "awsRegion": "eu-west-1", "resourceType": "AWS::EC2::Instance",
            "resourceId": id, "configurationItemStatus": status, "configuration": configuration,
        })
    };
    let state =
        |name: &str| json!({"state": {"name": name}, "launchTime": "2026-09-01T00:00:00.000Z"});
    let known = serde_json::from_str::<Value>(INSTANCES).unwrap()["Reservations"][0]["Instances"]
        [0]["InstanceId"]
        .clone();
    let known = known.as_str().unwrap();
    let snapshot = json!({
        "fileVersion": "1.0", "configSnapshotId": "x",
        "configurationItems": [
            {"resourceType": "AWS::S3::Bucket", "resourceId": "logs", "configuration": {"state": 7}},
            item(known, "2026-11-24T11:00:00.000Z", "OK", state("running")),
            item(known, "2026-11-24T10:00:00.000Z", "OK", state("stopped")),
            item("i-0000000000000dead", "2026-11-24T10:30:00.000Z", "ResourceDeleted", Value::Null),
        ],
    });
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(snapshot.to_string().as_bytes()).unwrap();
    world.write("snapshot.json.gz", encoder.finish().unwrap());
    let run = world.words(
        "evaluate --instances snapshot.json.gz --computers computers.json --policies policies.json --output jsonl",
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 8);
    let reasons: Vec<&str> = rows
        .iter()
        .filter(|row| row["rule"] == "modules-are-active")
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["DS-INS-001", "DS-MOD-001"]);
}

#[test]
fn a_full_last_page_leaves_absent_instances_undetermined_unless_it_is_said_to_be_complete() {
    let world = World::new();
    let mut computers: Value = serde_json::from_str(COMPUTERS).unwrap();
    let list = computers["computers"].as_array_mut().unwrap();
    let healthy = list.last().unwrap().clone();
    for id in 100_000.. {
        if list.len() == 5_000 {
            break;
        }
        let mut other = healthy.clone();
        other["ID"] = id.into();
        other
            .as_object_mut()
            .unwrap()
            .remove("ec2VirtualMachineSummary");
        list.push(other);
    }
    world.write("computers.json", computers.to_string());
    let codes = |run: &crate::world::Run, name: &str| {
        let rows = verdicts(&run.json());
        rows.into_iter()
            .find(|(named, ..)| named == name)
            .unwrap()
            .3
    };
    let open = world.evaluate(&["--output", "json"]);
    assert_eq!(
        (open.code, codes(&open, "worker-1").as_str()),
        (4, "DS-GAP-003")
    );
    assert_eq!(codes(&open, "web-1"), "DS-POL-001");
    let closed = world.evaluate(&["--output", "json", "--complete"]);
    assert_eq!(
        (closed.code, codes(&closed, "worker-1").as_str()),
        (0, "DS-INS-003")
    );
    // A second page ends the list, whatever the first one holds.
    let mut next = healthy;
    next["ID"] = 900_000.into();
    next.as_object_mut()
        .unwrap()
        .remove("ec2VirtualMachineSummary");
    world.write("page-2.json", json!({"computers": [next]}).to_string());
    let paged = world.words(
        "evaluate --instances instances.json --computers page-2.json computers.json --policies policies.json --output json",
    );
    assert_eq!(
        (paged.code, codes(&paged, "worker-1").as_str()),
        (0, "DS-INS-003")
    );
}

/// Of an account or Region that nobody looked at, a computer is no ghost.
#[test]
fn a_computer_without_an_instance_is_a_ghost_where_instances_were_looked_at() {
    let world = World::new();
    let ghosts = |world: &World| -> Vec<String> {
        let result = world.evaluate(&["--output", "json"]).json();
        let ghosts = &result["details"]["computers"]["ghosts"];
        let first = ghosts["first"].as_array().unwrap();
        assert_eq!(ghosts["total"], first.len());
        let names = first
            .iter()
            .map(|ghost| ghost["instance"].as_str().unwrap());
        names.map(str::to_owned).collect()
    };
    let before = ghosts(&world);
    let mut instances: Value = serde_json::from_str(INSTANCES).unwrap();
    let reservations = instances["Reservations"].as_array_mut().unwrap();
    let owner = reservations[0]["OwnerId"].clone();
    let gone = reservations[0]["Instances"]
        .as_array_mut()
        .unwrap()
        .remove(0);
    let gone = gone["InstanceId"].as_str().unwrap().to_owned();
    reservations.retain(|reservation| reservation["OwnerId"] == owner);
    assert!(!before.contains(&gone));
    world.write("instances.json", instances.to_string());
    let after = ghosts(&world);
    assert!(after.contains(&gone), "{after:?}");
    assert_eq!(after.len(), before.len() + 1);
}
