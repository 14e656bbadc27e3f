//! The counts of every run, for spreadsheets.

use std::io::{self, Write};

use super::Material;
use crate::{
    history::RuleRun,
    report::{Word, table_csv},
};

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
            let RuleRun {
                rule: id,
                counts,
                excepted,
            } = rule;
            let [non_compliant, undetermined, not_applicable, compliant] =
                Word::ALL.map(|word| counts.get(word).to_string());
            let percent = rule.percent();
            [
                run.as_of.to_string(),
                run.instances.to_string(),
                id.clone(),
                non_compliant,
                excepted.to_string(),
                undetermined,
                not_applicable,
                compliant,
                percent.map_or_else(String::new, |percent| format!("{percent:.1}")),
            ]
        })
    });
    table_csv(header, rows, out)
}
