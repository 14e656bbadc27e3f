//! The zip.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::failure::Failure;

/// The name under which the runtimes `provided.*` of Lambda look for what they start.
const ENTRY: &str = "bootstrap";
/// Whoever may read it may start it: a function runs as a user who does not own it.
const MODE: u32 = 0o755;
const LEVEL: i64 = 9;

/// A zip with the program as its only entry. Nothing in it tells when, where or by whom it was made:
/// the entry's time is the earliest that a zip can hold, and its mode is fixed.
///
/// # Errors
/// The program is too big for a zip.
pub fn zipped(program: &[u8]) -> Result<Vec<u8>, Failure> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
        .unix_permissions(MODE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(ENTRY, options)?;
    zip.write_all(program).map_err(zip::result::ZipError::Io)?;
    Ok(zip.finish()?.into_inner())
}
