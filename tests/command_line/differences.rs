//! What differs between two results: `diff`.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::world::{Run, World};

/// The example, graded.
fn graded(world: &World) -> Value {
    world.words("evaluate --output json").json()
}

/// The row of an instance, by its name, and a rule.
fn row<'a>(result: &'a mut Value, name: &str, rule: &str) -> &'a mut Value {
    let mut rows = result["verdicts"].as_array_mut().unwrap().iter_mut();
    rows.find(|row| row["name"] == name && row["rule"] == rule)
        .unwrap()
}

fn become_of(result: &mut Value, name: &str, rule: &str, word: &str) {
    let row = row(result, name, rule);
    row["verdict"] = word.into();
    row["reason"] = "as the test wants it | <b>".into();
}

fn diff(world: &World, more: &str) -> Run {
    world.words(&format!("diff before.json after.json {more}"))
}

/// A folder with two results: the later is of a day later, and in it something is new, something is
/// fixed, and an instance is gone.
fn world() -> World {
    let world = World::new();
    let mut result = graded(&world);
    // What is changed by hand would contradict them.
    for rule in result["summary"]["rules"].as_array_mut().unwrap() {
        rule.as_object_mut().unwrap().remove("counts");
    }
    become_of(&mut result, "web-1", "instance-is-clear", "COMPLIANT");
    become_of(&mut result, "db-1", "modules-are-active", "NON_COMPLIANT");
    world.write("before.json", result.to_string());
    become_of(&mut result, "web-1", "instance-is-clear", "NON_COMPLIANT");
    become_of(&mut result, "db-1", "modules-are-active", "COMPLIANT");
    result["asOf"] = "2026-11-25T12:00:00Z".into();
    let rows = result["verdicts"].as_array_mut().unwrap();
    rows.retain(|row| row["name"] != "bastion-1");
    world.write("after.json", result.to_string());
    world
}

#[test]
fn what_is_new_what_is_fixed_and_what_is_gone_is_told_with_both_times() {
    let world = world();
    let run = diff(&world, "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for part in [
        "Newly non-compliant (1)\n  ",
        "Fixed (1)\n  ",
        "Instances gone (1)\n  i-",
        "From 2026-11-24 12:00Z to 2026-11-25 12:00Z: 1 newly non-compliant, 1 fixed; 39 instances, 0 \
         new, 1 gone",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in {}", run.stdout);
    }
    let data = diff(&world, "--output json").json();
    assert_eq!(data["schemaVersion"], "1");
    assert_eq!(data["before"], "2026-11-24T12:00:00Z");
    assert_eq!(data["changes"]["new"]["first"][0]["name"], "web-1");
    assert_eq!(
        data["changes"]["fixed"]["first"][0]["after"]["verdict"],
        "COMPLIANT"
    );
    assert_eq!(
        data["changes"]["excepted"],
        json!({"total": 0, "first": []})
    );
    let ticket = diff(&world, "--output markdown").stdout;
    assert!(ticket.contains("| Newly non-compliant | 1 |"), "{ticket}");
    assert!(
        ticket.contains("as the test wants it \\| &lt;b&gt;"),
        "{ticket}"
    );
}

#[test]
fn only_what_got_worse_fails_and_what_can_be_told_no_more_outranks_it() {
    let world = world();
    let of_rule = graded(&world)["summary"]["rules"].clone();
    let of_rule = of_rule.as_array().unwrap().iter();
    let severity = of_rule
        .filter(|rule| rule["rule"] == "instance-is-clear")
        .map(|rule| rule["severity"].as_str().unwrap().to_owned())
        .next()
        .unwrap();
    assert_eq!(severity, "medium");
    for (arguments, code) in [
        ("before.json after.json", 0),
        ("before.json after.json --fail-on medium", 3),
        ("before.json after.json --fail-on low", 3),
        ("before.json after.json --fail-on high", 0),
        ("before.json before.json --fail-on low", 0),
    ] {
        let run = world.words(&format!("diff {arguments}"));
        assert_eq!(run.code, code, "{arguments}: {run:?}");
    }
    let mut dark: Value =
        serde_json::from_slice(&std::fs::read(world.path("after.json")).unwrap()).unwrap();
    become_of(&mut dark, "db-1", "agent-is-fresh", "UNDETERMINED");
    world.write("after.json", dark.to_string());
    assert_eq!(diff(&world, "--fail-on low").code, 4);
}

#[test]
fn results_are_taken_as_they_are_kept() {
    let world = world();
    let text = std::fs::read(world.path("before.json")).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&text).unwrap();
    world.write("before.json.gz", packed.finish().unwrap());
    let run = world.words("diff before.json.gz after.json --output json");
    assert_eq!(run.json(), diff(&world, "--output json").json());
    world.write("marked.json", [&b"\xef\xbb\xbf"[..], &text].concat());
    let run = world.words("diff marked.json before.json");
    assert!(run.stdout.contains("no result changed"), "{run:?}");
    let run = world.words("diff after.json before.json");
    assert!(run.stderr.contains("after the second"), "{run:?}");
}

#[test]
fn what_is_no_result_is_refused_in_one_line() {
    let world = world();
    world.write(
        "other.json",
        r#"{"schemaVersion": "2", "asOf": "2026-11-24T12:00:00Z"}"#,
    );
    world.write("events.json", r#"{"Records": []}"#);
    world.write("cut.json.gz", [0x1f, 0x8b, 8, 0, 0]);
    world.write("empty.json", "");
    for (arguments, parts) in [
        (
            "before.json other.json",
            &["other.json", "schema version \"2\"", "reads 1"][..],
        ),
        (
            "events.json after.json",
            &["events.json", "it has no schemaVersion"],
        ),
        (
            "before.json cut.json.gz",
            &["cut.json.gz", "is not a complete gzip file"],
        ),
        ("before.json empty.json", &["empty.json"]),
        (
            "before.json none.json",
            &["none.json: there is no such file"],
        ),
        ("before.json .", &["is a directory"]),
        ("- -", &["standard input"]),
        (
            "before.json after.json --output json --rows 5",
            &["--rows is for tables"],
        ),
    ] {
        world.words(&format!("diff {arguments}")).fails(2, parts);
    }
}
