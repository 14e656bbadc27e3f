//! How the results came about, in words, for whoever did not see it.

use std::io::{self, Write};

use rules::{catalogue, text::counted};

use super::{MANIFEST, Material};
use crate::{
    history::PRECISION,
    report::{Group, markdown_text as text},
};

/// What the results mean, whatever they are.
const MEANING: &str = "\
A result is compliant only on fresh and complete evidence. Where a fact is missing, the result is
undetermined: it is counted apart, and is neither compliant nor non-compliant. A result that an
exception is made for stays visible, and is counted apart too. Not applicable is what a rule has
nothing to say of, such as a stopped instance. What each code means, and what to do about it, is on
the page about troubleshooting in Deepgrade's documents.
";

/// Writes the page.
pub(super) fn write(material: &Material, out: &mut dyn Write) -> io::Result<()> {
    let Material {
        results,
        history,
        inputs,
    } = material;
    writeln!(out, "# Methodology\n")?;
    writeln!(
        out,
        "Deepgrade {} wrote this evidence. It is of the results that graded {} instances as of {}.\n",
        env!("CARGO_PKG_VERSION"),
        results.instances().len(),
        results.as_of,
    )?;
    writeln!(out, "{MEANING}")?;
    writeln!(out, "## Rules\n")?;
    writeln!(
        out,
        "| Rule | Severity | Requires | Non-compliant | Excepted | Undetermined | Not applicable | Compliant |"
    )?;
    writeln!(out, "|---|---|---|--:|--:|--:|--:|--:|")?;
    for (id, severity, counts) in results.rules() {
        let requires = catalogue::find(id).map_or("", |rule| rule.summary);
        write!(
            out,
            "| {} | {} | {} |",
            text(id),
            text(severity),
            text(requires)
        )?;
        for group in Group::ALL {
            write!(out, " {} |", counts.of(group))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\n## What the results rest on\n")?;
    for inventory in &results.inventories {
        let complete = if inventory.complete {
            "complete"
        } else {
            "perhaps without a page"
        };
        writeln!(
            out,
            "- The inventory of Manager {}, taken {}: {} computers, {complete}.",
            text(&inventory.manager),
            inventory.taken_at,
            inventory.computers
        )?;
    }
    for edges in &results.web_edges {
        writeln!(
            out,
            "- The web edges of account {} in {}, taken {}.",
            text(&edges.account),
            text(&edges.region),
            edges.taken_at
        )?;
    }
    if results.inventories.is_empty() && results.web_edges.is_empty() {
        writeln!(out, "- The results name nothing that they rest on.")?;
    }
    writeln!(out, "\n## Inputs\n")?;
    if inputs.is_empty() {
        writeln!(
            out,
            "The files that the results were made of were not given."
        )?;
    } else {
        writeln!(out, "| File | Its name before | SHA-256 |\n|---|---|---|")?;
        for input in inputs {
            let (path, name) = (text(&input.path), text(&input.name));
            writeln!(out, "| {path} | {name} | `{}` |", input.digest)?;
        }
    }
    if let Some(history) = history {
        writeln!(out, "\n## History\n")?;
        writeln!(
            out,
            "{} compared. {PRECISION}",
            counted(history.runs.len(), "run")
        )?;
        if history.unread > 0 {
            let files = counted(history.unread, "file");
            writeln!(
                out,
                "\nMissing in it: {files} below `history/` that could not be read."
            )?;
        }
    }
    let lost = results.details.losses().count();
    if lost > 0 {
        writeln!(out, "\n## What is missing\n")?;
        writeln!(
            out,
            "Not among the results: {}. The report lists under \"Completeness\" what it is and why. \
             Nothing of it is counted as compliant.",
            counted(lost, "part")
        )?;
    }
    if results.details.exceptions.is_none() {
        writeln!(out, "\n## Exceptions\n")?;
        writeln!(
            out,
            "The results hold no list of exceptions: {}",
            match results.counts().excepted {
                0 => "none was given, and no result is excepted.",
                _ => "what is excepted tells the ticket and the last day in its reason.",
            }
        )?;
    }
    writeln!(out, "\n## How to check this evidence\n")?;
    writeln!(
        out,
        "In this directory, `sha256sum --check {MANIFEST}` tells whether a file was changed or is \
         missing; the sum of {MANIFEST} itself, which Deepgrade printed, tells whether that list is \
         still the one that was written."
    )
}
