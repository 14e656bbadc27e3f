//! The page: results as one HTML file that people look at, print and hand on.
//!
//! It needs nothing beside itself: no network, no font, no script to be read. A small script filters
//! and sorts the table of results where scripts may run. A page is a list of [sections](Section), one
//! file of this folder each, with a template beside it; the templates escape whatever is foreign.

use std::{
    fmt,
    io::{self, Write},
};

use askama::{DynTemplate, Template, filters::HtmlSafe};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{history::History, results::Results};

mod appendix;
mod bar;
mod cause;
mod changes;
mod completeness;
mod computers;
mod controls;
mod embedded;
mod exposure;
mod fixes;
mod funnel;
mod map;
mod marked;
mod methodology;
mod registers;
mod scope;
mod standing;
mod summary;
mod survey;
mod table;
mod tree;
mod trend;

use survey::Survey;

/// Whom a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Audience {
    /// What was looked at, what holds, what does not, and on which evidence.
    Auditor,
    /// What to fix first, and where.
    Engineer,
}

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The results.
    pub results: &'a Results,
    /// What earlier results tell, where there are any.
    pub history: Option<&'a History>,
    /// The files that the results were made of, as far as somebody gave them; `None` where nobody did.
    pub inputs: Option<&'a [Input]>,
    /// The name of a file beside the page that holds all results as comma-separated values.
    pub csv: Option<&'a str>,
}

/// A file that results were made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name. Foreign text, cleaned.
    pub name: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits; `None` of what can be read only
    /// once, as standard input can.
    pub sha256: Option<String>,
}

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

#[derive(Template)]
#[template(path = "page.html", config = "src/report/page/askama.toml")]
struct Page<'a> {
    title: &'static str,
    as_of: String,
    /// What may be loaded and run: the style and the script of the page itself.
    policy: String,
    sections: Vec<Section<'a>>,
    has_table: bool,
}

/// A part of a page with a heading.
struct Section<'a> {
    id: &'static str,
    title: &'static str,
    body: Body<'a>,
}

/// What stands under a heading: the output of a template, in which everything foreign is escaped.
struct Body<'a>(Box<dyn DynTemplate + 'a>);

impl HtmlSafe for Body<'_> {}

impl fmt::Display for Body<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.dyn_render_into(formatter).map_err(|_| fmt::Error)
    }
}

impl<'a> Section<'a> {
    fn new(id: &'static str, title: &'static str, body: impl DynTemplate + 'a) -> Self {
        Self {
            id,
            title,
            body: Body(Box::new(body)),
        }
    }
}

/// Writes the page.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn write(subject: &Subject<'_>, audience: Audience, out: &mut dyn Write) -> io::Result<()> {
    let survey = Survey::of(subject.results);
    let (title, sections) = match audience {
        Audience::Auditor => ("Auditor’s report", auditor(subject, &survey)),
        Audience::Engineer => ("Engineer’s report", engineer(subject, &survey)),
    };
    let page = Page {
        title,
        as_of: rules::time::minute(subject.results.as_of),
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            source(STYLE),
            source(SCRIPT)
        ),
        sections,
        has_table: audience == Audience::Engineer,
    };
    page.write_into(&mut *out)
}

/// A text as a Content Security Policy names it.
fn source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn auditor<'a>(subject: &Subject<'a>, survey: &'a Survey<'a>) -> Vec<Section<'a>> {
    let details = &subject.results.details;
    let as_of = subject.results.as_of;
    vec![
        Section::new("summary", "Summary", summary::Cards::of(subject, survey)),
        Section::new("scope", "Scope", scope::Scope::of(survey)),
        Section::new(
            "completeness",
            "Completeness",
            completeness::Completeness::of(survey),
        ),
        Section::new("funnel", "Coverage funnel", funnel::Funnel::of(survey)),
        Section::new(
            "controls",
            "Rules and accounts",
            controls::Controls::of(survey),
        ),
        Section::new(
            "trend",
            "Trend and time to protect",
            trend::Trend::of(subject.history),
        ),
        Section::new(
            "cves",
            "Virtual patching",
            exposure::Exposure::of(details.cves.as_ref(), as_of),
        ),
        Section::new(
            "exceptions",
            "Exceptions",
            registers::Exceptions::of(details.exceptions.as_deref(), survey, as_of),
        ),
        Section::new(
            "remediation",
            "Findings and remediation",
            registers::Records::of(details.records.as_ref()),
        ),
        Section::new(
            "appendix",
            "Results that are not compliant",
            appendix::Appendix::of(subject, survey),
        ),
        Section::new(
            "methodology",
            "Methodology",
            methodology::Methodology::of(survey),
        ),
        Section::new("inputs", "Inputs", methodology::Inputs::of(subject.inputs)),
    ]
}

fn engineer<'a>(subject: &Subject<'a>, survey: &'a Survey<'a>) -> Vec<Section<'a>> {
    let details = &subject.results.details;
    vec![
        Section::new("summary", "Summary", summary::Cards::of(subject, survey)),
        Section::new("fix", "Fix these first", fixes::Fixes::of(survey)),
        Section::new(
            "unknown",
            "What cannot be told",
            completeness::Completeness::of(survey),
        ),
        Section::new("rules", "Rules", tree::Tree::of(survey)),
        Section::new("map", "Coverage map", map::Map::of(details.fronts.as_ref())),
        Section::new(
            "changes",
            "Changes since the last run",
            changes::Changes::of(subject.history),
        ),
        Section::new(
            "computers",
            "Stale, ghost and duplicate computers",
            computers::Standings::of(survey, details.computers.as_ref()),
        ),
        Section::new("results", "All results", table::Table::of(subject, survey)),
    ]
}
