//! The exceptions, for spreadsheets.

use std::io::{self, Write};

use super::Material;
use crate::report::table_csv;

/// Writes a row an exception.
pub(super) fn write(material: &Material, out: &mut dyn Write) -> io::Result<()> {
    let header = [
        "id", "scope", "reason", "owner", "ticket", "expires", "active", "results",
    ];
    let exceptions = material.results.details.exceptions.iter().flatten();
    let rows = exceptions.map(|exception| {
        [
            exception.id.clone(),
            exception.scope.clone(),
            exception.reason.clone(),
            exception.owner.clone(),
            exception.ticket.clone(),
            exception.expires.to_string(),
            exception.is_active.to_string(),
            exception.results.to_string(),
        ]
    });
    table_csv(header, rows, out)
}
