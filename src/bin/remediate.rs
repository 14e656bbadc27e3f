//! The functions that answer findings, on AWS Lambda: `respond`, `follow-up`, `operate` and
//! `backfill`, by the handler's name.

fn main() -> std::process::ExitCode {
    deepgrade::function::remediate::run()
}
