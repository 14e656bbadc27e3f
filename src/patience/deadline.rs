//! The end of the time that a run has.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use crate::time::Time;

/// The end of the time for something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline<'a> {
    time: &'a dyn Time,
    ends: Duration,
}

impl<'a> Deadline<'a> {
    /// The time ends at `ends` by [`Time::elapsed`].
    pub(crate) fn new(time: &'a dyn Time, ends: Duration) -> Self {
        Self { time, ends }
    }

    /// A deadline after a part of what remains.
    pub(crate) fn first_part(&self, part: f64) -> Self {
        let ends = self.time.elapsed() + self.remaining().mul_f64(part);
        Self {
            ends: ends.min(self.ends),
            ..*self
        }
    }

    fn remaining(&self) -> Duration {
        self.ends.saturating_sub(self.time.elapsed())
    }

    /// Whether nothing should be begun any more.
    pub(crate) fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Waits, unless the time would be over then: false.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
        let in_time = wait < self.remaining();
        if in_time {
            self.time.sleep(wait).await;
        }
        in_time
    }

    /// What a call gives, unless it takes too long.
    pub(crate) async fn limit<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut call = pin!(call);
        let mut end = None;
        poll_fn(|context| {
            if let Poll::Ready(given) = call.as_mut().poll(context) {
                return Poll::Ready(Some(given));
            }
            // Made only for a call that waits: where time is told by hand, to sleep is to pass it.
            let end = end.get_or_insert_with(|| self.time.sleep(self.remaining()));
            end.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}
