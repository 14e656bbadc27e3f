//! The functions that grade, on AWS Lambda: `rule` and `inventory`, by the handler's name.

fn main() -> std::process::ExitCode {
    deepgrade::function::evaluate::run()
}
