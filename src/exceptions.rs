//! The file of exceptions, as a person writes it in YAML.

use std::{fmt, path::Path};

use rules::{
    exception::Draft,
    exceptions::{Exceptions, Terms},
    text::clean,
};
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{files, json_error};

/// What a file of exceptions says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    exceptions: Vec<Spanned<Draft>>,
}

/// Something that is wrong with a file of exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The line that it is about, from 1, where it is about one.
    pub line: Option<u64>,
    /// The id of the exception that it is about, where that is known.
    pub exception: Option<String>,
    /// What is wrong, in one line.
    pub what: String,
}

/// What is wrong with a file of exceptions: never nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadExceptions {
    name: String,
    complaints: Vec<Complaint>,
}

impl BadExceptions {
    fn whole(name: &str, what: &str) -> Self {
        Self {
            name: name.to_owned(),
            complaints: vec![Complaint {
                line: None,
                exception: None,
                what: clean(what),
            }],
        }
    }

    /// Everything that is wrong, in the order of the file.
    #[must_use]
    pub fn complaints(&self) -> &[Complaint] {
        &self.complaints
    }

    /// Everything that is wrong, a line each, which begins with the name of the file.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.complaints
            .iter()
            .map(|complaint| line(&self.name, complaint))
    }
}

/// One thing that is wrong with the file of that name, in one line.
#[must_use]
pub fn line(name: &str, complaint: &Complaint) -> String {
    let place = complaint.line.map(|line| format!(", line {line}"));
    format!("{name}{}: {}", place.unwrap_or_default(), complaint.what)
}

/// The first thing that is wrong, and how many more there are.
impl fmt::Display for BadExceptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.lines();
        formatter.write_str(&lines.next().unwrap_or_default())?;
        match lines.count() {
            0 => Ok(()),
            more => write!(
                formatter,
                "; and {more} more, which `deepgrade exceptions lint` lists"
            ),
        }
    }
}

impl std::error::Error for BadExceptions {}

/// The exceptions of a file, with the line at which each begins.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// The exceptions.
    pub exceptions: Exceptions,
    lines: Vec<u64>,
}

impl Located {
    /// What is not wrong with the exceptions, and keeps them from being honoured: they are for a tag
    /// that nobody protects.
    pub fn unprotected(&self) -> impl Iterator<Item = Complaint> {
        let each = self.exceptions.iter().zip(&self.lines);
        each.filter_map(|(exception, line)| {
            let tag = exception.scope().tag()?;
            (!self.exceptions.is_honoured(exception)).then(|| {
                let (id, key) = (exception.id(), rules::text::quoted(&tag.key));
                Complaint {
                    line: Some(*line),
                    exception: Some(id.to_owned()),
                    what: format!(
                        "exception \"{id}\" is not honoured: its tag {key} is not among the protected tags, \
                         so that an instance's owner could set it"
                    ),
                }
            })
        })
    }
}

/// Reads a file of exceptions.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(path: &Path, terms: Terms) -> Result<Located, BadExceptions> {
    let name = path.display().to_string();
    let text = files::read_small(path).map_err(|what| BadExceptions::whole(&name, &what))?;
    parse(&name, text, terms)
}

/// Reads the text of a file of exceptions, which `name` names in complaints.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: Vec<u8>, terms: Terms) -> Result<Located, BadExceptions> {
    let text =
        String::from_utf8(text).map_err(|_| BadExceptions::whole(name, "is not text in UTF-8"))?;
    let document: Document = serde_saphyr::from_str(&text)
        .map_err(|error| BadExceptions::whole(name, &json_error::of_yaml(&error)))?;
    let (drafts, lines): (Vec<Draft>, Vec<u64>) = document
        .exceptions
        .into_iter()
        .map(|each| (each.value, each.referenced.line()))
        .unzip();
    match Exceptions::new(drafts, terms) {
        Ok(exceptions) => Ok(Located { exceptions, lines }),
        Err(complaints) => Err(BadExceptions {
            name: name.to_owned(),
            complaints: complaints
                .into_iter()
                .map(|complaint| Complaint {
                    line: lines.get(complaint.position).copied(),
                    what: clean(&complaint.to_string()),
                    exception: complaint.id,
                })
                .collect(),
        }),
    }
}
