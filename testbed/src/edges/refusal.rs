//! How the services say no.

use serde_json::json;

use super::action::Protocol;
use crate::server::Reply;

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The name of the error: `AccessDenied`, …
    pub code: String,
    /// Why.
    pub message: String,
}

impl Refusal {
    /// A right is missing.
    #[must_use]
    pub fn denied() -> Self {
        Self {
            status: 403,
            code: "AccessDenied".to_owned(),
            message: "not authorized to perform this".to_owned(),
        }
    }

    /// There were too many calls.
    #[must_use]
    pub fn throttled() -> Self {
        Self {
            status: 400,
            code: "Throttling".to_owned(),
            message: "Rate exceeded".to_owned(),
        }
    }

    pub(crate) fn reply(&self, protocol: Protocol) -> Reply {
        let (code, message) = (&self.code, &self.message);
        let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        let (kind, body) = match protocol {
            Protocol::Json | Protocol::Rest => {
                let body = json!({"__type": code, "message": message});
                let kind = match protocol {
                    Protocol::Rest => "application/json",
                    _ => "application/x-amz-json-1.1",
                };
                (kind, body.to_string())
            }
            Protocol::Ec2 => (
                "text/xml",
                format!("<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"),
            ),
            Protocol::S3 => ("application/xml", error),
            Protocol::Xml => (
                "text/xml",
                format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"),
            ),
        };
        Reply::new(self.status, kind, body.into_bytes())
    }
}
