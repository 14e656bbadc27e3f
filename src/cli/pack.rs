//! `deepgrade pack`: the conformance pack, looked through or written.

use std::{
    io::{self, Read as _},
    path::Path,
};

use rules::{
    CATALOGUE, catalogue,
    text::{clean, counted, quoted},
};

use super::{
    arguments::{Pack, Render},
    failure::{Exit, Failure},
    terminal,
};
use crate::{
    files,
    pack::{Automatic, Handover, Unreadable, Variant, limits, lint},
};

/// Looks through a pack, or writes one.
///
/// # Errors
/// A usage failure of the arguments or of a file that is no pack, or a runtime failure of the
/// output. What is wrong with a pack is a result, and gives exit code 1.
pub(super) fn pack(command: &Pack) -> Result<Exit, Failure> {
    match command {
        Pack::Lint { file, from_s3 } => look_through(file, *from_s3),
        Pack::Render(arguments) => render(arguments),
    }
}

fn look_through(file: &Path, from_s3: bool) -> Result<Exit, Failure> {
    let name = clean(&file.display().to_string());
    let text = text(file).map_err(|complaint| Failure::usage(format!("{name}: {complaint}")))?;
    let handover = if from_s3 {
        Handover::Stored
    } else {
        Handover::Inline
    };
    let objections = lint(&text, handover).map_err(|unreadable| {
        let Unreadable { line, complaint } = unreadable;
        Failure::usage(format!(
            "{name}:{line}: it is neither YAML nor JSON: {complaint}"
        ))
    })?;
    terminal::write_to(None, |out| {
        for objection in &objections {
            writeln!(out, "{name}:{objection}")?;
        }
        match objections.len() {
            0 => writeln!(out, "{name}: good, {} bytes", text.len()),
            count => writeln!(out, "{name}: {}", counted(count, "objection")),
        }
    })?;
    Ok(if objections.is_empty() {
        Exit::Done
    } else {
        Exit::Runtime
    })
}

fn text(file: &Path) -> Result<String, String> {
    let bytes = if file == Path::new("-") {
        // One more than there may be tells that there are more.
        let limit = limits::STORED_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        let read = io::stdin().take(limit).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| error.to_string())
    } else {
        files::read_small(file)
    };
    String::from_utf8(bytes?).map_err(|_| "is not text in UTF-8".to_owned())
}

fn render(arguments: &Render) -> Result<Exit, Failure> {
    let variant = variant(arguments)?;
    let text = variant.render().map_err(Failure::runtime)?;
    terminal::write_to(arguments.output_file.as_deref(), |out| {
        out.write_all(text.as_bytes())
    })?;
    Ok(Exit::Done)
}

fn variant(arguments: &Render) -> Result<Variant, Failure> {
    let Render {
        rule,
        prefix,
        documents,
        function_arn,
        automatic,
        ..
    } = arguments;
    let mut variant = Variant::default();
    if !rule.is_empty() {
        let named = rule.iter().map(|id| catalogue::named(id));
        let named: Vec<_> = named.collect::<Result<_, _>>().map_err(Failure::usage)?;
        variant.rules = CATALOGUE.to_vec();
        variant
            .rules
            .retain(|rule| named.iter().any(|one| one.id == rule.id));
    }
    prefix.clone_into(&mut variant.prefix);
    documents.clone_into(&mut variant.documents);
    function_arn.clone_into(&mut variant.function);
    automatic.clone_into(&mut variant.automatic);
    if let Some(name) = variant.longest_name()
        && name.len() > limits::RULE_NAME
    {
        return Err(Failure::usage(format!(
            "--prefix {}: {name} is longer than the {} characters of a rule in a pack",
            quoted(prefix),
            limits::RULE_NAME
        )));
    }
    let offered = variant.offered();
    for (position, Automatic { remediation, .. }) in automatic.iter().enumerate() {
        if !offered.contains(remediation) {
            return Err(Failure::usage(format!(
                "--automatic {remediation}: no rule that is chosen offers it"
            )));
        }
        let mut earlier = automatic.iter().take(position);
        if earlier.any(|other| other.remediation == *remediation) {
            return Err(Failure::usage(format!(
                "--automatic {remediation}: is given twice"
            )));
        }
    }
    Ok(variant)
}
