//! Waiting for what acts: as a whole not longer than somebody said, and never without a word.

use std::{pin::pin, sync::Arc, time::Duration};

use super::{arguments::Global, terminal};
use crate::{
    patience::Deadline,
    ports::{Error, Passing},
    time::Time,
};

/// How long nothing is said: most calls are answered before.
const SILENCE: Duration = Duration::from_secs(1);

/// Bounds everything that acts in one run, and says what is waited for.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    global: Global,
    time: Arc<dyn Time>,
    most: Duration,
    ends: Duration,
}

impl Watch {
    /// The time begins now, and lasts as long as `most`.
    pub(super) fn new(global: &Global, time: Arc<dyn Time>, most: Duration) -> Self {
        let ends = time.elapsed().saturating_add(most);
        Self {
            global: global.clone(),
            time,
            most,
            ends,
        }
    }

    /// Whether nothing is begun any more.
    pub(super) fn is_over(&self) -> bool {
        self.until(self.ends).is_over()
    }

    /// What a call gives. `what` says in a few words what is waited for.
    ///
    /// # Errors
    /// That of the call; and when the time is over, before the call or while it is waited for. What
    /// it asked for may have been done then.
    pub(super) async fn wait<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self.is_over() {
            return Err(self.over("not asked for"));
        }
        let mut call = pin!(call);
        let soon = self.time.elapsed().saturating_add(SILENCE).min(self.ends);
        if let Some(given) = self.until(soon).limit(&mut call).await {
            return given;
        }
        let shown = terminal::waiting(&self.global, what);
        let given = self.until(self.ends).limit(&mut call).await;
        shown.finish_and_clear();
        given.unwrap_or_else(|| Err(self.over("not answered")))
    }

    fn until(&self, ends: Duration) -> Deadline<'_> {
        Deadline::new(self.time.as_ref(), ends)
    }

    fn over(&self, how: &str) -> Error {
        let seconds = self.most.as_secs();
        let line = format!("{how} within the {seconds} s that acting may take (--timeout)");
        Error::Retryable(Passing::Unavailable, line)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use jiff::Timestamp;

    use super::*;
    use crate::{cli::arguments::LogFormat, time::ManualTime};

    #[test]
    fn a_call_that_is_never_answered_ends_with_the_time_and_none_begins_after_it() {
        let time = Arc::new(ManualTime::at(Timestamp::UNIX_EPOCH));
        let global = Global {
            no_color: true,
            no_progress: true,
            quiet: true,
            verbose: 0,
            log_format: LogFormat::Text,
        };
        let most = Duration::from_secs(600);
        let watch = Watch::new(&global, Arc::clone(&time) as Arc<dyn Time>, most);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let quick = runtime.block_on(watch.wait("it", ready(Ok(1))));
        assert_eq!((quick, time.elapsed()), (Ok(1), Duration::ZERO));
        let never = runtime.block_on(watch.wait("it", pending::<Result<(), _>>()));
        let line = never.unwrap_err().to_string();
        assert!(line.contains("not answered within the 600 s"), "{line}");
        assert_eq!((watch.is_over(), time.elapsed()), (true, most));
        let after = runtime.block_on(watch.wait("it", ready(Ok(2))));
        let line = after.unwrap_err().to_string();
        assert!(line.contains("not asked for within the 600 s"), "{line}");
    }
}
