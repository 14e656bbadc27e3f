//! The JSON document, and its published schema.

use std::io::{self, Write};

use jiff::Timestamp;
use rules::Grader;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::{
    row::{Row, rows},
    summary::Summary,
    tally::Tally,
};
use crate::{
    evaluation::Fleet,
    results::{Details, InventorySource, VERSION, WebSource},
};

/// A fleet that Deepgrade graded.
///
/// Within a schema version fields are only ever added. A line of the output `jsonl` is one object
/// of `verdicts`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Deepgrade result")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    schema_version: &'static str,
    /// The time that the fleet was graded at.
    #[schemars(with = "String", extend("format" = "date-time"))]
    as_of: Timestamp,
    /// What the verdicts rest on.
    inventories: Vec<InventorySource>,
    /// What verdicts about web fronts rest on.
    web_edges: Vec<WebSource>,
    /// The counts.
    summary: &'a Summary,
    /// What was looked at beside the verdicts.
    details: &'a Details,
    /// What each rule says of each instance, by rising instance id.
    #[schemars(with = "Vec<Row<'_>>")]
    verdicts: Verdicts<'a>,
}

/// The rows, graded while they are written.
struct Verdicts<'a> {
    fleet: &'a Fleet,
    graders: &'a [Grader],
}

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.fleet.instances.len() * self.graders.len();
        let mut list = serializer.serialize_seq(Some(length))?;
        rows(self.fleet, &self.fleet.instances, self.graders, |row| {
            list.serialize_element(row)
        })?;
        list.end()
    }
}

pub(super) fn write(
    fleet: &Fleet,
    graders: &[Grader],
    details: &Details,
    out: &mut dyn Write,
) -> io::Result<Summary> {
    let Tally { summary, .. } = Tally::of(fleet, graders, 0)?;
    let mut out = io::BufWriter::new(out);
    let document = Document {
        schema_version: VERSION,
        as_of: fleet.as_of,
        inventories: fleet
            .inventories
            .readable()
            .map(InventorySource::new)
            .collect(),
        web_edges: fleet.web_edges.maps().map(WebSource::new).collect(),
        summary: &summary,
        details,
        verdicts: Verdicts { fleet, graders },
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    out.flush()?;
    Ok(summary)
}

/// The JSON schema of the JSON document.
#[must_use]
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<Document<'_>>()
}
