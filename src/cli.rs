//! The command line: one file a command, beside what they share.
//!
//! Results go to standard output, everything else to standard error. Every failure is one line.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory as _, FromArgMatches as _};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

mod account;
mod aggregate;
mod arguments;
mod coverage;
mod diff;
mod doctor;
mod doubt;
mod evaluate;
mod evidence;
mod exceptions;
mod explain;
mod facts;
mod failure;
mod guard;
mod ignored;
mod instances;
mod inventory;
mod ledger;
mod managers;
mod overwriting;
mod pack;
mod replay;
mod report;
mod respond;
mod rules;
mod selection;
mod snapshot;
mod source;
mod terminal;
mod tour;
mod waf;
mod watch;

use arguments::{Arguments, Command, Global, LogFormat};
use failure::{Exit, Failure};

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    say_on_standard_error(&arguments.global);
    let form = arguments.global.log_format;
    let performed = ignored::refuse(&matches)
        .and_then(|()| overwriting::refuse(&matches))
        .and_then(|()| perform(arguments));
    let exit = match performed {
        Ok(exit) => exit,
        Err(failure) => {
            let message = ::rules::text::clean(&failure.message);
            let line = match form {
                LogFormat::Text => format!("deepgrade: {message}"),
                LogFormat::Json => {
                    serde_json::json!({"level": "ERROR", "fields": {"message": message}})
                        .to_string()
                }
            };
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(io::stderr(), "{line}");
            failure.fault.into()
        }
    };
    ExitCode::from(exit.code())
}

fn perform(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { global, command } = arguments;
    match command {
        Command::Evaluate(arguments) => evaluate::evaluate(&global, &arguments),
        Command::Report(arguments) => report::report(&global, &arguments),
        Command::Explain(arguments) => explain::explain(&global, &arguments),
        Command::Replay(arguments) => replay::replay(&global, &arguments),
        Command::Respond(arguments) => respond::respond(&global, *arguments),
        Command::Aggregate(arguments) => aggregate::aggregate(&global, &arguments),
        Command::Tour => tour::tour(),
        Command::Coverage(arguments) => coverage::coverage(&global, *arguments),
        Command::Diff(arguments) => diff::diff(&global, &arguments),
        Command::Evidence(arguments) => evidence::evidence(&global, &arguments),
        Command::Facts(arguments) => facts::facts(&global, &arguments),
        Command::Guard(command) => guard::guard(&command),
        Command::Rules(command) => rules::rules(&command),
        Command::Inventory(command) => inventory::inventory(&global, &command),
        Command::Ledger(command) => ledger::ledger(&global, &command),
        Command::Exceptions(command) => exceptions::exceptions(&global, *command),
        Command::Snapshot(arguments) => snapshot::snapshot(&global, &arguments),
        Command::Waf(arguments) => waf::waf(&global, *arguments),
        Command::Pack(command) => pack::pack(&command),
        Command::Doctor(manager) => doctor::doctor(&manager),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "deepgrade", &mut script);
            terminal::print(&script)
        }
    }
}

/// Sends what Deepgrade tells of its work to standard error, as loud as asked. What libraries tell
/// is not for anybody's eyes: it may hold parts of messages.
fn say_on_standard_error(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    let ours = Targets::new().with_target("deepgrade", level);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false);
    let layer = match global.log_format {
        LogFormat::Json => layer.json().boxed(),
        LogFormat::Text => layer.without_time().with_target(false).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(ours))
        .init();
}
