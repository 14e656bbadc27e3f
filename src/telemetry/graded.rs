//! The line of one event of AWS Config.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Metric, line};
use crate::grade::{Failure, Summary};

/// The line of an event that was answered, for `rule_name`, at a time.
#[must_use]
pub fn graded(
    rule_name: &str,
    summary: &Summary,
    failure: Option<&Failure>,
    took: Duration,
    now: Timestamp,
) -> Value {
    let mut rest = Map::new();
    let mut say = |name: &str, value: Value| rest.insert(name.to_owned(), value);
    say("level", json!(failure.map_or("INFO", |_| "ERROR")));
    say(
        "message",
        json!(failure.map_or("graded".to_owned(), ToString::to_string)),
    );
    // A dimension without a value would cost the metrics of the line.
    let rule = if summary.rule.is_empty() {
        "none"
    } else {
        summary.rule
    };
    say("Rule", json!(rule));
    say("ruleName", json!(rule_name));
    if let Some(subject) = &summary.subject {
        say("resource", json!(subject.resource));
        say("verdict", json!(subject.verdict));
        say("code", json!(subject.code));
    }
    if !summary.gaps.is_empty() {
        say("gaps", json!(summary.gaps));
    }
    if summary.rule_gone {
        say("ruleGone", json!(true));
    }
    line(
        "Rule",
        &metrics(summary, took, now),
        now.as_millisecond(),
        rest,
    )
}

fn metrics(summary: &Summary, took: Duration, now: Timestamp) -> Vec<Metric> {
    let evaluations = &summary.evaluations;
    let mut metrics = vec![
        Metric::milliseconds("Duration", took.as_millis()),
        Metric::count("Compliant", evaluations.compliant),
        Metric::count("NonCompliant", evaluations.non_compliant),
        Metric::count("Excepted", evaluations.excepted),
        Metric::count("NotApplicable", evaluations.not_applicable),
        Metric::count("Undetermined", evaluations.undetermined),
        Metric::count("Put", summary.put),
        Metric::count("Unchanged", summary.unchanged),
        Metric::count("PutFailures", summary.undelivered),
        Metric::count("Throttles", summary.throttled),
    ];
    if let Some(oldest) = summary.oldest_inventory {
        let age = now.duration_since(oldest).as_secs();
        metrics.push(Metric::seconds("InventoryAge", age));
    }
    if let Some(exceptions) = &summary.exceptions {
        metrics.extend([
            Metric::count("ExceptionsExpiring", exceptions.expiring),
            Metric::count("ExceptionsExpired", exceptions.expired),
            Metric::count("ExceptionsNotHonoured", exceptions.unprotected),
        ]);
    }
    for (code, gap) in &summary.gaps {
        metrics.push(Metric::count(format!("Gaps {code}"), gap.count));
    }
    metrics
}
