//! What the functions write: one line an event, with its metrics, and nothing that is secret.

use serde_json::{Value, json};

use super::stage::{Stage, refusal, summary};

/// The lines with metrics.
fn metrics(output: &str) -> Vec<Value> {
    let lines = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line.get("_aws").is_some())
        .collect()
}

/// Every metric that the line tells of is in it, with a dimension that has a value.
fn is_whole(line: &Value) {
    let about = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(about["Namespace"], "Deepgrade");
    assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    let dimension = about["Dimensions"][0][0].as_str().unwrap();
    assert!(!line[dimension].as_str().unwrap().is_empty(), "{line}");
    let metrics = about["Metrics"].as_array().unwrap();
    assert!(metrics.len() >= 3, "{line}");
    for metric in metrics {
        let name = metric["Name"].as_str().unwrap();
        assert!(line[name].is_u64(), "{name}: {line}");
    }
}

#[test]
fn an_event_is_one_line_with_metrics() {
    let stage = Stage::renewed(&[true, false]);
    let rule = stage.rule("instance-has-policy");
    let function = stage.start("rule");
    let change = stage.config.change(&rule, &stage.item(1));
    summary(&function.invoke(change.json()));
    summary(&function.invoke(stage.config.tick(&rule).json()));
    let unknown = stage
        .config
        .tick(&rule)
        .with("ruleParameters", json!("{\"rule\":\"x\"}"));
    refusal(&function.invoke(unknown.json()));
    stage.config.advance(3 * 3_600_000);
    refusal(&function.invoke(stage.config.tick(&rule).json()));

    let output = function.output().stdout;
    let lines = metrics(&output);
    assert_eq!(lines.len(), 4, "{output}");
    lines.iter().for_each(is_whole);
    let [change, tick, unknown, stale] = &lines[..] else {
        panic!("{output}");
    };
    assert_eq!(change["resource"], stage.id(1));
    assert_eq!(change["verdict"], "NON_COMPLIANT");
    assert_eq!(change["code"], "DS-POL-002");
    assert_eq!(change["Rule"], "instance-has-policy");
    let counts = [
        "Compliant",
        "NonCompliant",
        "Put",
        "Unchanged",
        "Undetermined",
    ];
    assert_eq!(
        counts.map(|name| tick[name].as_u64().unwrap()),
        [1, 1, 1, 1, 0]
    );
    assert!(tick["InventoryAge"].as_u64().unwrap() < 600);
    assert_eq!(
        (&unknown["level"], &unknown["Rule"]),
        (&"ERROR".into(), &"none".into())
    );
    assert_eq!(
        (&stale["Undetermined"], &stale["Gaps DS-GAP-002"]),
        (&2.into(), &2.into())
    );
}

#[test]
fn a_renewal_is_one_line_and_one_a_manager_and_no_line_holds_a_secret() {
    let stage = Stage::renewed(&[true]);
    let inventory = stage.start("inventory");
    stage.manager.advance(1_000);
    summary(&inventory.invoke(&json!({})));
    stage
        .manager
        .options(|options| options.keys[0].secret = "2:other".to_owned());
    refusal(&inventory.invoke(&json!({})));
    let inventory = inventory.output();
    let lines = metrics(&inventory.stdout);
    assert_eq!(lines.len(), 4);
    lines.iter().for_each(is_whole);
    assert_eq!(
        (&lines[0]["ManagerErrors"], &lines[2]["ManagerErrors"]),
        (&0.into(), &1.into())
    );
    assert_eq!(
        (&lines[1]["Computers"], &lines[3]["kind"]),
        (&1.into(), &"keyRejected".into())
    );

    let rule = stage.rule("evaluator-is-healthy");
    let function = stage.start("rule");
    let event = stage.config.tick(&rule);
    let token = event.token().to_owned();
    summary(&function.invoke(event.json()));
    let function = function.output();
    let health = metrics(&function.stdout).remove(0);
    assert_eq!(
        (&health["verdict"], &health["resource"]),
        (&"NON_COMPLIANT".into(), &testbed::moto::ACCOUNT.into())
    );
    for output in [inventory, function] {
        for secret in [testbed::SECRET, "2:other", &token] {
            let text = format!("{}{}", output.stdout, output.stderr);
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
