//! Findings of Inspector, as somebody saved them.

use std::{fs, path::Path};

use remediations::Finding;
use rules::ledger::Source;
use serde_json::{Value, json};

use crate::{
    cli::failure::Failure,
    event::finding::{Reading, read as read_finding},
    json_error,
};

/// The source of Inspector's events.
const INSPECTOR: &str = "aws.inspector2";

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// The findings of Inspector that are about instances.
    pub(super) findings: Vec<Finding>,
    /// How many entries cannot be read.
    pub(super) unread: usize,
}

/// The findings in a file: an event, a list of them, or an answer of ListFindings (Inspector API
/// reference). What is none of Inspector is left out, and so is what cannot be read, each with a
/// warning.
///
/// # Errors
/// A usage failure that names the file when it cannot be read, or when nothing in it is of Inspector.
pub(super) fn findings_in(path: &Path) -> Result<Saved, Failure> {
    let named = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let mut saved = Saved::default();
    let mut others = Vec::new();
    let mut is_of_inspector = false;
    let listed = listed_in(path).map_err(named)?;
    let is_empty = listed.is_empty();
    for (number, event) in (1_usize..).zip(listed) {
        let event = in_envelope(event);
        is_of_inspector |= event.get("source").and_then(Value::as_str) == Some(INSPECTOR);
        match read_finding(event.to_string().as_bytes()) {
            Ok(Reading::Finding(finding)) if finding.source == Source::Inspector => {
                is_of_inspector = true;
                saved.findings.push(*finding);
            }
            Ok(Reading::Finding(finding)) => {
                let source = finding.source;
                others.push(format!(
                    "finding {number} is left out: it is one of {source}"
                ));
            }
            Ok(Reading::Ignored(why) | Reading::Ended(why)) => {
                others.push(format!("finding {number} is left out: {why}"));
            }
            Err(bad) => {
                saved.unread += 1;
                others.push(format!("finding {number} cannot be read: {bad}"));
            }
        }
    }
    // Of findings of which none can be read nothing can be told, whosever they are.
    let tells_nothing = saved.findings.is_empty() && saved.unread == others.len();
    if !is_empty && (!is_of_inspector || tells_nothing) {
        let first = others.into_iter().next().unwrap_or_default();
        return Err(named(format!(
            "holds no finding of Inspector that can be read: {first}"
        )));
    }
    for line in others {
        tracing::warn!("{}: {line}", path.display());
    }
    Ok(saved)
}

/// What a file lists.
///
/// # Errors
/// What is wrong with it.
fn listed_in(path: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read(path).map_err(|error| error.to_string())?;
    let document: Value =
        serde_json::from_slice(&text).map_err(|error| json_error::in_words(&error))?;
    match document {
        Value::Array(events) => Ok(events),
        Value::Object(mut members) => match members.remove("findings") {
            Some(Value::Array(findings)) => {
                if members.get("nextToken").is_some_and(|next| !next.is_null()) {
                    tracing::warn!(
                        "{} ends with a nextToken: it does not hold every finding",
                        path.display()
                    );
                }
                Ok(findings)
            }
            Some(_) => Err("its findings are no list".to_owned()),
            None => Ok(vec![Value::Object(members)]),
        },
        _ => Err("is neither an event nor a list of findings".to_owned()),
    }
}

/// A finding as it is listed, in the envelope in which it would be sent.
fn in_envelope(finding: Value) -> Value {
    let Some(arn) = finding.get("findingArn").and_then(Value::as_str) else {
        return finding;
    };
    let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
    json!({
        "source": INSPECTOR,
        "detail-type": "Inspector2 Finding",
        "region": region,
        "account": finding.get("awsAccountId"),
        "detail": finding,
    })
}
