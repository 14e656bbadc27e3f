//! What is known of the findings on an instance, where it is fresh and complete.

use jiff::{SignedDuration, Timestamp};

use super::{Entry, Ledger, Source, Watermark};
use crate::{
    gap::{self, Gap},
    instance::InstanceId,
    time::{CLOCK_TOLERANCE, minute},
};

/// What a source that was listed recently says of an instance.
#[derive(Clone, Debug)]
pub enum Listing<'a> {
    /// The source is off in the account and Region.
    Off,
    /// Every finding of it is in the ledger.
    On(Answers<'a>),
}

/// Every finding of a source on an instance, and what became of it: fresh evidence that a verdict
/// may rest on.
#[derive(Clone, Debug)]
pub struct Answers<'a> {
    entries: Vec<&'a Entry>,
}

impl<'a> Answers<'a> {
    /// The findings, the newest last.
    #[must_use]
    pub fn entries(&self) -> &[&'a Entry] {
        &self.entries
    }
}

impl Ledger {
    /// Every finding of a source on an instance, where the source was listed at most `max_age`
    /// before `now`.
    ///
    /// # Errors
    /// A gap where there may be findings that are not in the ledger: a row of it cannot be read,
    /// or nobody listed the source for so long.
    pub fn listing(
        &self,
        instance: InstanceId,
        source: Source,
        now: Timestamp,
        max_age: SignedDuration,
    ) -> Result<Listing<'_>, Gap> {
        if let Some(gap) = self.gap(instance, source) {
            return Err(gap.clone());
        }
        let Watermark { enabled, listed_at } = self.watermark(source)?.ok_or_else(|| {
            let text = format!("the findings of {source} were never listed");
            Gap::retryable(&gap::FINDINGS_NOT_LISTED, text)
        })?;
        let age = now.duration_since(listed_at);
        let how = if age > max_age {
            Some(format!("more than {} h ago", max_age.as_hours()))
        } else {
            (age < -CLOCK_TOLERANCE).then(|| "later than the time of the evaluation".to_owned())
        };
        if let Some(how) = how {
            let listed = minute(listed_at);
            let text = format!("the findings of {source} were listed last {listed}, {how}");
            return Err(Gap::retryable(&gap::FINDINGS_NOT_LISTED, text));
        }
        if !enabled {
            return Ok(Listing::Off);
        }
        let entries = self.entries(instance, source).collect();
        Ok(Listing::On(Answers { entries }))
    }
}
