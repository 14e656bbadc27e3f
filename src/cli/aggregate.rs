//! `deepgrade aggregate`: what an aggregator of AWS Config shows of many accounts and Regions, saved as
//! results.

use super::{
    arguments::{AccountSource, Aggregate, AggregatorReading, Global},
    failure::{Exit, Failure},
    terminal,
};
use crate::{
    account::Access,
    aggregator::{Kept, Request, RuleNames},
    results::{self, Details, OmissionKind, Results},
};

#[cfg(feature = "live")]
mod live;

/// Collects everything, and only then writes.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS or of the output.
pub(super) fn aggregate(global: &Global, arguments: &Aggregate) -> Result<Exit, Failure> {
    let Aggregate {
        aggregator,
        reading,
        account,
        ending,
    } = arguments;
    let (results, kept) = read(global, aggregator, reading, account)?;
    terminal::write_to(ending.output_file.as_deref(), |out| {
        results::write(&results, out)
    })?;
    kept.finish(global, &results)?;
    let missing = results.counts().undetermined + results.details.losses().count();
    Ok(ending.exit(missing, results.worst()))
}

/// Collects what an aggregator shows.
///
/// # Errors
/// A usage failure of what is asked for, or a runtime failure of AWS or of what is kept.
pub(super) fn read(
    global: &Global,
    aggregator: &str,
    reading: &AggregatorReading,
    account: &AccountSource,
) -> Result<(Results, Keeping), Failure> {
    let access = account.access();
    let access = access.ok_or_else(|| Failure::usage("in which Region? Give --region REGION"))?;
    let [region] = access.regions.as_slice() else {
        let message = "an aggregator is in one Region: give --region once";
        return Err(Failure::usage(message));
    };
    let request = Request {
        aggregator: aggregator.to_owned(),
        region: region.clone(),
        names: RuleNames::beginning_with(&reading.prefix),
        calls_a_minute: reading.calls_per_minute,
        folder: reading.resume.clone(),
    };
    collected(global, &access, &request)
}

/// What was kept until all of it was read, where something was.
#[derive(Default)]
pub(super) struct Keeping(Option<Kept>);

impl Keeping {
    /// Removes it, now that the results are written; unless something is to be read anew.
    ///
    /// # Errors
    /// A runtime failure when it cannot be removed.
    pub(super) fn finish(self, global: &Global, results: &Results) -> Result<(), Failure> {
        let Self(kept) = self;
        match kept {
            Some(_) if is_unread(&results.details) => {
                let line = "something could not be read: run it again with the same --resume";
                terminal::say(global, line);
                Ok(())
            }
            Some(kept) => kept.remove().map_err(Failure::runtime),
            None => Ok(()),
        }
    }
}

/// Whether some results could not be read, so that another attempt may.
fn is_unread(details: &Details) -> bool {
    details
        .losses()
        .any(|loss| loss.kind == OmissionKind::Unread)
}

#[cfg(feature = "live")]
fn collected(
    global: &Global,
    access: &Access,
    request: &Request,
) -> Result<(Results, Keeping), Failure> {
    let (results, kept) = live::read(global, access, request)?;
    Ok((results, Keeping(kept)))
}

/// Says where to get what this build has not.
#[cfg(not(feature = "live"))]
fn collected(_: &Global, _: &Access, _: &Request) -> Result<(Results, Keeping), Failure> {
    Err(Failure::usage(
        "this build cannot read an AWS account: it has no AWS SDK; build one that can with `cargo \
         build --release --locked --features live`",
    ))
}
