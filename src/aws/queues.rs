//! How many messages wait in queues (Amazon SQS API reference, `GetQueueAttributes`).

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use super::refusal::refusal;
use crate::{
    environment,
    ports::{Error, Fault},
};

/// The environment variable that names the queues of events which nobody could deal with: their
/// URLs, with commas.
pub const DEAD_LETTER_QUEUES: &str = "DEEPGRADE_DEAD_LETTER_QUEUES";

const ACTION: &str = "sqs:GetQueueAttributes";

/// The URLs of the dead-letter queues.
#[must_use]
pub fn dead_letter_queues() -> Vec<String> {
    let urls = environment::variable(DEAD_LETTER_QUEUES).unwrap_or_default();
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
