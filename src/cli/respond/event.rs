//! The finding that is answered, as an event.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use remediations::{Finding, finding::Life};
use rules::text::clean;

use crate::{
    cli::failure::Failure,
    event::finding::{Reading, read as read_finding},
};

/// More than this is no event; one byte more is enough to see it.
const MOST: u64 = (1 << 20) + 1;

/// The finding in a file, or why there is nothing to do.
pub(super) fn finding_in(path: &Path) -> Result<Result<Finding, String>, Failure> {
    let named = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let mut event = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().take(MOST).read_to_end(&mut event)
    } else {
        File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut event))
    };
    read.map_err(|error| named(error.to_string()))?;
    let reading = read_finding(&event).map_err(|bad| named(bad.to_string()))?;
    Ok(match reading {
        Reading::Finding(finding) if finding.life == Life::Active => Ok(*finding),
        Reading::Finding(finding) => Err(format!(
            "its source is done with {} finding {}",
            finding.source,
            clean(finding.id.as_str())
        )),
        Reading::Ignored(why) | Reading::Ended(why) => Err(why),
    })
}
