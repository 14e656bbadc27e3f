//! `deepgrade aggregate`: what an aggregator of AWS Config shows of many accounts and Regions, saved as
//! results.

use rules::rule::Severity;

use super::{
    arguments::{Aggregate, Global},
    failure::{Exit, Failure},
    terminal,
};
use crate::{
    report::{Counts, Word},
    results::{self, Results},
};

#[cfg(feature = "live")]
mod live;

/// Collects everything, and only then writes.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of AWS or of the output.
pub(super) fn aggregate(global: &Global, arguments: &Aggregate) -> Result<Exit, Failure> {
    let collected = read(global, arguments)?;
    let results = &collected.results;
    let file = arguments.ending.output_file.as_deref();
    terminal::write_to(file, |out| results::write(results, out))?;
    let Counts { undetermined, .. } = results.counts();
    let exit = arguments
        .ending
        .exit(undetermined + losses(results), worst(results));
    collected.finish(global)?;
    Ok(exit)
}

/// How many things are named that the results leave out.
fn losses(results: &Results) -> usize {
    let completeness = results.details.completeness.iter();
    let omissions = completeness.flat_map(|listed| &listed.first);
    omissions.filter(|omission| omission.kind.is_loss()).count()
}

/// The highest severity of the rules that some instance violates, exceptions not counted.
fn worst(results: &Results) -> Option<Severity> {
    let failing = results.rows();
    let failing =
        failing.filter(|row| row.verdict == Word::NonCompliant && row.exception.is_none());
    failing.filter_map(|row| severity(row.severity)).max()
}

fn severity(word: &str) -> Option<Severity> {
    let mut all = Severity::ALL.iter().copied();
    all.find(|severity| severity.word() == word)
}

#[cfg(feature = "live")]
use live::read;

/// Says where to get what this build has not.
#[cfg(not(feature = "live"))]
fn read(_: &Global, _: &Aggregate) -> Result<Read, Failure> {
    Err(Failure::usage(
        "this build cannot read an AWS account: it has no AWS SDK; build one that can with `cargo \
         build --release --locked --features live`",
    ))
}

/// What there is to be written.
struct Read {
    results: Results,
    /// What was kept until all was read, where something was.
    kept: Option<crate::aggregator::Kept>,
}

impl Read {
    /// Removes what was kept, when nothing is left to be read anew.
    fn finish(self, global: &Global) -> Result<(), Failure> {
        let unread = self.results.details.completeness.iter();
        let mut unread = unread.flat_map(|listed| &listed.first);
        let is_whole = unread.all(|omission| omission.kind != results::OmissionKind::Unread);
        match self.kept {
            Some(kept) if is_whole => kept.remove().map_err(Failure::runtime),
            Some(_) => {
                let line = "something could not be read: run it again with the same --resume";
                terminal::say(global, line);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
