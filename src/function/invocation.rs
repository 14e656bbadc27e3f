//! What Lambda hands over.

use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use rules::instance::{AccountId, Region};
use serde_json::value::RawValue;

use crate::time::Time;

/// What is kept of the time that Lambda grants, to end well before it.
const MARGIN: Duration = Duration::from_secs(2);

/// One invocation.
pub(super) struct Invocation {
    /// The event, as it was sent.
    pub(super) event: Box<RawValue>,
    /// The ARN of the function that was invoked.
    arn: String,
    /// When Lambda ends the process, in ms since 1970.
    deadline: u64,
}

impl From<LambdaEvent<Box<RawValue>>> for Invocation {
    fn from(event: LambdaEvent<Box<RawValue>>) -> Self {
        Self {
            event: event.payload,
            arn: event.context.invoked_function_arn,
            deadline: event.context.deadline,
        }
    }
}

impl Invocation {
    /// When the work must be over, by [`Time::elapsed`].
    pub(super) fn ends(&self, time: &dyn Time) -> Duration {
        let deadline = i64::try_from(self.deadline).ok();
        let deadline = deadline.and_then(|deadline| Timestamp::from_millisecond(deadline).ok());
        let left = deadline.map(|deadline| deadline.duration_since(time.now()));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        let left = left.unwrap_or_default();
        time.elapsed() + (left - MARGIN.min(left / 4))
    }

    /// The partition of AWS that the function is in (`aws`, `aws-cn`, …).
    pub(super) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }

    /// The account and Region of the function (AWS Lambda developer guide, "Lambda ARNs":
    /// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`); `None` when the ARN names none.
    pub(super) fn home(&self) -> Option<(AccountId, Region)> {
        let mut parts = self.arn.split(':').skip(3);
        let region = parts.next()?.parse().ok()?;
        let account = parts.next()?.parse().ok()?;
        Some((account, region))
    }
}
