//! What became of a call that did not succeed, for the ports.

use aws_sdk_sts::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use rules::text::clean;

use crate::ports::{Error, Fault, Passing};

/// Codes by which AWS services say that there are too many calls (AWS SDKs and tools reference
/// guide, "Retry behavior").
const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Codes by which AWS services say that a right is missing.
const DENIED: [&str; 4] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "UnauthorizedOperation",
];

/// Codes by which AWS Config says that nobody waits for the result (AWS Config API reference,
/// `PutEvaluations`, `GetComplianceDetailsByConfigRule`).
const RULE_GONE: [&str; 2] = ["InvalidResultTokenException", "NoSuchConfigRuleException"];

/// Codes by which an account says that a service is not there for it, or that it stands still.
const UNAVAILABLE: [&str; 4] = [
    "InternalError",
    "InternalFailure",
    "RequestTimeout",
    "ServiceUnavailable",
];

/// The longest that a service's own words are shown.
const WORDS: usize = 300;

/// A call that did not succeed, as an error of the ports. `action` is what was called, as a policy
/// of IAM names it: `ec2:DescribeInstances`.
pub(super) fn refusal<E>(action: &str, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let unavailable = |what: String| {
        let line = format!("{action}: {}", shortened(&what));
        Error::Retryable(Passing::Unavailable, line)
    };
    let broken = |what: String| {
        let line = format!("{action}: {}", shortened(&what));
        Error::Permanent(Fault::Deployment, line)
    };
    match error {
        SdkError::TimeoutError(_) => unavailable("no answer in time".to_owned()),
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            unavailable(format!("an answer that cannot be read (status {status})"))
        }
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().map(innermost);
            // A connection that is cut before its answer is told by a kind that may be tried again.
            let may_pass = failure.is_io() || failure.is_timeout() || failure.as_other().is_some();
            if may_pass {
                unavailable(cause.unwrap_or_else(|| "no connection".to_owned()))
            } else {
                broken(cause.unwrap_or_else(|| "the call could not be sent".to_owned()))
            }
        }
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            of_service(action, status, answer.err())
        }
        other => broken(innermost(other)),
    }
}

fn of_service(action: &str, status: u16, answer: &impl ProvideErrorMetadata) -> Error {
    let code = answer.code().unwrap_or("no code");
    let words = answer.message().unwrap_or_default();
    let said = if words.is_empty() {
        clean(code)
    } else {
        format!("{}: {}", clean(code), shortened(words))
    };
    let line = format!("{action}: {said}");
    if THROTTLING.contains(&code) || status == 429 {
        Error::Retryable(Passing::Throttled, line)
    } else if UNAVAILABLE.contains(&code) || status >= 500 {
        Error::Retryable(Passing::Unavailable, line)
    } else if RULE_GONE.contains(&code) {
        Error::Permanent(Fault::RuleGone, line)
    } else if DENIED.contains(&code) {
        let line = format!("the right {action} is missing; {said}");
        Error::Permanent(Fault::Deployment, line)
    } else {
        Error::Permanent(Fault::Deployment, line)
    }
}

/// The cause of all: what stands before it says only that something failed.
pub(super) fn innermost(error: &(impl std::error::Error + ?Sized)) -> String {
    let mut cause = error.source();
    let mut said = error.to_string();
    while let Some(error) = cause {
        said = error.to_string();
        cause = error.source();
    }
    said
}

pub(super) fn shortened(words: &str) -> String {
    let words = clean(words);
    match words.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}
