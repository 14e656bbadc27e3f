//! The files that are made of the material.

use std::io::{self, Write};

use super::{Material, exceptions, methodology, runs};
use crate::{
    difference::Difference,
    report::{
        self, Options,
        page::{self, Audience, Subject},
    },
};

/// The name of the table of all results.
const RESULTS: &str = "results.csv";

/// A file that is made of the material; where it says that there is nothing to be said, there is no
/// such file.
pub(super) struct Part {
    pub(super) path: &'static str,
    pub(super) is_wanted: fn(&Material) -> bool,
    pub(super) write: fn(&Material, &mut dyn Write) -> io::Result<()>,
}

/// Every file that is made of the material.
pub(super) const PARTS: [Part; 7] = [
    Part {
        path: "report-auditor.html",
        is_wanted: |_| true,
        write: |material, out| material.page(Audience::Auditor, out),
    },
    Part {
        path: "report-engineer.html",
        is_wanted: |_| true,
        write: |material, out| material.page(Audience::Engineer, out),
    },
    Part {
        path: RESULTS,
        is_wanted: |_| true,
        write: |material, out| report::results_csv(&material.results, out),
    },
    Part {
        path: "exceptions.csv",
        is_wanted: |material| material.results.details.exceptions.is_some(),
        write: exceptions::write,
    },
    Part {
        path: "history.csv",
        is_wanted: |material| material.history.is_some(),
        write: runs::write,
    },
    Part {
        path: "difference.md",
        is_wanted: |material| material.difference().is_some(),
        write: |material, out| {
            let whole = Options {
                rows: 0,
                ..Options::default()
            };
            material.difference().map_or(Ok(()), |difference| {
                report::difference_markdown(difference, &whole, out)
            })
        },
    },
    Part {
        path: "methodology.md",
        is_wanted: |_| true,
        write: methodology::write,
    },
];

impl Material {
    fn page(&self, audience: Audience, out: &mut dyn Write) -> io::Result<()> {
        let inputs: Vec<page::Input> = self
            .inputs
            .iter()
            .map(|input| page::Input {
                name: input.name.clone(),
                sha256: Some(input.digest.to_string()),
            })
            .collect();
        let subject = Subject {
            results: &self.results,
            history: self.history.as_ref(),
            inputs: (!inputs.is_empty()).then_some(&inputs),
            csv: Some(RESULTS),
        };
        page::write(&subject, audience, out)
    }

    fn difference(&self) -> Option<&Difference> {
        self.history.as_ref()?.latest.as_ref()
    }
}
