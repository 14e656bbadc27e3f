//! What the functions say of their work: one JSON object a line, on standard output, from where
//! Lambda takes it to CloudWatch Logs. A line that holds metrics is in the embedded metric format
//! (Amazon CloudWatch user guide, "Specification: Embedded metric format"), so that nothing has to
//! be called for them.

use std::io::{self, Write as _};

use serde_json::{Map, Value, json};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::environment;

mod answered;
mod graded;
mod metric;
mod refreshed;

pub use answered::{Answers, answered, counted};
pub use graded::graded;
use metric::Metric;
pub use refreshed::{read, refreshed};

/// The namespace of every metric.
const NAMESPACE: &str = "Deepgrade";
/// The variable in which Lambda says how much to tell (AWS Lambda developer guide, "Using advanced
/// logging controls").
const LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

/// Sends what Deepgrade tells of its work to standard output, as loud as the function is set to.
/// What libraries tell is not for anybody's eyes: it may hold parts of messages.
pub fn start() {
    let level = environment::variable(LEVEL).unwrap_or_default();
    let level = match level.to_ascii_uppercase().as_str() {
        "TRACE" | "DEBUG" => LevelFilter::DEBUG,
        "WARN" => LevelFilter::WARN,
        "ERROR" | "FATAL" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    let ours = Targets::new().with_target("deepgrade", level);
    let layer = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(io::stdout)
        .with_filter(ours);
    // Only the first of two counts, and a process has one.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// Writes a line. A function whose output cannot be written to has nobody to tell.
pub fn write(line: &Value) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
}

/// A line that holds metrics by one dimension, at a time in ms since 1970.
fn line(dimension: &str, metrics: &[Metric], at: i64, rest: Map<String, Value>) -> Value {
    let described: Vec<Value> = metrics.iter().map(Metric::described).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[dimension]],
                "Metrics": described,
            }],
        }),
    );
    line.extend(rest);
    for metric in metrics {
        line.insert(metric.name().to_owned(), metric.value());
    }
    Value::Object(line)
}
