//! The command line: one file a command, beside what they share.
//!
//! Results go to standard output, everything else to standard error. Every failure is one line.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory as _, Parser as _};
use tracing::Level;

mod arguments;
mod doctor;
mod evaluate;
mod explain;
mod failure;
mod inventory;
mod managers;
mod rules;
mod selection;
mod source;
mod terminal;

use arguments::{Arguments, Command, Global, LogFormat};
use failure::{Exit, Failure};

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    say_on_standard_error(&arguments.global);
    let exit = match perform(arguments) {
        Ok(exit) => exit,
        Err(failure) => {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(anstream::stderr(), "deepgrade: {}", failure.message);
            failure.fault.into()
        }
    };
    ExitCode::from(exit.code())
}

fn perform(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { global, command } = arguments;
    match command {
        Command::Evaluate(arguments) => evaluate::evaluate(&global, &arguments),
        Command::Explain(arguments) => explain::explain(&global, &arguments),
        Command::Rules(command) => rules::rules(&command),
        Command::Inventory(command) => inventory::inventory(&global, &command),
        Command::Doctor(manager) => doctor::doctor(&manager),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "deepgrade", &mut script);
            terminal::print(&script)
        }
    }
}

/// Sends what the library tells of its work to standard error, as loud as asked.
fn say_on_standard_error(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => Level::ERROR,
        (false, 0) => Level::WARN,
        (false, 1) => Level::DEBUG,
        (false, _) => Level::TRACE,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr);
    // A subscriber is set once: only here.
    let _ = match global.log_format {
        LogFormat::Json => tracing::subscriber::set_global_default(subscriber.json().finish()),
        LogFormat::Text => tracing::subscriber::set_global_default(
            subscriber
                .without_time()
                .with_target(false)
                .with_ansi(false)
                .finish(),
        ),
    };
}
