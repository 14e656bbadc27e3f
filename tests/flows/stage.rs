//! The stage: worlds that may fail, a clock told by hand, and a flow between them.

use std::{sync::Arc, time::Duration};

use deepgrade::{
    event::config::{BadEvent, ConfigEvent},
    grade::{Flow, Outcome, Summary},
    time::{ManualTime, Time as _},
};
use jiff::Timestamp;

use super::{
    canned::{Canned, instance},
    flaky::Flaky,
    message::Message,
    recorder::Recorder,
};

/// What Lambda grants a run here.
pub(crate) const GRANTED: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) gather: Flaky<Canned>,
    pub(crate) report: Flaky<Recorder>,
    pub(crate) time: Arc<ManualTime>,
}

/// When the play begins.
pub(crate) fn start() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// A run may move between threads, as a runtime may want.
fn movable<F: Future + Send>(run: F) -> F {
    run
}

impl Stage {
    /// A stage with so many instances, each with a computer that has a policy.
    pub(crate) fn with(instances: u64) -> Self {
        let stage = Self {
            gather: Flaky::new(Canned::default()),
            report: Flaky::new(Recorder::default()),
            time: Arc::new(ManualTime::at(start())),
        };
        (0..instances).for_each(|number| stage.world().add(instance(number)));
        let computers = (0..instances).map(|number| (number, true));
        stage.world().know(start(), computers);
        stage
    }

    pub(crate) fn world(&self) -> &Canned {
        &self.gather.inner
    }

    pub(crate) fn config(&self) -> &Recorder {
        &self.report.inner
    }

    /// Delivers an event, and waits for what becomes of it.
    pub(crate) fn play(&self, message: &Message) -> Outcome {
        self.try_play(message).unwrap()
    }

    pub(crate) fn try_play(&self, message: &Message) -> Result<Outcome, BadEvent> {
        let event = ConfigEvent::read(&message.bytes())?;
        let flow = Flow {
            gather: &self.gather,
            report: &self.report,
            time: &*self.time,
        };
        let run = movable(flow.run(&event, self.time.elapsed() + GRANTED));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Ok(runtime.unwrap().block_on(run))
    }

    /// Delivers an event that is dealt with in full.
    #[track_caller]
    pub(crate) fn play_well(&self, message: &Message) -> Summary {
        let outcome = self.play(message);
        assert_eq!(outcome.end, Ok(()), "{:?}", outcome.summary);
        outcome.summary
    }

    /// Delivers an event that ends in an error, which is one line.
    #[track_caller]
    pub(crate) fn play_badly(&self, message: &Message) -> (Summary, String) {
        let outcome = self.play(message);
        let line = outcome.end.unwrap_err().to_string();
        assert_eq!(line.lines().count(), 1, "{line}");
        (outcome.summary, line)
    }

    /// Time has passed on stage, and Config says so.
    pub(crate) fn hour(&self) -> Message {
        Message::scheduled(self.time.now())
    }

    /// An instance has changed on stage.
    pub(crate) fn change(&self, number: u64) -> Message {
        Message::change(&instance(number), self.time.now())
    }

    pub(crate) fn pass_minutes(&self, minutes: u64) {
        self.time.advance(Duration::from_secs(minutes * 60));
    }
}
