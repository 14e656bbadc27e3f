//! The instances that `deepgrade snapshot` saved: `--instances`.

use serde_json::{Value, json};

use crate::world::{Run, World};

fn saved() -> Value {
    json!({
        "schemaVersion": "1", "account": "111122223333", "region": "eu-west-1",
        "takenAt": "2026-11-24T12:30:00Z",
        "instances": [{
            "id": "i-0123456789abcdef0", "account": "111122223333", "region": "eu-west-1",
            "name": "saved-1", "state": "running", "attached": "2026-11-20T09:58:00Z",
            "launched": "2026-11-24T12:40:00Z",
        }],
    })
}

fn evaluate(world: &World, more: &str) -> Run {
    world.words(&format!(
        "evaluate --instances saved.json {more} --computers computers.json --policies \
         policies.json --output json"
    ))
}

#[test]
fn they_are_of_the_time_when_reading_began() {
    let world = World::new();
    world.write("saved.json", saved().to_string());
    let result = evaluate(&world, "").json();
    assert_eq!(result["asOf"], "2026-11-24T12:30:00Z");
    let verdict = &result["verdicts"][0];
    assert_eq!(verdict["instance"], "i-0123456789abcdef0");
    assert_eq!(verdict["name"], "saved-1");
    let both = evaluate(&world, "instances.json").json();
    assert_eq!(both["asOf"], "2026-11-24T12:30:00Z");
    assert_eq!(both["summary"]["instances"], 41);
}

#[test]
fn what_is_no_saved_list_of_instances_is_refused() {
    let world = World::new();
    let changed = |member: &str, value: Value| {
        let mut saved = saved();
        match value {
            Value::Null => drop(saved.as_object_mut().unwrap().remove(member)),
            value => saved[member] = value,
        }
        saved.to_string()
    };
    let instance = saved()["instances"][0].clone();
    for (content, complaint) in [
        (
            changed("schemaVersion", "2".into()),
            "schemaVersion is \"2\"",
        ),
        (changed("schemaVersion", Value::Null), "no `schemaVersion`"),
        (changed("takenAt", Value::Null), "`takenAt`"),
        (changed("instances", Value::Null), "`instances`"),
        (
            changed("takenAt", "2999-01-01T00:00:00Z".into()),
            "in the future",
        ),
        (changed("takenAt", "noon".into()), "saved.json, line 1"),
        (
            changed("instances", json!([instance, instance])),
            "is described twice",
        ),
        (
            changed("instances", json!([{"id": "i-1"}])),
            "is not an EC2 instance id",
        ),
        (
            include_str!("web.json").to_owned(),
            "holds web edges; give it with --web",
        ),
    ] {
        world.write("saved.json", content);
        evaluate(&world, "").fails(2, &["saved.json", complaint]);
    }
}

/// Files are graded without the SDKs of AWS, and a build without them says how to get them.
#[test]
#[cfg(not(feature = "live"))]
fn a_build_without_sdks_says_how_to_get_them() {
    let world = World::new();
    for line in [
        "evaluate --region eu-west-1 --computers computers.json",
        "snapshot --region eu-west-1 --output-dir saved",
    ] {
        world
            .words(line)
            .fails(2, &["no AWS SDK", "--features live"]);
    }
    assert!(!world.path("saved").exists());
}
