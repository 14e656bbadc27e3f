//! The accounts that an administrator answers for, and how a source stands in each of them.

use std::collections::BTreeMap;

use aws_sdk_sts::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use rules::{instance::AccountId, text::quoted};

use crate::{aws::refusal::refusal, ports::Error};

/// What IAM says where a right is missing (IAM user guide, "Troubleshoot access denied error
/// messages"). A service that denies something by itself says something else.
const OF_IAM: &str = "not authorized to perform";
/// What it is then called.
const DENIED: &str = "AccessDeniedException";

/// The members of an administrator, with what is known of a source there.
pub type Members = BTreeMap<AccountId, Coverage>;

/// How a source stands in an account that is administered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// It is on, and its administrator lists what it finds there.
    On,
    /// It is off, as the service itself says.
    Off,
    /// It stands still, and what it found before is still there.
    Paused,
    /// None of that is certain: the word of the service.
    Unknown(Box<str>),
}

/// Adds what the service says of a member. One whose id cannot be read is none that anything could
/// be written down for.
pub(super) fn add_member(members: &mut Members, account: Option<&str>, coverage: Coverage) {
    let account = account.unwrap_or_default();
    match account.parse() {
        Ok(account) => {
            members.insert(account, coverage);
        }
        Err(bad) => tracing::warn!("member {}: {bad}", quoted(account)),
    }
}

/// What it means that the members cannot be listed: nothing of an account that administers no
/// other, to which the service denies the question.
///
/// # Errors
/// What the service, or the way to it, said.
pub(super) fn none_by<E>(action: &str, error: &SdkError<E, HttpResponse>) -> Result<Members, Error>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let words = error.message().unwrap_or_default();
    if error.code() == Some(DENIED) && !words.is_empty() && !words.contains(OF_IAM) {
        tracing::info!("{action}: no administrator: {}", quoted(words));
        return Ok(Members::new());
    }
    Err(refusal(action, error))
}
