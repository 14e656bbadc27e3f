//! The logs of what AWS Config was asked.

use serde_json::Value;

use super::evaluation::Evaluation;

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `PutEvaluations`; empty for a request that names none.
    pub operation: String,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// The account that the access key belongs to, and the Region of the signature; absent for a
    /// request without a signature.
    pub caller: Option<(String, String)>,
    /// Absent as long as nothing was answered, and for a connection that was dropped.
    pub status: Option<u16>,
    /// Config's time, in ms since the epoch.
    pub at: i64,
}

/// One PutEvaluations that was accepted, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The name of the rule that the token belongs to; absent in test mode with a made-up token.
    pub rule: Option<String>,
    /// The token.
    pub token: String,
    /// Whether nothing was to be stored.
    pub test_mode: bool,
    /// What was put, in its order.
    pub evaluations: Vec<Evaluation>,
    /// What of it came back as failed.
    pub failed: Vec<Evaluation>,
    /// Config's time, in ms since the epoch.
    pub at: i64,
}
