//! The counts of every run, for spreadsheets.

use std::io::{self, Write};

use super::Material;
use crate::report::{Group, table_csv};

/// Writes a row a run and rule.
pub(super) fn write(material: &Material, out: &mut dyn Write) -> io::Result<()> {
    let header = [
        "asOf",
        "instances",
        "rule",
        "nonCompliant",
        "excepted",
        "undetermined",
        "notApplicable",
        "compliant",
        "percentCompliant",
    ];
    let runs = material.history.iter().flat_map(|history| &history.runs);
    let rows = runs.flat_map(|run| {
        run.rules.iter().map(move |rule| {
            let [
                non_compliant,
                excepted,
                undetermined,
                not_applicable,
                compliant,
            ] = Group::ALL.map(|group| rule.counts.of(group).to_string());
            let percent = rule.percent();
            [
                run.as_of.to_string(),
                run.instances.to_string(),
                rule.rule.clone(),
                non_compliant,
                excepted,
                undetermined,
                not_applicable,
                compliant,
                // Rounded down: what is not all is not 100.
                percent.map_or_else(String::new, |percent| {
                    format!("{:.1}", (percent * 10.0).floor() / 10.0)
                }),
            ]
        })
    });
    table_csv(header, rows, out)
}
