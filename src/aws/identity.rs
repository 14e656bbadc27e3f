//! Which account the credentials are for (AWS STS API reference, `GetCallerIdentity`). It is the
//! first call of all, so that what is wrong with credentials, Region or network shows here.

use aws_sdk_sts::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::assume_role::AssumeRoleError,
};
use rules::{
    instance::AccountId,
    text::{clean, quoted},
};

use super::refusal::{innermost, refusal, shortened};
use crate::account::Access;

/// The action, as a policy of IAM names it.
const ACTION: &str = "sts:GetCallerIdentity";

/// Codes by which AWS says that credentials were good once.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Codes by which AWS says that it does not know the credentials, also where the Region is not
/// enabled for their account (AWS account management reference guide, "Enable or disable Regions").
const UNKNOWN: [&str; 5] = [
    "AuthFailure",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

const SIGN_IN: &str = "sign in again (`aws sso login`, or whatever gives these credentials)";

/// Who the credentials are for.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// The account.
    pub(super) account: AccountId,
    /// The partition of AWS (`aws`, `aws-cn`, …).
    pub(super) partition: Box<str>,
}

/// Who the credentials are for.
///
/// # Errors
/// What is in the way, and what to do, in one line.
pub(super) async fn identity(client: &Client, access: &Access) -> Result<Identity, String> {
    let output = match client.get_caller_identity().send().await {
        Ok(output) => output,
        Err(error) => return Err(complaint(&error, access)),
    };
    let account = output.account().unwrap_or_default().parse();
    let account =
        account.map_err(|bad| format!("{ACTION}: {bad}; is this endpoint one of AWS?"))?;
    let arn = output.arn().unwrap_or_default();
    Ok(Identity {
        account,
        partition: arn.split(':').nth(1).unwrap_or("aws").into(),
    })
}

fn complaint<E>(error: &SdkError<E, HttpResponse>, access: &Access) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let line = refusal(ACTION, error);
    match error {
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or_default();
            if EXPIRED.contains(&code) {
                format!("{line}; {SIGN_IN}")
            } else if UNKNOWN.contains(&code) {
                let regions = regions(access);
                format!(
                    "{line}; are the credentials right, and is {regions} enabled for the account?"
                )
            } else {
                line.to_string()
            }
        }
        // What cannot even be sent is what lacks credentials.
        SdkError::DispatchFailure(failure) if !failure.is_io() && !failure.is_timeout() => {
            match failure.as_connector_error() {
                Some(cause) => no_credentials(cause, access),
                None => line.to_string(),
            }
        }
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
            let regions = regions(access);
            format!(
                "{line}; is {regions} a Region, and does the network (or AWS_ENDPOINT_URL) lead to AWS?"
            )
        }
        _ => line.to_string(),
    }
}

/// Why there are no credentials.
fn no_credentials(cause: &(dyn std::error::Error + 'static), access: &Access) -> String {
    if let Some((code, said)) = assume_role(cause) {
        let advice = if EXPIRED.contains(&code.as_str()) {
            SIGN_IN
        } else {
            "its trust policy must name who asks, with the external id if it wants one"
        };
        return match &access.role {
            Some(role) => format!("the role {} cannot be taken on: {said}; {advice}", role.arn),
            None => format!("the role of the profile cannot be taken on: {said}; {advice}"),
        };
    }
    let said = shortened(&innermost(cause));
    match &access.profile {
        Some(profile) => format!(
            "the profile {} gives no credentials: {said}; see `aws configure list-profiles`, or \
             {SIGN_IN}",
            quoted(profile)
        ),
        None => format!(
            "no credentials for AWS: {said}; name a profile (--profile), set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, or {SIGN_IN}"
        ),
    }
}

/// What STS said when it was asked for a role, where that is the cause: code, and code with words.
fn assume_role(cause: &(dyn std::error::Error + 'static)) -> Option<(String, String)> {
    let mut next = Some(cause);
    while let Some(error) = next {
        if let Some(refused) = error.downcast_ref::<AssumeRoleError>()
            && let Some(code) = refused.code()
        {
            let words = shortened(refused.message().unwrap_or_default());
            let code = clean(code);
            let said = format!("{code}: {words}");
            return Some((code, said));
        }
        next = error.source();
    }
    None
}

fn regions(access: &Access) -> String {
    let first = access.regions.first();
    first.map(ToString::to_string).unwrap_or_default()
}
