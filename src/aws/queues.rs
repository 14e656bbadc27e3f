//! Queues: how many messages wait in them, and sending some (Amazon SQS API reference,
//! `GetQueueAttributes`, `SendMessage`, `SendMessageBatch`).

use aws_sdk_sqs::{
    Client,
    types::{MessageAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry},
};
use rules::text::{clean, fitted};

use super::refusal::refusal;
use crate::{
    environment,
    ports::{Error, Fault, Passing},
};

/// The environment variable that names the queues of events which nobody could deal with: their
/// URLs, with commas.
pub const DEAD_LETTER_QUEUES: &str = "DEEPGRADE_DEAD_LETTER_QUEUES";

const ACTION: &str = "sqs:GetQueueAttributes";
#[cfg(feature = "live")]
const SOURCES: &str = "sqs:ListDeadLetterSourceQueues";

/// The URLs of the dead-letter queues.
#[must_use]
pub fn dead_letter_queues() -> Vec<String> {
    listed(&environment::variable(DEAD_LETTER_QUEUES).unwrap_or_default())
}

/// URLs that are written with commas.
pub(crate) fn listed(urls: &str) -> Vec<String> {
    let urls = urls.split(',').map(str::trim);
    urls.filter(|url| !url.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How many messages wait in a queue, those that somebody looks at included.
///
/// # Errors
/// What SQS, or the way to it, said; or that it gave no number.
pub async fn waiting(client: &Client, url: &str) -> Result<u64, Error> {
    let asked = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let call = client.get_queue_attributes().queue_url(url);
    let call = call.set_attribute_names(Some(asked.to_vec()));
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let mut sum = 0_u64;
    for name in asked {
        let number = output.attributes().and_then(|given| given.get(&name));
        let number: Option<u64> = number.and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| {
            let line = format!("{ACTION}: the answer holds no {}", name.as_str());
            Error::Permanent(Fault::Deployment, line)
        })?;
        sum = sum.saturating_add(number);
    }
    Ok(sum)
}

/// The queues whose dead letters go to this one, by their URLs.
///
/// # Errors
/// What SQS, or the way to it, said.
#[cfg(feature = "live")]
pub async fn feeding(client: &Client, url: &str) -> Result<Vec<String>, Error> {
    let mut pages = client
        .list_dead_letter_source_queues()
        .queue_url(url)
        .into_paginator()
        .send();
    let mut urls = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| refusal(SOURCES, &error))?;
        urls.extend(page.queue_urls);
    }
    Ok(urls)
}

/// The most messages that are sent with one call.
pub const AT_ONCE: usize = 10;
/// The longest reason that is sent with a message.
const REASON: usize = 1_024;

/// Sends a message with the reason why it is sent, as its attribute `reason`.
///
/// # Errors
/// What SQS, or the way to it, said.
pub async fn send(client: &Client, url: &str, body: &str, reason: &str) -> Result<(), Error> {
    const ACTION: &str = "sqs:SendMessage";
    let reason = MessageAttributeValue::builder()
        .data_type("String")
        .string_value(fitted(&clean(reason), REASON))
        .build()
        .map_err(|error| Error::Permanent(Fault::Deployment, format!("{ACTION}: {error}")))?;
    let call = client.send_message().queue_url(url).message_body(body);
    let sent = call.message_attributes("reason", reason).send().await;
    sent.map(drop).map_err(|error| refusal(ACTION, &error))
}

/// Sends at most [`AT_ONCE`] messages, and says which of them SQS did not take for now, by their
/// places.
///
/// # Errors
/// What SQS, or the way to it, said; and when it refuses a message for good.
pub async fn send_all(client: &Client, url: &str, bodies: &[String]) -> Result<Vec<usize>, Error> {
    const ACTION: &str = "sqs:SendMessageBatch";
    let broken = |what: String| Error::Permanent(Fault::Deployment, format!("{ACTION}: {what}"));
    let entry = |(place, body): (usize, &String)| {
        SendMessageBatchRequestEntry::builder()
            .id(place.to_string())
            .message_body(body)
            .build()
    };
    let entries: Result<Vec<_>, _> = bodies.iter().enumerate().map(entry).collect();
    let entries = entries.map_err(|error| broken(error.to_string()))?;
    let call = client.send_message_batch().queue_url(url);
    let sent = call.set_entries(Some(entries)).send().await;
    let sent = sent.map_err(|error| refusal(ACTION, &error))?;
    let mut again = Vec::new();
    for failed in sent.failed() {
        if failed.sender_fault() {
            return Err(broken(clean(
                failed.message().unwrap_or_else(|| failed.code()),
            )));
        }
        let place = failed.id().parse();
        again.push(place.map_err(|_| broken("an answer about another message".to_owned()))?);
    }
    if sent.successful().len() + again.len() != bodies.len() {
        let line = format!("{ACTION}: the answer is not about every message");
        return Err(Error::Retryable(Passing::Unavailable, line));
    }
    Ok(again)
}
