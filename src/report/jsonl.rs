//! One JSON object a line: the rows of the JSON document, graded and encoded on all cores.

use std::io::{self, Write};

use rules::Grader;

use super::{in_order::in_order, row::rows, summary::Summary};
use crate::evaluation::Fleet;

/// Room for a row whose names are not unusually long, in bytes.
const ROW: usize = 400;

pub(super) fn write(fleet: &Fleet, graders: &[Grader], out: &mut dyn Write) -> io::Result<Summary> {
    let mut summary = Summary::new(graders);
    in_order(
        &fleet.instances,
        |instances| {
            let mut lines = Vec::with_capacity(instances.len() * graders.len() * ROW);
            let part = rows(fleet, instances, graders, |row| {
                serde_json::to_writer(&mut lines, row)?;
                lines.push(b'\n');
                Ok::<_, io::Error>(())
            })?;
            Ok::<_, io::Error>((part, lines))
        },
        |graded| {
            let (part, lines) = graded?;
            summary.add(&part);
            out.write_all(&lines)
        },
    )?;
    Ok(summary)
}
