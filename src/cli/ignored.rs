//! Arguments that would be ignored are refused: whoever gave them meant something by them.

use clap::{ArgMatches, parser::ValueSource};

use super::{
    arguments::{DiffForm, ReportForm},
    failure::Failure,
};
use crate::report::Format;

/// The arguments that say how the Manager of `--manager` is entered.
const ENTRY: [&str; 4] = ["authentication", "key_file", "key_env", "ca_file"];

/// The arguments that say what is graded, and how.
const GRADING: [&str; 19] = [
    "instances",
    "computers",
    "policies",
    "complete",
    "inventory",
    "web",
    "ledger",
    "as_of",
    "region",
    "profile",
    "role_arn",
    "external_id",
    "manager",
    "settings",
    "rule",
    "param",
    "exceptions",
    "protected_tag",
    "guard_rules",
];

/// Those of them by which an account is reached.
const ACCOUNT: [&str; 4] = ["region", "profile", "role_arn", "external_id"];

/// Refuses arguments of the command that mean nothing beside the others. What stands in the
/// environment may be for other commands, and is left out where it means nothing.
///
/// # Errors
/// A usage failure that names the argument.
pub(super) fn refuse(matches: &ArgMatches) -> Result<(), Failure> {
    let command = innermost(matches);
    let manager = value::<String>(command, "manager");
    if manager.is_none_or(|url| url.is_empty())
        && let Some(argument) = ENTRY.into_iter().find(|name| is_given(command, name))
    {
        let argument = argument.replace('_', "-");
        return Err(Failure::usage(format!(
            "--{argument} is for the Manager of --manager URL, which is not given: those of --settings \
             have their own"
        )));
    }
    if is_given(command, "results")
        && let Some(argument) = GRADING.into_iter().find(|name| is_given(command, name))
    {
        let argument = argument.replace('_', "-");
        return Err(Failure::usage(format!(
            "--{argument} says how a fleet is graded, and --results FILE was graded already"
        )));
    }
    if is_given(command, "aggregator")
        && let Some(argument) = GRADING
            .into_iter()
            .filter(|name| !ACCOUNT.contains(name))
            .find(|name| is_given(command, name))
    {
        let argument = argument.replace('_', "-");
        return Err(Failure::usage(format!(
            "--{argument} says how a fleet is graded, and what --aggregator NAME shows was graded already"
        )));
    }
    let is_page = value::<ReportForm>(command, "output") == Some(&ReportForm::Html);
    let of_pages = ["history", "audience"].into_iter();
    if value::<ReportForm>(command, "output").is_some()
        && !is_page
        && let Some(argument) = of_pages.into_iter().find(|name| is_given(command, name))
    {
        return Err(Failure::usage(format!(
            "--{argument} is for pages (--output html)"
        )));
    }
    let form = value::<Format>(command, "output");
    if is_given(command, "rows")
        && form.is_some_and(|form| !matches!(form, Format::Table | Format::Markdown))
    {
        return Err(Failure::usage(
            "--rows is for tables (--output table or markdown): the other forms hold every row",
        ));
    }
    let form = value::<DiffForm>(command, "output");
    if is_given(command, "rows") && form == Some(&DiffForm::Json) {
        return Err(Failure::usage(
            "--rows is for tables (--output table or markdown)",
        ));
    }
    Ok(())
}

/// The arguments of the command itself, beneath those that it is grouped under.
pub(super) fn innermost(matches: &ArgMatches) -> &ArgMatches {
    let mut command = matches;
    while let Some((_, inner)) = command.subcommand() {
        command = inner;
    }
    command
}

/// Whether the command has such an argument, and somebody gave it.
fn is_given(command: &ArgMatches, name: &str) -> bool {
    let is_known = command.try_contains_id(name).is_ok();
    is_known && command.value_source(name) == Some(ValueSource::CommandLine)
}

/// The value of an argument, where the command has one of that name and kind.
pub(super) fn value<'a, T: Clone + Send + Sync + 'static>(
    command: &'a ArgMatches,
    name: &str,
) -> Option<&'a T> {
    command.try_get_one(name).ok().flatten()
}
