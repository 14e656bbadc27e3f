//! Alarms and the dashboard look at what is really written.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::template::{HUB, REGION, Stack, stacks, text};

/// The names of metrics in the code: every text of one word with a capital in what writes lines.
fn written() -> BTreeSet<String> {
    let files = [
        "telemetry/answered.rs",
        "telemetry/graded.rs",
        "telemetry/refreshed.rs",
        "function/remediate/backfill.rs",
        "function/remediate/follow_up.rs",
        "function/remediate/operate.rs",
        "function/remediate/respond.rs",
        "function/remediate/waf.rs",
    ];
    let mut names = BTreeSet::new();
    for file in files {
        let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let texts = text.split('"').skip(1).step_by(2);
        names.extend(texts.map(str::to_owned));
    }
    names
}

fn is_written(metric: &str, dimension: &str, value: Option<&str>) {
    let names = written();
    assert!(names.contains(metric), "{metric} is written nowhere");
    assert!(names.contains(dimension), "{dimension} is no dimension");
    if let Some(value) = value.filter(|_| dimension == "Function") {
        assert!(names.contains(value), "{value} writes nothing");
    }
}

#[test]
fn alarms_look_at_metrics_that_are_written() {
    let (mut own, mut seen) = (0, BTreeSet::new());
    for stack in stacks() {
        for (name, alarm) in stack.resources("AWS::CloudWatch::Alarm") {
            seen.insert(name);
            assert_eq!(
                text(&alarm["AlarmActions"][0]),
                "arn:aws:sns:eu-west-1:111122223333:alarms"
            );
            assert!(alarm["AlarmDescription"].is_string(), "{name}");
            let dimension = &alarm["Dimensions"][0];
            let value = text(&dimension["Value"]);
            match alarm["Namespace"].as_str().unwrap() {
                "Deepgrade" => {
                    own += 1;
                    let metric = text(&alarm["MetricName"]);
                    is_written(&metric, &text(&dimension["Name"]), Some(&value));
                }
                "AWS/Lambda" => assert_eq!(dimension["Name"], "FunctionName", "{name}"),
                "AWS/SQS" => assert_eq!(dimension["Name"], "QueueName", "{name}"),
                other => panic!("{name}: {other}"),
            }
        }
    }
    assert!(own > 4, "{own}");
    // Errors and throttles of every function, and whether each queue of what failed is empty.
    for function in [
        "Inventory",
        "Respond",
        "FollowUp",
        "Operate",
        "Backfill",
        "Waf",
        "Rule",
    ] {
        for kind in ["Errors", "Throttles"] {
            assert!(
                seen.contains(format!("{function}{kind}").as_str()),
                "{function}{kind}"
            );
        }
    }
    for name in [
        "FindingsDead",
        "EventsDead",
        "QuarantineFilled",
        "RunsDead",
        "RuleDead",
    ] {
        assert!(seen.contains(name), "{name}");
    }
}

#[test]
fn the_dashboard_shows_metrics_that_are_written() {
    let stack = Stack::new("functions", HUB, &[]);
    let body = text(&stack.resource("Dashboard")["DashboardBody"]);
    let body: Value = serde_json::from_str(&body).unwrap();
    let mut shown = 0;
    for widget in body["widgets"].as_array().unwrap() {
        assert_eq!(widget["properties"]["region"], REGION);
        for metric in widget["properties"]["metrics"].as_array().unwrap() {
            shown += 1;
            if let Some(expression) = metric[0]["expression"].as_str() {
                let (_, rest) = expression.split_once("{Deepgrade,").unwrap();
                let (dimension, rest) = rest.split_once("} MetricName=\"").unwrap();
                is_written(rest.split('"').next().unwrap(), dimension, None);
                continue;
            }
            let parts: Vec<String> = metric.as_array().unwrap().iter().map(text).collect();
            match parts[0].as_str() {
                "Deepgrade" => is_written(&parts[1], &parts[2], Some(&parts[3])),
                "AWS/SQS" => assert!(parts[3].starts_with("deepgrade-")),
                other => panic!("{other}"),
            }
        }
    }
    assert!(shown > 20, "{shown}");
}
