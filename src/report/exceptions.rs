//! Exceptions: what is wrong with a file of them, what each is made for, and how long it holds.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use jiff::{Timestamp, tz::TimeZone};
use rules::{
    exception::Exception,
    exceptions::{Exceptions, Standing, StandingCounts, WARNING_DAYS},
    text::clean,
};
use serde::Serialize;

use super::{
    Options, counted, grid,
    style::{STRONG, paint},
    word::{Group, Word},
};
use crate::{
    exceptions::{Complaint, line},
    results::Coverage,
};

const VERSION: &str = "1";

/// Writes what is wrong with the file of that name, a line each, or that nothing is.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn checked(
    name: &str,
    count: usize,
    complaints: &[Complaint],
    out: &mut dyn Write,
) -> io::Result<()> {
    if complaints.is_empty() {
        let exceptions = counted(count, "exception");
        return writeln!(out, "{}: {exceptions}, nothing is wrong", clean(name));
    }
    let mut complaints = complaints.iter();
    complaints.try_for_each(|complaint| writeln!(out, "{}", clean(&line(name, complaint))))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked<'a> {
    schema_version: &'static str,
    complaints: Vec<Objection<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Objection<'a> {
    line: Option<u64>,
    exception: Option<&'a str>,
    complaint: &'a str,
}

/// Writes what is wrong with a file as one JSON document.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn checked_json(complaints: &[Complaint], out: &mut dyn Write) -> io::Result<()> {
    let complaints = complaints.iter().map(|complaint| Objection {
        line: complaint.line,
        exception: complaint.exception.as_deref(),
        complaint: &complaint.what,
    });
    let document = Checked {
        schema_version: VERSION,
        complaints: complaints.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Exceptions at a time.
#[derive(Clone, Copy, Debug)]
pub struct ExceptionList<'a> {
    /// The exceptions.
    pub exceptions: &'a Exceptions,
    /// The time.
    pub as_of: Timestamp,
    /// What each covers, by its id; `None` where no fleet was given.
    pub covered: Option<&'a HashMap<String, Coverage>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    as_of: Timestamp,
    exceptions: Vec<Listed<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    id: &'a str,
    scope: String,
    rules: String,
    reason: &'a str,
    owner: &'a str,
    ticket: &'a str,
    created: String,
    expires: String,
    standing: &'static str,
    /// Only where it expires soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<i32>,
    /// Only where a fleet was given.
    #[serde(flatten)]
    covered: Option<Coverage>,
}

impl<'a> ExceptionList<'a> {
    fn covered(&self, exception: &Exception) -> Option<Coverage> {
        let covered = self.covered?;
        Some(covered.get(exception.id()).copied().unwrap_or_default())
    }

    /// Writes them for people, a few lines each.
    ///
    /// # Errors
    /// What `out` says when it cannot be written to.
    pub fn table(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        for exception in self.exceptions.iter() {
            self.entry(exception, options, out)?;
        }
        let StandingCounts {
            all,
            expiring,
            expired,
            unprotected,
        } = self.exceptions.counts(self.as_of);
        let today = TimeZone::UTC.to_datetime(self.as_of).date();
        let all = counted(all, "exception");
        prose(
            &format!(
                "{all} on {today}: {expiring} expiring within {WARNING_DAYS} days, {expired} expired, \
                 {unprotected} not honoured"
            ),
            options,
            out,
        )
    }

    fn entry(
        &self,
        exception: &Exception,
        options: &Options,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let standing = self.exceptions.standing(exception, self.as_of);
        let (created, expires) = (exception.created(), exception.expires());
        let (style, said) = match standing {
            Standing::Active => (Group::Excepted.style(), format!("until {expires}")),
            Standing::ExpiresSoon(0) => (
                Word::Undetermined.style(),
                format!("expires today ({expires})"),
            ),
            Standing::ExpiresSoon(days) => {
                let days = counted(usize::try_from(days).unwrap_or(0), "day");
                (
                    Word::Undetermined.style(),
                    format!("expires in {days} ({expires})"),
                )
            }
            Standing::NotYet => (
                Word::NotApplicable.style(),
                format!("from {created} to {expires}"),
            ),
            Standing::Expired => (Word::NonCompliant.style(), format!("expired ({expires})")),
            Standing::Unprotected => (
                Word::NonCompliant.style(),
                "not honoured: its tag is not among the protected ones".to_owned(),
            ),
        };
        let id = paint(options.colour, STRONG, exception.id());
        writeln!(out, "{id}  {}", paint(options.colour, style, &said))?;
        let made_for = format!("{}: {}", exception.scope(), exception.rules());
        indented(&made_for, options, out)?;
        let (ticket, owner, reason) = (exception.ticket(), exception.owner(), exception.reason());
        indented(&format!("{ticket}, {owner}: {reason}"), options, out)?;
        if let Some(covered) = self.covered(exception) {
            indented(&in_words(covered), options, out)?;
        }
        writeln!(out)
    }

    /// Writes them as one JSON document.
    ///
    /// # Errors
    /// What `out` says when it cannot be written to.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let listed = self
            .exceptions
            .iter()
            .map(|exception| self.listed(exception));
        let document = Document {
            schema_version: VERSION,
            as_of: self.as_of,
            exceptions: listed.collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }

    fn listed(&self, exception: &'a Exception) -> Listed<'a> {
        let (standing, days_left) = match self.exceptions.standing(exception, self.as_of) {
            Standing::Active => ("active", None),
            Standing::ExpiresSoon(days) => ("expiresSoon", Some(days)),
            Standing::NotYet => ("notYet", None),
            Standing::Expired => ("expired", None),
            Standing::Unprotected => ("notHonoured", None),
        };
        Listed {
            id: exception.id(),
            scope: exception.scope().to_string(),
            rules: exception.rules().to_string(),
            reason: exception.reason(),
            owner: exception.owner(),
            ticket: exception.ticket(),
            created: exception.created().to_string(),
            expires: exception.expires().to_string(),
            standing,
            days_left,
            covered: self.covered(exception),
        }
    }
}

fn in_words(covered: Coverage) -> String {
    let Coverage {
        results,
        outlasted,
        undetermined,
        is_graded,
    } = covered;
    if !is_graded {
        return "none of its rules was graded by".to_owned();
    }
    let mut words = match results {
        0 => "covers nothing".to_owned(),
        results => format!("covers {}", counted(results, "result")),
    };
    if outlasted > 0 {
        let results = counted(outlasted, "result");
        words = format!("{words}; of {results} that it fits another one holds longer");
    }
    if undetermined > 0 {
        let results = counted(undetermined, "result");
        words = format!("{words}; {results} that it fits could not be told");
    }
    words
}

fn indented(text: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    const INDENT: usize = 2;
    let width = options.width.map(|width| width.saturating_sub(INDENT));
    let lines = grid::wrapped(text, width);
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{:INDENT$}{line}", ""))
}

fn prose(text: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lines = grid::wrapped(text, options.width);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}
