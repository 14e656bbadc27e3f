//! `deepgrade coverage`: which CVEs on which instances are shielded by IPS rules.

use std::path::Path;

use jiff::Timestamp;
use rules::facts::Need;

use super::{
    arguments::{By, Coverage, CoverageForm, Global},
    failure::{Exit, Failure},
    ledger, managers, source, terminal,
};
use crate::{
    coverage::{self, Counts, Found, MAX_AGE, RuleExists},
    report,
};

mod findings;

use findings::findings_in;

/// What has to be read.
const NEEDS: [Need; 3] = [
    Need::Computer,
    Need::Policies,
    Need::IntrusionPreventionRules,
];

/// Prints the coverage. Of what cannot be told or read it says so, and ends with the exit code of an
/// incomplete result.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of a Manager or of the output.
pub(super) fn coverage(global: &Global, mut arguments: Coverage) -> Result<Exit, Failure> {
    source::refuse_web(&arguments.source)?;
    let ledger = arguments.source.ledger.take();
    if ledger.is_none() && arguments.findings.is_empty() {
        return Err(Failure::usage(
            "which findings? Give --findings FILE or --ledger FILE",
        ));
    }
    let mut found = Found::new();
    let mut newest = Timestamp::MIN;
    let mut unread = 0;
    for path in &arguments.findings {
        let saved = findings_in(path)?;
        unread += saved.unread;
        for finding in saved.findings {
            newest = newest.max(finding.version.updated_at);
            coverage::add(&mut found, &finding);
        }
    }
    if let Some(path) = &ledger {
        unread += add_ledger(path, &mut found)?;
    }
    let settings = managers::settings(&arguments.source.manager)?;
    let fleet = source::fleet_of_event(
        global,
        &arguments.source,
        &settings.managers,
        &NEEDS,
        newest,
    )?;
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
