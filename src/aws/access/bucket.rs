//! A bucket's policy (Amazon S3 API reference, `GetBucketPolicy`).

use aws_sdk_s3::{Client, error::ProvideErrorMetadata as _};
use remediations::access::{BucketFacts, BucketPolicy, Document, Unreadable};
use rules::{instance::AccountId, text::quoted};

use crate::{aws::refusal::refusal, ports::Error};

/// The action, as a policy of IAM names it.
const ACTION: &str = "s3:GetBucketPolicy";
/// The codes by which S3 says that there is no policy, and that there is no bucket.
const NO_POLICY: &str = "NoSuchBucketPolicy";
const NO_BUCKET: &str = "NoSuchBucket";

/// What is known of a bucket; `None` where it is no more. `account` is whose it is said to be: S3
/// refuses to speak of a bucket of that name that is somebody else's. A policy that S3 does not give
/// is unread in the facts.
///
/// # Errors
/// What S3, or the way to it, said where the same call may succeed later.
pub async fn bucket(
    client: &Client,
    partition: &str,
    account: AccountId,
    name: &str,
) -> Result<Option<BucketFacts>, Error> {
    let policy = if is_name(name) {
        policy(client, account, name).await?
    } else {
        let line = format!("{} is no name of a bucket", quoted(name));
        Some(BucketPolicy::Unread(Unreadable::new(line)))
    };
    Ok(policy.map(|policy| BucketFacts {
        name: name.into(),
        partition: partition.into(),
        account: Some(account),
        policy,
    }))
}

async fn policy(
    client: &Client,
    account: AccountId,
    name: &str,
) -> Result<Option<BucketPolicy>, Error> {
    let call = client.get_bucket_policy().bucket(name);
    let call = call.expected_bucket_owner(account.to_string());
    let answer = match call.send().await {
        Ok(answer) => answer,
        Err(error) => {
            let refused = refusal(ACTION, &error);
            return match error.code() {
                Some(NO_POLICY) => Ok(Some(BucketPolicy::None)),
                Some(NO_BUCKET) => Ok(None),
                _ if refused.is_retryable() => Err(refused),
                _ => Ok(Some(BucketPolicy::Unread(Unreadable::new(
                    refused.to_string(),
                )))),
            };
        }
    };
    Ok(Some(match answer.policy.as_deref().map(Document::parse) {
        Some(Ok(document)) => BucketPolicy::Read(document),
        Some(Err(unreadable)) => BucketPolicy::Unread(unreadable),
        None => BucketPolicy::Unread(Unreadable::new("S3 gave an answer without it")),
    }))
}

/// Whether a text can name a bucket, so that it can be part of an address (Amazon S3 user guide,
/// "General purpose bucket naming rules"; buckets of before 2018 may be longer and hold more).
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (3..=255).contains(&text.len())
        && text.bytes().all(allowed)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.contains("..")
}
