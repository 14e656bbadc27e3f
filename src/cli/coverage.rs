//! `deepgrade coverage`: which CVEs on which instances are shielded by IPS rules.

use std::{fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use remediations::Finding;
use rules::facts::Need;
use serde_json::{Value, json};

use super::{
    arguments::{By, Coverage, CoverageForm, Global},
    failure::{Exit, Failure},
    ledger, managers, source, terminal,
};
use crate::{
    coverage::{self, Counts, Found, RuleExists},
    event::finding::{Reading, read as read_finding},
    json_error, report,
};

/// How old inventories may be, as for the rules.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(2);

/// What has to be read.
const NEEDS: [Need; 3] = [
    Need::Computer,
    Need::Policies,
    Need::IntrusionPreventionRules,
];

/// Prints the coverage. Of what cannot be told it says so, and ends with the exit code of an
/// incomplete result.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of a Manager or of the output.
pub(super) fn coverage(global: &Global, mut arguments: Coverage) -> Result<Exit, Failure> {
    let ledger = arguments.source.ledger.take();
    if ledger.is_none() && arguments.findings.is_empty() {
        return Err(Failure::usage(
            "which findings? Give --findings FILE or --ledger FILE",
        ));
    }
    let mut found = Found::new();
    let mut newest = Timestamp::MIN;
    for path in &arguments.findings {
        for finding in findings_in(path)? {
            newest = newest.max(finding.version.updated_at);
            coverage::add(&mut found, &finding);
        }
    }
    let mut unread = 0;
    if let Some(path) = &ledger {
        unread = add_ledger(path, &mut found)?;
    }
    let settings = managers::settings(&arguments.source.manager)?;
    let fleet = source::fleet_of_event(global, &arguments.source, &settings, &NEEDS, newest)?;
    let inventories = &fleet.inventories;
    let pairs = coverage::judge(&found, inventories, fleet.as_of, MAX_AGE);
    let (subject, rows) = match arguments.by {
        By::Cve => ("CVE", coverage::by_cve(&pairs, inventories)),
        By::Instance => ("instance", coverage::by_instance(&pairs)),
    };
    let whole = Counts::of(&pairs);
    let file = arguments.output_file.as_deref();
    let options = terminal::options(global, file, 0);
    terminal::write_to(file, |out| {
        if arguments.cve_only {
            let with_rule = rows
                .iter()
                .filter(|row| row.rule_exists == Some(RuleExists::Yes));
            for row in with_rule {
                writeln!(out, "{}", row.subject)?;
            }
            return Ok(());
        }
        match arguments.output {
            CoverageForm::Table => {
                report::coverage(fleet.as_of, subject, &rows, &whole, &options, out)
            }
            CoverageForm::Json => report::coverage_json(fleet.as_of, subject, &rows, &whole, out),
            CoverageForm::Csv => report::coverage_csv(subject, &rows, out),
        }
    })?;
    Ok(if whole.unknown > 0 || unread > 0 {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}

/// The findings in a file: an event, a list of them, or an answer of ListFindings (Inspector API
/// reference).
fn findings_in(path: &Path) -> Result<Vec<Finding>, Failure> {
    let named = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let text = fs::read(path).map_err(|error| named(error.to_string()))?;
    let document: Value =
        serde_json::from_slice(&text).map_err(|error| named(json_error::in_words(&error)))?;
    let events = match document {
        Value::Array(events) => events,
        Value::Object(mut members) => match members.remove("findings") {
            Some(Value::Array(findings)) => {
                if members.get("nextToken").is_some_and(|next| !next.is_null()) {
                    tracing::warn!(
                        "{} ends with a nextToken: it does not hold every finding",
                        path.display()
                    );
                }
                findings
            }
            Some(_) => return Err(named("its findings are no list".to_owned())),
            None => vec![Value::Object(members)],
        },
        _ => {
            return Err(named(
                "is neither an event nor a list of findings".to_owned(),
            ));
        }
    };
    let mut findings = Vec::new();
    for (number, event) in (1_usize..).zip(events) {
        let event = in_envelope(event);
        let reading = read_finding(event.to_string().as_bytes())
            .map_err(|bad| named(format!("finding {number}: {bad}")))?;
        match reading {
            Reading::Finding(finding) => findings.push(*finding),
            Reading::Ignored(why) | Reading::Ended(why) => {
                tracing::warn!("{}: finding {number} is left out: {why}", path.display());
            }
        }
    }
    Ok(findings)
}

/// A finding as it is listed, in the envelope in which it would be sent.
fn in_envelope(finding: Value) -> Value {
    let Some(arn) = finding.get("findingArn").and_then(Value::as_str) else {
        return finding;
    };
    let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
    json!({
        "source": "aws.inspector2",
        "detail-type": "Inspector2 Finding",
        "region": region,
        "account": finding.get("awsAccountId"),
        "detail": finding,
    })
}

/// Adds the findings of a ledger that are not over. Gives back how many rows cannot be read.
fn add_ledger(path: &Path, found: &mut Found) -> Result<usize, Failure> {
    let ledger::Held {
        records, unread, ..
    } = ledger::read_file(path)?;
    for record in records.iter().filter(|record| !record.state.is_over()) {
        coverage::add(found, &record.finding);
    }
    for bad in &unread {
        tracing::warn!("{bad}");
    }
    Ok(unread.len())
}
