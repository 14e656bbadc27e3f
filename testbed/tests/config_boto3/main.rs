//! The AWS SDK for Python judges the AWS Config fake, through every operation.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod aggregate;
mod client;
mod faults;
mod put;
mod read;
mod recorder;
mod rules;

use client::Boto3;
use serde_json::{Value, json};
use testbed::config::{Config, Options, Registered, Rule};

/// 2026-11-20T10:01:00Z
const NOW: i64 = 1_795_168_860_000;

fn start() -> (Config, Boto3) {
    start_with(Options::default())
}

fn start_with(options: Options) -> (Config, Boto3) {
    let config = Config::with_options(NOW, options).unwrap();
    let boto3 = Boto3::new(&config);
    (config, boto3)
}

fn rule(config: &Config, name: &str) -> Registered {
    config
        .put_rule(Rule::new(name).on_change().hourly())
        .unwrap()
}

/// An evaluation of an instance; the time is in seconds, as botocore takes it.
fn evaluation(id: &str, word: &str) -> Value {
    json!({
        "ComplianceResourceType": "AWS::EC2::Instance",
        "ComplianceResourceId": id,
        "ComplianceType": word,
        "OrderingTimestamp": NOW / 1000,
    })
}

fn put(token: &str, evaluations: &[Value]) -> Value {
    json!({"ResultToken": token, "Evaluations": evaluations})
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn ids(answer: &Value) -> Vec<&str> {
    ids_of(answer, "EvaluationResults")
}

fn ids_of<'a>(answer: &'a Value, member: &str) -> Vec<&'a str> {
    let results = answer[member].as_array().unwrap();
    results
        .iter()
        .map(|result| {
            let identifier = &result["EvaluationResultIdentifier"];
            identifier["EvaluationResultQualifier"]["ResourceId"]
                .as_str()
                .unwrap()
        })
        .collect()
}
