//! Grades a fleet into results.

use std::io;

use rules::Grader;

use super::{Builder, Details, InventorySource, Results, WebSource};
use crate::{evaluation::Fleet, report::rows};

/// Grades every instance of a fleet by every rule.
///
/// # Errors
/// When there are too many results to be held.
pub fn grade(fleet: &Fleet, graders: &[Grader], details: Details) -> io::Result<Results> {
    let mut builder = Builder::default();
    for grader in graders {
        let rule = grader.rule();
        builder.add_rule(rule.id, rule.severity.word());
    }
    rows(fleet, &fleet.instances, graders, |row| {
        builder.add(row).map_err(io::Error::other)
    })?;
    let inventories = fleet.inventories.readable().map(InventorySource::new);
    let web_edges = fleet.web_edges.maps().map(WebSource::new);
    Ok(builder.build(
        fleet.as_of,
        inventories.collect(),
        web_edges.collect(),
        details,
    ))
}
