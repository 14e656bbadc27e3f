//! `deepgrade report`: a report on results that are there, or on a fleet that is graded for it.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use rules::text::{clean, counted, quoted};

use super::{
    aggregate::{self, Keeping},
    arguments::{Global, Report, ReportForm, Source},
    doubt, evaluate, exceptions,
    failure::{Exit, Failure},
    managers, terminal,
};
use crate::{
    files,
    history::{self, History},
    report::{
        asff, junit,
        page::{self, Input, Subject},
        results_csv,
    },
    results::{self, Results},
};

/// Writes the report.
///
/// # Errors
/// A usage failure of the arguments or files, or a runtime failure of AWS, of a Manager or of the
/// output.
pub(super) fn report(global: &Global, arguments: &Report) -> Result<Exit, Failure> {
    let (results, inputs, kept) = match (&arguments.results, &arguments.aggregator) {
        (Some(path), _) => {
            let (results, sha256) = results::open_with_digest(path).map_err(Failure::usage)?;
            doubt::warn(path, &results);
            let input = Input {
                name: named(path),
                sha256: Some(sha256),
            };
            (results, vec![input], Keeping::default())
        }
        (None, Some(name)) => {
            let (reading, account) = (&arguments.reading, &arguments.source.account);
            let (results, kept) = aggregate::read(global, name, reading, account)?;
            let input = Input {
                name: format!("aggregator {}", quoted(name)),
                sha256: None,
            };
            (results, vec![input], kept)
        }
        (None, None) => {
            let inputs = inputs(arguments)?;
            (graded(global, arguments)?, inputs, Keeping::default())
        }
    };
    let history = arguments.history.as_deref();
    let mut inputs = inputs;
    if let Some(directory) = history {
        inputs.extend(earlier(directory)?);
    }
    let history = history.map(|directory| {
        let own = arguments.results.as_deref();
        before(directory, &results, own)
    });
    let history = history.transpose()?;
    let unread = history.as_ref().map_or(0, |(_, unread)| *unread);
    let history = history.map(|(history, _)| history);
    let file = arguments.ending.output_file.as_deref();
    let lost = results.details.losses().count();
    if lost > 0 && matches!(arguments.output, ReportForm::Csv | ReportForm::Asff) {
        tracing::warn!(
            "{} not among the results; `--output html` tells what is missing",
            counted(lost, "part")
        );
    }
    let mut left_out = 0;
    match arguments.output {
        ReportForm::Html => {
            let csv = file.and_then(beside);
            let subject = Subject {
                results: &results,
                history: history.as_ref(),
                inputs: Some(&inputs),
                csv: csv.as_ref().map(|(_, name)| name.as_str()),
            };
            terminal::write_to(file, |out| page::write(&subject, arguments.audience, out))?;
            if let Some((path, _)) = &csv {
                terminal::write_to(Some(path), |out| results_csv(&results, out))?;
            }
        }
        ReportForm::Csv => terminal::write_to(file, |out| results_csv(&results, out))?,
        ReportForm::Junit => terminal::write_to(file, |out| junit(&results, out))?,
        ReportForm::Asff => {
            left_out = terminal::write_to(file, |out| asff(&results, out))?;
            if left_out > 0 {
                tracing::warn!(
                    "{} left out: their account, Region or instance is not known",
                    counted(left_out, "result")
                );
            }
        }
    }
    kept.finish(global, &results)?;
    let missing = results.counts().undetermined + lost + left_out + unread;
    Ok(arguments.ending.exit(missing, results.worst()))
}

/// Grades the fleet that the arguments name, as `evaluate` does.
fn graded(global: &Global, arguments: &Report) -> Result<Results, Failure> {
    let Report {
        source,
        selection,
        exceptions,
        ..
    } = arguments;
    let (fleet, graders) = evaluate::fleet(global, source, selection, exceptions)?;
    let details = evaluate::details(&fleet, &graders, source)?;
    results::grade(&fleet, &graders, details).map_err(Failure::runtime)
}

/// What results of before tell, with a warning about each that is missing in it, and how many are.
fn before(
    directory: &Path,
    results: &Results,
    own: Option<&Path>,
) -> Result<(History, usize), Failure> {
    let reading = history::read(directory, Some(results)).map_err(Failure::usage)?;
    for complaint in reading.unread.iter().chain(&reading.doubted) {
        tracing::warn!("{complaint}");
    }
    for later in &reading.later {
        tracing::warn!("{later}: is later than the results, and left out");
    }
    let others = reading.same.iter();
    for path in others.filter(|path| own.is_some_and(|own| !history::hold_the_same(path, own))) {
        let path = path.display();
        tracing::warn!("{path}: is as of the same time as the results, and left out");
    }
    Ok((reading.history, reading.unread.len()))
}

/// The files of earlier results.
fn earlier(directory: &Path) -> Result<Vec<Input>, Failure> {
    let files = history::files(directory).map_err(Failure::usage)?;
    let input = |path: PathBuf| {
        let sum = files::sha256(&path);
        let sha256 =
            sum.map_err(|error| Failure::runtime(format!("{}: {error}", path.display())))?;
        Ok(Input {
            name: named(&path),
            sha256: Some(sha256),
        })
    };
    files.into_iter().map(input).collect()
}

/// The files that a fleet was graded from.
fn inputs(arguments: &Report) -> Result<Vec<Input>, Failure> {
    let Source {
        instances,
        computers,
        policies,
        inventory,
        web,
        ledger,
        manager,
        ..
    } = &arguments.source;
    let settings = managers::settings(&arguments.source.manager)?;
    let lists = [instances, computers, policies, inventory, web];
    let files = lists.into_iter().flatten();
    files
        .chain(ledger)
        .chain(&manager.settings)
        .chain(exceptions::file(&arguments.exceptions, &settings))
        .chain(&arguments.selection.guard.guard_rules)
        .map(|path| {
            let sha256 = (path != Path::new("-")).then(|| files::sha256(path));
            let sha256 = sha256
                .transpose()
                .map_err(|error| Failure::runtime(format!("{}: {error}", path.display())))?;
            Ok(Input {
                name: named(path),
                sha256,
            })
        })
        .collect()
}

fn named(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".to_owned();
    }
    clean(&path.display().to_string())
}

/// The file for the rows that a page does not hold, and its name: `report.csv` beside
/// `report.html`. Beside a device or a pipe there is none.
pub(super) fn beside(page: &Path) -> Option<(PathBuf, String)> {
    if page.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return None;
    }
    let extension = page.extension().map(OsString::from);
    let is_page = extension.is_some_and(|extension| {
        extension.eq_ignore_ascii_case("html") || extension.eq_ignore_ascii_case("htm")
    });
    let path = if is_page {
        page.with_extension("csv")
    } else {
        let mut name = page.as_os_str().to_owned();
        name.push(".csv");
        PathBuf::from(name)
    };
    let name = path.file_name()?.to_str()?.to_owned();
    Some((path, name))
}
