//! The function of the tests: a Python script that polls the Runtime API.

use std::path::Path;

use testbed::python;
use testbed::runtime::Bootstrap;

/// How to start it with one of its handlers.
pub(crate) fn function(handler: &str) -> Bootstrap {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = python::environment(parent, &[])
        .unwrap_or_else(|error| panic!("no Python environment: {error}"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join("python")
        .join("function.py");
    Bootstrap::new(python).argument(script).handler(handler)
}
