//! `deepgrade exceptions`, and the exceptions that other commands grade with.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use rules::{
    Grader,
    exceptions::{Exceptions, Terms},
};

use super::{
    arguments::{self, ExceptionForm, ExceptionSource, Global, Selection, Source},
    failure::{Exit, Failure},
    guard, managers, selection, source, terminal,
};
use crate::{
    exceptions::{self, Complaint, Located},
    report, results,
    settings::{Settings, exceptions::protected_tags},
    time::{RealTime, Time as _},
};

/// Checks a file of exceptions, or lists them.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of AWS, of a Manager or of the output.
pub(super) fn exceptions(global: &Global, command: arguments::Exceptions) -> Result<Exit, Failure> {
    match command {
        arguments::Exceptions::Lint {
            file,
            protected_tag,
            settings,
            output,
        } => {
            let settings = settings.as_deref().map(Settings::read).transpose();
            let settings = settings.map_err(Failure::usage)?.unwrap_or_default();
            lint(&file, terms(&settings, &protected_tag)?, output)
        }
        arguments::Exceptions::List {
            file,
            protected_tag,
            source,
            selection,
            output,
        } => {
            let settings = managers::settings(&source.manager)?;
            let listed = read(&file, terms(&settings, &protected_tag)?)?;
            list(global, &listed, &settings, &source, &selection, output)
        }
    }
}

/// The graders with the exceptions that the arguments or the settings name.
///
/// # Errors
/// A usage failure when the exceptions cannot be read.
pub(super) fn excepting(
    graders: Vec<Grader>,
    source: &ExceptionSource,
    settings: &Settings,
) -> Result<Vec<Grader>, Failure> {
    let exceptions = given(source, settings)?;
    Ok(with(graders, &exceptions))
}

fn with(graders: Vec<Grader>, exceptions: &Arc<Exceptions>) -> Vec<Grader> {
    let graders = graders.into_iter();
    graders
        .map(|grader| grader.with_exceptions(Ok(Arc::clone(exceptions))))
        .collect()
}

/// The file of exceptions that the arguments or the settings name.
pub(super) fn file<'a>(source: &'a ExceptionSource, settings: &'a Settings) -> Option<&'a PathBuf> {
    let named = settings.exceptions.file.as_ref();
    source.exceptions.as_ref().or(named)
}

/// The exceptions that the arguments or the settings name; none where neither does. Those that are not
/// honoured are said.
///
/// # Errors
/// A usage failure when they cannot be read.
pub(super) fn given(
    source: &ExceptionSource,
    settings: &Settings,
) -> Result<Arc<Exceptions>, Failure> {
    let Some(path) = file(source, settings) else {
        return if source.protected_tag.is_empty() {
            Ok(Arc::default())
        } else {
            Err(Failure::usage(
                "--protected-tag is for --exceptions FILE: there are no exceptions",
            ))
        };
    };
    read(path, terms(settings, &source.protected_tag)?)
}

fn read(path: &Path, terms: Terms) -> Result<Arc<Exceptions>, Failure> {
    let located = exceptions::read(path, terms).map_err(Failure::usage)?;
    let name = path.display().to_string();
    for complaint in located.unprotected() {
        tracing::warn!("{}", exceptions::line(&name, &complaint));
    }
    Ok(Arc::new(located.exceptions))
}

fn terms(settings: &Settings, protected: &[String]) -> Result<Terms, Failure> {
    let mut terms = settings.exceptions.terms.clone();
    let more = protected_tags("--protected-tag", protected.iter().cloned());
    terms.protected_tags.extend(more.map_err(Failure::usage)?);
    Ok(terms)
}

/// Says what of the exceptions somebody should look at.
pub(super) fn warn(graders: &[Grader], as_of: Timestamp) {
    let Some(exceptions) = graders.first().and_then(Grader::exceptions) else {
        return;
    };
    if let Some(words) = exceptions.counts(as_of).in_words() {
        tracing::warn!("{words}: see `deepgrade exceptions list`");
    }
}

fn lint(file: &Path, terms: Terms, output: ExceptionForm) -> Result<Exit, Failure> {
    let (count, complaints): (usize, Vec<Complaint>) = match exceptions::read(file, terms) {
        Ok(located) => (
            located.exceptions.iter().len(),
            Located::unprotected(&located).collect(),
        ),
        Err(bad) => (0, bad.complaints().to_vec()),
    };
    let name = file.display().to_string();
    terminal::write_to(None, |out| match output {
        ExceptionForm::Table => report::exceptions_checked(&name, count, &complaints, out),
        ExceptionForm::Json => report::exceptions_checked_json(&complaints, out),
    })?;
    Ok(if complaints.is_empty() {
        Exit::Done
    } else {
        Exit::Usage
    })
}

fn list(
    global: &Global,
    exceptions: &Arc<Exceptions>,
    settings: &Settings,
    source: &Source,
    selection: &Selection,
    output: ExceptionForm,
) -> Result<Exit, Failure> {
    let names_a_fleet = source::gives_instances(source)
        || source::from_files(source)
        || source.manager.url().is_some()
        || source.ledger.is_some()
        || !source.web.is_empty();
    let (as_of, covered) = if names_a_fleet {
        let graders = with(selection::graders(selection, settings, source)?, exceptions);
        let policy = guard::policy(&selection.guard)?;
        let needs = selection::needs(&graders, policy.as_deref());
        let mut fleet = source::fleet(global, source, &settings.managers, &needs)?;
        fleet.guard = policy;
        let covered = results::coverage_of_exceptions(&fleet, &graders);
        (fleet.as_of, Some(covered))
    } else {
        let now = source.as_of.unwrap_or_else(|| RealTime::start().now());
        (now, None)
    };
    let listed = report::ExceptionList {
        exceptions,
        as_of,
        covered: covered.as_ref(),
    };
    let options = terminal::options(global, None, 0);
    terminal::write_to(None, |out| match output {
        ExceptionForm::Table => listed.table(&options, out),
        ExceptionForm::Json => listed.json(out),
    })?;
    let mut covered = covered.iter().flat_map(|covered| covered.values());
    Ok(if covered.any(|of| of.undetermined > 0) {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}
