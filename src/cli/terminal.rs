//! The terminal, or whatever stands in its place.

use std::{
    fs::{self, File},
    io::{self, BufWriter, IsTerminal as _, Write},
    path::Path,
    time::Duration,
};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use rules::text::clean;

use super::{
    arguments::Global,
    failure::{Exit, Failure},
};
use crate::report::Options;

/// How a report looks where standard output goes: coloured where that is allowed, and as wide as
/// the terminal.
#[must_use]
pub(super) fn options(global: &Global, file: Option<&Path>, rows: usize) -> Options {
    if file.is_some() {
        return Options {
            width: None,
            colour: false,
            rows,
        };
    }
    let choice = AutoStream::choice(&io::stdout());
    let width = io::stdout()
        .is_terminal()
        .then(terminal_size::terminal_size)
        .flatten();
    Options {
        width: width.map(|(terminal_size::Width(columns), _)| usize::from(columns)),
        colour: !global.no_color && choice != ColorChoice::Never,
        rows,
    }
}

/// Hands a destination to `write`: a file, or standard output. A reader that closes standard
/// output early, as `head` does, has what it wanted.
///
/// # Errors
/// A runtime failure when the destination cannot be written to.
pub(super) fn write_to<T: Default>(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<T, Failure> {
    const BUFFER: usize = 1 << 16;
    let Some(path) = file else {
        let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        let written = write(&mut out).and_then(|result| out.flush().map(|()| result));
        return match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(T::default()),
            other => other.map_err(|error| {
                Failure::runtime(format!("standard output cannot be written to: {error}"))
            }),
        };
    };
    // A device or a pipe is written to as it is; a file is replaced when the new one is whole.
    let is_special = path.metadata().is_ok_and(|metadata| !metadata.is_file());
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let target = if is_special {
        path
    } else {
        Path::new(&partial)
    };
    let written = File::create(target).and_then(|file| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        let result = write(&mut out)?;
        out.flush()?;
        if !is_special {
            fs::rename(target, path)?;
        }
        Ok(result)
    });
    if written.is_err() && !is_special {
        // What is left of it is of no use; that it cannot be removed is not the complaint.
        let _ = fs::remove_file(target);
    }
    written.map_err(|error| Failure::runtime(format!("{}: {}", path.display(), unwritable(&error))))
}

/// Why something cannot be written to, in words.
fn unwritable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such directory".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be written to".to_owned(),
        _ => error.to_string(),
    }
}

/// Prints a text.
///
/// # Errors
/// A runtime failure when standard output cannot be written to.
pub(super) fn print(text: &[u8]) -> Result<Exit, Failure> {
    write_to(None, |out| out.write_all(text))?;
    Ok(Exit::Done)
}

/// Says on standard error what was done, unless nothing is to be said.
pub(super) fn say(global: &Global, line: &str) {
    if !global.quiet {
        // Nobody is left to be told when standard error is closed.
        let _ = writeln!(io::stderr(), "{}", clean(line));
    }
}

/// Says on standard error what is waited for: on a terminal until what is given back is finished,
/// elsewhere in a line.
#[must_use]
pub(super) fn waiting(global: &Global, what: &str) -> ProgressBar {
    const TICK: Duration = Duration::from_millis(200);
    if global.no_progress || !io::stderr().is_terminal() {
        say(global, &format!("waiting for {what}"));
        return ProgressBar::hidden();
    }
    if global.quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} waiting for {msg}, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(style)
        .with_message(clean(what));
    bar.enable_steady_tick(TICK);
    bar
}

/// A counter on standard error of what has been read, while it is a terminal.
#[must_use]
pub(super) fn counter(global: &Global, what: String) -> ProgressBar {
    if global.no_progress || global.quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg} {human_pos}, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let target = ProgressDrawTarget::stderr();
    ProgressBar::with_draw_target(None, target)
        .with_style(style)
        .with_message(what)
}
