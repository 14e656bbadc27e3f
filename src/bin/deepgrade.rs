//! The command line of Deepgrade.

use std::process::ExitCode;

fn main() -> ExitCode {
    deepgrade::cli::run()
}
