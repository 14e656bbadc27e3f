//! Messages of SQS, as Lambda hands them over, and what Lambda is told of them (AWS Lambda
//! developer guide, "Using Lambda with Amazon SQS", "Implementing partial batch responses").

use std::fmt;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsMessage};
use jiff::Timestamp;
use rules::{
    fact::{Fact, Readable as _},
    text::clean,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json;

/// The largest batch, in bytes: somewhat more than Lambda takes at once, which is 6 MB (AWS Lambda
/// developer guide, "Lambda quotas").
const SIZE_LIMIT: usize = 8 << 20;

/// One message of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What SQS calls it; `None` where that cannot be read.
    pub id: Option<Box<str>>,
    /// What is in it. One that cannot be read spoils no other.
    pub letter: Result<Letter, BadMessage>,
}

/// What is in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The text that was sent.
    pub body: String,
    /// When it was sent, where that is said.
    pub sent_at: Option<Timestamp>,
    /// How often it was handed over, this time included, where that is said.
    pub received: Option<u32>,
    /// The ARN of its queue, where that is said.
    pub queue: Option<Box<str>>,
}

#[derive(Deserialize)]
struct WireBatch<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireId<'a> {
    #[serde(rename = "messageId", borrow, default)]
    id: Option<&'a RawValue>,
}

/// Takes a batch apart.
///
/// # Errors
/// When it is no batch at all. What is wrong with one message is said in that message.
pub fn messages(event: &[u8]) -> Result<Vec<Message>, BadMessage> {
    if event.len() > SIZE_LIMIT {
        return Err(BadMessage::new("the batch is larger than 8 MiB"));
    }
    let batch: WireBatch<'_> = json::parse("the batch", event).map_err(BadMessage::new)?;
    let messages = batch.records.into_iter().map(|record| Message {
        id: id(record),
        letter: letter(record),
    });
    Ok(messages.collect())
}

/// What Lambda is told of a batch: these messages are handed over again, and the others are done.
/// Lambda takes an empty id for the failure of the whole batch, which is all that can be said when
/// a message without an id has failed.
pub fn answer<'a>(failed: impl IntoIterator<Item = &'a Message>) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for message in failed {
        answer.add_failure(message.id.as_deref().unwrap_or_default());
    }
    answer
}

fn id(record: &RawValue) -> Option<Box<str>> {
    let record: WireId<'_> = serde_json::from_str(record.get()).ok()?;
    let id = json::text("messageId", record.id).ok()?;
    (!id.is_empty()).then(|| id.into())
}

fn letter(record: &RawValue) -> Result<Letter, BadMessage> {
    let record: SqsMessage =
        json::parse("the message", record.get().as_bytes()).map_err(BadMessage::new)?;
    let body = record.body.filter(|body| !body.is_empty());
    let attribute = |name: &str| record.attributes.get(name).map(String::as_str);
    let sent_at = attribute("SentTimestamp").map(Timestamp::read_text);
    let received = attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok());
    Ok(Letter {
        sent_at: match sent_at {
            Some(Fact::Known(time)) => Some(time),
            _ => None,
        },
        received,
        queue: record.event_source_arn.map(Into::into),
        body: body.ok_or_else(|| BadMessage::new("missing body"))?,
    })
}

/// A message, or a batch of them, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadMessage(String);

impl BadMessage {
    fn new(complaint: impl AsRef<str>) -> Self {
        Self(clean(complaint.as_ref()))
    }
}

impl fmt::Display for BadMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "message of SQS: {}", self.0)
    }
}

impl std::error::Error for BadMessage {}
