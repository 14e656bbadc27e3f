//! `deepgrade aggregate`: what an aggregator of AWS Config shows of many accounts and Regions, saved as
//! results.

use rules::rule::Severity;

use super::{
    arguments::{Aggregate, Global},
    failure::{Exit, Failure},
    terminal,
};
use crate::{
    account::Access,
    aggregator::{Kept, Request, RuleNames},
    report::Word,
    results::{self, OmissionKind, Results},
};

#[cfg(feature = "live")]
mod live;

/// Collects everything, and only then writes.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS or of the output.
pub(super) fn aggregate(global: &Global, arguments: &Aggregate) -> Result<Exit, Failure> {
    let access = arguments.account.access();
    let access = access.ok_or_else(|| Failure::usage("in which Region? Give --region REGION"))?;
    let [region] = access.regions.as_slice() else {
        let message = "an aggregator is in one Region: give --region once";
        return Err(Failure::usage(message));
    };
    let asked = &arguments.aggregator;
    let request = Request {
        aggregator: asked.aggregator.clone(),
        region: region.clone(),
        names: RuleNames::beginning_with(&asked.prefix),
        calls_a_minute: asked.calls_per_minute,
        folder: asked.resume.clone(),
    };
    let (results, kept) = read(global, &access, &request)?;
    let file = arguments.ending.output_file.as_deref();
    terminal::write_to(file, |out| results::write(&results, out))?;
    match kept {
        Some(_) if omits(&results, |kind| kind == OmissionKind::Unread) => {
            let line = "something could not be read: run it again with the same --resume";
            terminal::say(global, line);
        }
        Some(kept) => kept.remove().map_err(Failure::runtime)?,
        None => {}
    }
    let is_incomplete = omits(&results, OmissionKind::is_loss);
    let missing = results.counts().undetermined + usize::from(is_incomplete);
    Ok(arguments.ending.exit(missing, worst(&results)))
}

/// Whether the results leave out something of a kind.
fn omits(results: &Results, is_of: impl Fn(OmissionKind) -> bool) -> bool {
    let completeness = results.details.completeness.iter();
    let mut omissions = completeness.flat_map(|listed| &listed.first);
    omissions.any(|omission| is_of(omission.kind))
}

/// The highest severity of the rules that some instance violates, exceptions not counted.
fn worst(results: &Results) -> Option<Severity> {
    let failing = results
        .rows()
        .filter(|row| row.verdict == Word::NonCompliant && row.exception.is_none());
    failing.filter_map(|row| severity(row.severity)).max()
}

fn severity(word: &str) -> Option<Severity> {
    let mut all = Severity::ALL.iter().copied();
    all.find(|severity| severity.word() == word)
}

/// What the aggregator shows, and what was kept until all of it was read, where something was.
///
/// # Errors
/// A usage failure of what is asked for, or a runtime failure of AWS or of what is kept.
#[cfg(feature = "live")]
fn read(
    global: &Global,
    access: &Access,
    request: &Request,
) -> Result<(Results, Option<Kept>), Failure> {
    live::read(global, access, request)
}

/// Says where to get what this build has not.
///
/// # Errors
/// Always a usage failure.
#[cfg(not(feature = "live"))]
fn read(_: &Global, _: &Access, _: &Request) -> Result<(Results, Option<Kept>), Failure> {
    Err(Failure::usage(
        "this build cannot read an AWS account: it has no AWS SDK; build one that can with `cargo \
         build --release --locked --features live`",
    ))
}
