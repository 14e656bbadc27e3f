//! Writes the JSON document of results that are held. [`super::read`] takes it.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{Details, InventorySource, Results, VERSION, WebSource};
use crate::report::Counts;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    as_of: Timestamp,
    inventories: &'a [InventorySource],
    web_edges: &'a [WebSource],
    summary: Summary<'a>,
    details: &'a Details,
    verdicts: Verdicts<'a>,
}

#[derive(Serialize)]
struct Summary<'a> {
    instances: usize,
    all: Counts,
    rules: Vec<RuleSummary<'a>>,
}

#[derive(Serialize)]
struct RuleSummary<'a> {
    rule: &'a str,
    severity: &'a str,
    counts: &'a Counts,
}

/// The rows, made while they are written.
struct Verdicts<'a>(&'a Results);

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows())
    }
}

/// Writes the document, of the shape in `docs/result.schema.json`.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let rules = results.rules();
    let rules = rules.map(|(rule, severity, counts)| RuleSummary {
        rule,
        severity,
        counts,
    });
    let document = Document {
        schema_version: VERSION,
        as_of: results.as_of,
        inventories: &results.inventories,
        web_edges: &results.web_edges,
        summary: Summary {
            instances: results.instances().len(),
            all: results.counts(),
            rules: rules.collect(),
        },
        details: &results.details,
        verdicts: Verdicts(results),
    };
    let mut out = BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    out.flush()
}
