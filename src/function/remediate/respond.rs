//! The function `respond`: answers the findings in a batch of messages of SQS, or in one event.

use std::collections::BTreeSet;

use aws_lambda_events::sqs::SqsBatchResponse;
use jiff::Timestamp;
use remediations::Finding;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    Invocation, Refused,
    crew::{Crew, Crews},
};
use crate::{
    aws::queues,
    environment,
    event::{
        finding::{Reading, read},
        queue::{self, Letter, Message},
    },
    ledger::Partition,
    patience::Deadline,
    remediate::{Answered, Mode},
    telemetry::{self, Answers},
};

/// The environment variable with the URL of the queue for messages that nobody understands.
pub(super) const QUARANTINE_QUEUE: &str = "DEEPGRADE_QUARANTINE_QUEUE";
/// The part of the time after which no other message is begun, and that after which one is given
/// up. The rest is for what has to be said afterwards.
const BEGIN: f64 = 0.75;
const GIVE_UP: f64 = 0.9;

/// The function, as long as Lambda keeps its process.
pub(super) struct RespondFunction {
    crews: Crews,
    quarantine: Option<String>,
}

/// What Lambda is told.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Response {
    /// Of a batch: what has to come again.
    Batch(SqsBatchResponse),
    /// Of an event.
    Event(Answers),
}

/// Tells a batch of SQS from an event. Whoever else hands over records, such as SNS, is not told by
/// an answer which of them failed.
#[derive(Deserialize)]
struct Shape {
    #[serde(rename = "Records")]
    records: Option<Vec<Sender>>,
}

impl Shape {
    fn is_batch(&self) -> bool {
        let mut records = self.records.iter().flatten();
        self.records.is_some() && records.all(|record| record.other.is_none())
    }
}

/// Who hands a record over: SNS says it in a member that SQS does not have (AWS Lambda developer
/// guide, "Invoking Lambda functions with Amazon SNS notifications").
#[derive(Deserialize)]
struct Sender {
    #[serde(rename = "EventSource")]
    other: Option<IgnoredAny>,
}

/// One run.
struct Run<'a> {
    function: &'a RespondFunction,
    crew: &'a Crew,
    mode: Mode,
    answers: Answers,
    /// Where something changed that AWS Config shows.
    changed: BTreeSet<Partition>,
}

impl RespondFunction {
    pub(super) fn new(crews: Crews) -> Self {
        Self {
            crews,
            quarantine: queue(QUARANTINE_QUEUE),
        }
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Response, Refused> {
        let time = self.crews.time.as_ref();
        let began = time.elapsed();
        let whole = Deadline::new(time, invocation.ends(time));
        let crew = self.crews.crew(&invocation).await?;
        let mode = crew.mode().await.map_err(Refused::from)?;
        let mut run = Run {
            function: self,
            crew: &crew,
            mode,
            answers: Answers::default(),
            changed: BTreeSet::new(),
        };
        let event = invocation.event.get();
        let is_batch = serde_json::from_str(event).is_ok_and(|shape: Shape| shape.is_batch());
        let response = if is_batch {
            run.batch(event, whole).await.map(Response::Batch)
        } else {
            let done = run.event(event, whole).await;
            done.map(|()| Response::Event(run.answers.clone()))
        };
        run.kick(whole).await;
        let took = time.elapsed().saturating_sub(began);
        let failure = response.as_ref().err().map(|refused| refused.line());
        telemetry::write(&telemetry::answered(
            "respond",
            &run.answers,
            failure,
            took,
            time.now(),
        ));
        response
    }
}

impl Run<'_> {
    /// Answers the messages of a batch one after the other, as long as there is time.
    async fn batch(
        &mut self,
        event: &str,
        whole: Deadline<'_>,
    ) -> Result<SqsBatchResponse, Refused> {
        let messages = queue::messages(event.as_bytes());
        let messages = messages.map_err(|bad| Refused::Event(bad.to_string()))?;
        let (begin, give_up) = (whole.first_part(BEGIN), whole.first_part(GIVE_UP));
        let mut again: Vec<&Message> = Vec::new();
        for message in &messages {
            self.answers.messages += 1;
            if begin.is_over() {
                again.push(message);
                continue;
            }
            let done = match &message.letter {
                Ok(letter) => give_up.limit(self.letter(letter)).await,
                Err(bad) => {
                    tracing::error!("{bad}");
                    Some(false)
                }
            };
            if done != Some(true) {
                again.push(message);
            }
        }
        self.answers.returned = again.len();
        Ok(queue::answer(again))
    }

