//! A text of rules that is refused, and what to write instead.

use std::fmt;

/// A text of rules that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    name: String,
    line: Option<usize>,
    what: String,
}

impl Refused {
    pub(crate) fn at(name: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            line: Some(line),
            what: what.into(),
        }
    }

    pub(crate) fn whole(name: &str, what: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            line: None,
            what: what.into(),
        }
    }
}

/// Where, what is wrong, and what to write: in one line.
impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}", self.what)
    }
}

impl std::error::Error for Refused {}
