//! Messages to teams (Amazon SNS API reference, `Publish`).

use aws_sdk_sns::{Client, types::MessageAttributeValue};
use rules::text::{clean, fitted};

use super::refusal::refusal;
use crate::ports::{Error, Fault, answering::Notice};

const ACTION: &str = "sns:Publish";
/// The longest subject, in printable ASCII characters (Amazon SNS API reference, `Publish`).
const SUBJECT: usize = 100;
/// The longest value of a tag (EC2 user guide, "Tag restrictions").
const TAG_VALUE: usize = 256;

/// Tells a team something. Subscriptions can be routed by the attributes `owner`, `account`,
/// `region` and `instance`.
///
/// # Errors
/// What SNS, or the way to it, said.
pub async fn publish(client: &Client, topic: &str, notice: &Notice) -> Result<(), Error> {
    let partition = &notice.partition;
    let instance = notice.instance.map(|instance| instance.to_string());
    let owner = notice
        .owner
        .as_deref()
        .map(|owner| fitted(&clean(owner), TAG_VALUE));
    let attributes = [
        ("owner", owner),
        ("account", Some(partition.account.to_string())),
        ("region", Some(partition.region.to_string())),
        ("instance", instance.clone()),
    ];
    let about = instance.unwrap_or_else(|| format!("account {}", partition.account));
    // Ids of accounts, Regions and instances are plain ASCII.
    let subject: String = format!("Deepgrade: {about} in {}", partition.region)
        .chars()
        .take(SUBJECT)
        .collect();
    let mut call = client
        .publish()
        .topic_arn(topic)
        .subject(subject)
        .message(clean(&notice.message));
    for (name, value) in attributes {
        // SNS takes no empty value.
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        let value = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()
            .map_err(|error| Error::Permanent(Fault::Deployment, format!("{ACTION}: {error}")))?;
        call = call.message_attributes(name, value);
    }
    let sent = call.send().await;
    sent.map(drop).map_err(|error| refusal(ACTION, &error))
}
