//! Web edges from files: `--web`.

use serde_json::{Value, json};

use crate::world::{INSTANCES, Run, World};

const WEB: &str = include_str!("web.json");
const RULE: &str = "instance-is-behind-waf";

/// A folder with the example's files and the web edges of one of its accounts.
fn world() -> World {
    let world = World::new();
    world.write("web.json", WEB);
    world
}

/// The verdict and the code of the rule about web fronts for the instance of that name.
fn verdict(run: &Run, name: &str) -> (String, String) {
    let result = run.json();
    let rows = result["verdicts"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["name"] == name && row["rule"] == RULE)
        .unwrap();
    let text = |member: &str| row[member].as_str().unwrap().to_owned();
    (text("verdict"), text("code"))
}

#[test]
fn fronts_are_graded_where_web_edges_are_given() {
    let run = world().evaluate(&["--web", "web.json", "--output", "json"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    for (name, word, code) in [
        ("web-1", "COMPLIANT", "DS-WAF-001"),
        ("web-2", "NON_COMPLIANT", "DS-WAF-007"),
        ("web-3", "COMPLIANT", "DS-WAF-001"),
        ("web-4", "NON_COMPLIANT", "DS-WAF-003"),
        ("web-5", "NON_COMPLIANT", "DS-WAF-004"),
        ("web-6", "NON_COMPLIANT", "DS-WAF-006"),
        ("iis-1", "NON_COMPLIANT", "DS-WAF-005"),
        ("bastion-1", "NON_COMPLIANT", "DS-WAF-006"),
        ("db-1", "NOT_APPLICABLE", "DS-WAF-002"),
        ("dev-1", "UNDETERMINED", "DS-GAP-010"),
    ] {
        let expected = (word.to_owned(), code.to_owned());
        assert_eq!(verdict(&run, name), expected, "{name}");
    }
    let read = &run.json()["webEdges"];
    let expected = json!([{
        "account": "111122223333", "region": "eu-west-1", "takenAt": "2026-11-24T11:58:00Z",
    }]);
    assert_eq!(*read, expected);
}

#[test]
fn every_account_and_region_has_its_own_file() {
    let world = world();
    let mut other: Value = serde_json::from_str(WEB).unwrap();
    other["account"] = "444455556666".into();
    other["region"] = "us-east-1".into();
    let instances: Value = serde_json::from_str(INSTANCES).unwrap();
    let reservations = instances["Reservations"].as_array().unwrap().iter();
    let ids = reservations
        .flat_map(|reservation| reservation["Instances"].as_array().unwrap())
        .map(|instance| json!({"id": instance["InstanceId"], "interfaces": []}));
    other["instances"] = ids.collect();
    world.write("other.json", other.to_string());
    let run = world.evaluate(&["--web", "web.json", "other.json", "--output", "json"]);
    let expected = ("NOT_APPLICABLE".to_owned(), "DS-WAF-002".to_owned());
    assert_eq!(verdict(&run, "dev-1"), expected);
    world
        .evaluate(&["--web", "web.json", "web.json"])
        .fails(2, &["web.json", "given twice", "111122223333"]);
}

#[test]
fn without_web_edges_the_rule_is_graded_only_when_asked_for() {
    let world = world();
    let run = world.evaluate(&["--output", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains(RULE));
    let run = world.evaluate(&["--output", "jsonl", "--rule", RULE]);
    assert_eq!(run.code, 4);
    let gap = run.stdout.lines().find(|line| line.contains("DS-GAP-010"));
    let gap: Value = serde_json::from_str(gap.unwrap()).unwrap();
    let reason = gap["reason"].as_str().unwrap();
    assert!(reason.starts_with("web edges were not read"), "{reason}");
    assert_eq!(gap["retryable"], true);
}

#[test]
fn parameters_of_the_rule_are_taken() {
    let run = world().evaluate(&[
        "--web",
        "web.json",
        "--output",
        "json",
        "--param",
        "instance-is-behind-waf.bypass=allow",
        "--param",
        "instance-is-behind-waf.webPorts=443,8080",
    ]);
    assert_eq!(verdict(&run, "web-2").0, "COMPLIANT");
}

#[test]
fn fronts_are_explained_hop_by_hop() {
    let world = world();
    let instances: Value = serde_json::from_str(INSTANCES).unwrap();
    let id = |name: &str| {
        let list = instances["Reservations"][0]["Instances"]
            .as_array()
            .unwrap();
        let named = list.iter().find(|each| each["Tags"][0]["Value"] == name);
        named.unwrap()["InstanceId"].as_str().unwrap().to_owned()
    };
    let explain = |name: &str| {
        let mut arguments = vec!["explain".to_owned(), id(name)];
        let files = "--instances instances.json --computers computers.json --policies \
                     policies.json --web web.json";
        arguments.extend(files.split_whitespace().map(str::to_owned));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        world.run(&arguments).stdout
    };
    for (name, parts) in [
        (
            "web-2",
            [
                "CloudFront \"E2BLOG\": web ACL \"edge\"",
                "ALB \"blog\": no web ACL",
                "DS-WAF-007 ALB \"blog\" can be reached on port 443 past CloudFront \"E2BLOG\"",
            ],
        ),
        (
            "web-3",
            [
                "NLB \"edge\": cannot carry a web ACL",
                "ALB \"api\": web ACL \"prod\"",
                "NLB \"edge\" leads to ALB \"api\", which carries web ACL \"prod\"",
            ],
        ),
    ] {
        let explanation = explain(name);
        for part in parts {
            assert!(explanation.contains(part), "no `{part}` in {explanation}");
        }
    }
}

#[test]
fn a_file_that_holds_no_web_edges_is_refused() {
    let world = world();
    let changed = |member: &str, value: Value| {
        let mut document: Value = serde_json::from_str(WEB).unwrap();
        match value {
            Value::Null => drop(document.as_object_mut().unwrap().remove(member)),
            value => document[member] = value,
        }
        document.to_string()
    };
    let twice = json!([{"arn": "a", "rules": 1}, {"arn": "a", "rules": 2}]);
    for (content, complaint) in [
        (String::new(), "is empty"),
        ("[]".to_owned(), "is not a JSON object"),
        (INSTANCES.to_owned(), "`schemaVersion` is missing"),
        (
            changed("distributions", Value::Null),
            "`distributions` is missing",
        ),
        (
            changed("loadBalancers", json!({})),
            "missing field `unread`",
        ),
        (
            changed("schemaVersion", "2".into()),
            "schemaVersion is \"2\"",
        ),
        (
            changed("account", "me".into()),
            "\"me\" is not an AWS account id",
        ),
        (changed("webAcls", twice), "\"a\" is listed twice"),
        (
            changed("instances", json!([{"id": "i-1"}])),
            "is not an EC2 instance id",
        ),
    ] {
        world.write("bad.json", content);
        world
            .evaluate(&["--web", "bad.json"])
            .fails(2, &["bad.json", complaint]);
    }
    let alone = world.words("evaluate --web web.json");
    assert_eq!(alone.code, 2);
    assert!(alone.stderr.contains("--instances"), "{}", alone.stderr);
}

#[test]
fn the_ways_to_the_instances_are_told_beside_the_verdicts() {
    let run = world().evaluate(&["--web", "web.json", "--output", "json"]);
    let result = run.json();
    let fronts = result["details"]["fronts"]["first"].as_array().unwrap();
    let names = |front: &Value| {
        let ids = front["instances"]["first"].as_array().unwrap().iter();
        let rows = result["verdicts"].as_array().unwrap();
        let name = |id: &Value| {
            let row = rows.iter().find(|row| row["instance"] == *id).unwrap();
            row["name"].as_str().unwrap().to_owned()
        };
        ids.map(name).collect::<Vec<_>>()
    };
    let of = |instance: &str| -> Vec<&Value> {
        let leads_to = |front: &&Value| names(front).contains(&instance.to_owned());
        fronts.iter().filter(leads_to).collect()
    };
    // What the rule says of an instance is what the ways to it say.
    for row in result["verdicts"].as_array().unwrap() {
        let is_about_fronts = row["code"].as_str().unwrap().starts_with("DS-WAF-");
        if row["rule"] != RULE || !(is_about_fronts || row["verdict"] == "UNDETERMINED") {
            continue;
        }
        let ways = of(row["name"].as_str().unwrap());
        let is_open = |way: &&&Value| way.get("webAcl").is_none() && way.get("gap").is_none();
        let (open, dark) = (
            ways.iter().filter(is_open).count(),
            ways.iter().filter(|way| way.get("gap").is_some()).count(),
        );
        let expected = match row["verdict"].as_str().unwrap() {
            "COMPLIANT" => !ways.is_empty() && open + dark == 0,
            "NON_COMPLIANT" => open > 0,
            "UNDETERMINED" => row["code"] != "DS-GAP-010" || dark > 0,
            _ => true,
        };
        assert!(expected, "{row} {ways:?}");
    }
    // What nothing guards stands first, and what is guarded last.
    let urgency = |front: &Value| match (front.get("webAcl"), front.get("gap")) {
        (None, None) => 0,
        (None, Some(_)) => 1,
        _ => 2,
    };
    assert!(fronts.iter().map(urgency).is_sorted());
    assert_eq!(
        (urgency(&fronts[0]), urgency(fronts.last().unwrap())),
        (0, 2)
    );
    let without = world().evaluate(&["--output", "json"]).json();
    assert!(without["details"].get("fronts").is_none());
}
