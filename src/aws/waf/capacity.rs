//! The capacity that rules use (AWS WAF API reference, `CheckCapacity`).

use aws_sdk_wafv2::{Client, operation::check_capacity::CheckCapacityError, types};

use crate::{aws::refusal::refusal, ports::Error};

use super::writing::subscribe;

/// The capacity that these rules use, in web ACL capacity units; or why they cannot be added.
///
/// # Errors
/// When that cannot be asked.
pub(super) async fn of(
    client: &Client,
    scope: types::Scope,
    rules: &[types::Rule],
) -> Result<Result<i64, String>, Error> {
    let call = client.check_capacity().scope(scope);
    match call.set_rules(Some(rules.to_vec())).send().await {
        Ok(answer) => Ok(Ok(answer.capacity())),
        Err(error) => match error.as_service_error() {
            Some(CheckCapacityError::WafSubscriptionNotFoundException(_)) => {
                Ok(Err(subscribe(rules)))
            }
            Some(CheckCapacityError::WafLimitsExceededException(limit)) => Ok(Err(format!(
                "WAFLimitsExceeded: {}; nothing was changed",
                rules::text::clean(limit.message().unwrap_or("a limit would be exceeded"))
            ))),
            _ => Err(refusal("wafv2:CheckCapacity", &error)),
        },
    }
}
