//! Virtual patching: which CVEs the instances have, and how far IPS rules shield them.

use askama::Template;
use jiff::Timestamp;
use rules::time::minute;

use super::{super::number, bar::Bar};
use crate::results::{CveExposure, Listed, Strength};

/// The most CVEs that are shown.
const MOST: usize = 20;

/// The exposure to CVEs.
#[derive(Debug, Template)]
#[template(path = "exposure.html", config = "src/report/page/askama.toml")]
pub(super) struct Exposure<'a> {
    told: Option<Told<'a>>,
}

#[derive(Debug)]
struct Told<'a> {
    severities: Vec<Row<'a>>,
    cves: Vec<Row<'a>>,
    total: String,
    /// How many of all the severities are counted of, where these are not all.
    counted: Option<String>,
}

#[derive(Debug)]
struct Row<'a> {
    title: &'a str,
    severity: &'a str,
    since: String,
    days: String,
    shielded: String,
    not_shielded: String,
    no_rule: String,
    undetermined: String,
    bar: Bar,
}

impl<'a> Exposure<'a> {
    pub(super) fn of(cves: Option<&'a Listed<CveExposure>>, as_of: Timestamp) -> Self {
        Self {
            told: cves.map(|cves| Told::of(cves, as_of)),
        }
    }
}

impl<'a> Told<'a> {
    fn of(cves: &'a Listed<CveExposure>, as_of: Timestamp) -> Self {
        let mut severities: Vec<(&str, Strength)> = Vec::new();
        for cve in &cves.first {
            let severity = cve.severity.as_deref().unwrap_or("unknown");
            let position = severities.iter().position(|(known, _)| *known == severity);
            match position.and_then(|position| severities.get_mut(position)) {
                Some((_, sum)) => *sum = plus(*sum, cve.instances),
                None => severities.push((severity, cve.instances)),
            }
        }
        severities.sort_by_key(|(severity, _)| rank(severity));
        let of_severity =
            |(severity, strength): (&'a str, Strength)| Row::new(severity, severity, strength);
        let of_cve = |cve: &'a CveExposure| {
            let severity = cve.severity.as_deref().unwrap_or("unknown");
            let mut row = Row::new(&cve.cve, severity, cve.instances);
            if let Some(since) = cve.since {
                row.since = minute(since);
                let hours = as_of.duration_since(since).as_hours().max(0);
                row.days = (hours / 24).to_string();
            }
            row
        };
        Self {
            severities: severities.into_iter().map(of_severity).collect(),
            cves: cves.first.iter().take(MOST).map(of_cve).collect(),
            total: number(cves.total),
            counted: (cves.first.len() < cves.total).then(|| number(cves.first.len())),
        }
    }
}

impl<'a> Row<'a> {
    fn new(title: &'a str, severity: &'a str, instances: Strength) -> Self {
        let Strength {
            shielded,
            not_shielded,
            no_rule,
            undetermined,
        } = instances;
        Self {
            title,
            severity,
            since: "–".to_owned(),
            days: "–".to_owned(),
            shielded: number(shielded),
            not_shielded: number(not_shielded),
            no_rule: number(no_rule),
            undetermined: number(undetermined),
            bar: Bar::new(&[
                ("failing", not_shielded),
                ("excepted", no_rule),
                ("undetermined", undetermined),
                ("compliant", shielded),
            ]),
        }
    }
}

fn plus(left: Strength, right: Strength) -> Strength {
    Strength {
        shielded: left.shielded + right.shielded,
        not_shielded: left.not_shielded + right.not_shielded,
        no_rule: left.no_rule + right.no_rule,
        undetermined: left.undetermined + right.undetermined,
    }
}

/// The order of Amazon Inspector's severities, the worst first.
fn rank(severity: &str) -> usize {
    let known = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];
    let position = known
        .iter()
        .position(|known| known.eq_ignore_ascii_case(severity));
    position.unwrap_or(known.len())
}