    /// Deals with what is in a message; false where it has to come again.
    async fn letter(&mut self, letter: &Letter) -> bool {
        let now = self.function.crews.time.now();
        if let Some(sent_at) = letter.sent_at {
            self.answers.note_queued(seconds(now, sent_at));
        }
        match read(letter.body.as_bytes()) {
            Ok(reading) => self.reading(reading).await.is_ok(),
            Err(malformed) => self.quarantine(letter, &malformed.to_string()).await,
        }
    }

    /// Answers an event.
    async fn event(&mut self, event: &str, whole: Deadline<'_>) -> Result<(), Refused> {
        self.answers.messages += 1;
        let reading = read(event.as_bytes()).map_err(|malformed| {
            tracing::error!("{malformed}");
            Refused::Event(malformed.to_string())
        })?;
        let answered = whole.first_part(GIVE_UP).limit(self.reading(reading)).await;
        let over = || Err("the time was over".to_owned());
        answered.unwrap_or_else(over).map_err(Refused::Unfinished)
    }

    async fn reading(&mut self, reading: Reading) -> Result<(), String> {
        match reading {
            Reading::Finding(finding) => self.finding(&finding).await,
            Reading::Ignored(why) | Reading::Ended(why) => {
                tracing::info!("nothing is answered: {why}");
                self.answers.ignored += 1;
                Ok(())
            }
        }
    }

    async fn finding(&mut self, finding: &Finding) -> Result<(), String> {
        let now = self.function.crews.time.now();
        self.answers
            .note_changed(seconds(now, finding.version.updated_at));
        let answered = self.crew.remediate.respond(finding, self.mode).await;
        let answered = answered.map_err(|unanswered| {
            tracing::error!(finding = %finding.id, source = %finding.source, "{unanswered}");
            unanswered.to_string()
        })?;
        for each in answered {
            let partition = match &each {
                Answered::Recorded(record) => Some(Partition::from(&**record)),
                Answered::Settled => Some(Partition::from(finding)),
                Answered::Duplicate | Answered::Superseded | Answered::TakenOver => None,
            };
            self.changed.extend(partition);
            self.answers.note(&each);
        }
        Ok(())
    }

    /// Puts a message aside that nobody understands; false where that could not be done.
    async fn quarantine(&mut self, letter: &Letter, why: &str) -> bool {
        tracing::error!("put aside: {why}");
        let Some(queue) = &self.function.quarantine else {
            tracing::error!("{QUARANTINE_QUEUE} is not set: the message comes again");
            return false;
        };
        let client = self.function.crews.clients.sqs();
        match queues::send(client, queue, &letter.body, why).await {
            Ok(()) => {
                self.answers.quarantined += 1;
                true
            }
            Err(error) => {
                tracing::error!("a message could not be put aside: {error}");
                false
            }
        }
    }

    /// Has the response rules run where something changed; not with acting off. They run every hour
    /// in any case.
    async fn kick(&mut self, whole: Deadline<'_>) {
        if self.mode == Mode::DryRun {
            return;
        }
        for partition in &self.changed {
            match whole.limit(self.crew.remediate.kick(partition)).await {
                Some(Ok(())) => self.answers.kicks += 1,
                Some(Err(error)) => {
                    tracing::warn!(%partition, %error, "the response rules are not run now");
                }
                None => return,
            }
        }
    }
}

/// The URL of a queue that the environment names.
pub(super) fn queue(variable: &str) -> Option<String> {
    let url = environment::variable(variable)?;
    let url = url.trim();
    (!url.is_empty()).then(|| url.to_owned())
}

fn seconds(now: Timestamp, then: Timestamp) -> i64 {
    now.duration_since(then).as_secs().max(0)
}
