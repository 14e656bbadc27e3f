//! What somebody should know of results before what is made of them.

use std::path::Path;

use crate::results::{Results, named};

/// Says where the results of a file contradict themselves.
pub(super) fn warn(path: &Path, results: &Results) {
    if let Some(doubt) = &results.doubt {
        tracing::warn!("{}: {doubt}", rules::text::clean(&named(path)));
    }
}
