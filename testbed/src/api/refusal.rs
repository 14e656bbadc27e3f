//! How the Manager says no: a status and a JSON body with `message`.

use serde_json::json;

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
}

/// A handler's answer: the body of a 200, or a refusal.
pub(crate) type Outcome = Result<Vec<u8>, Refusal>;

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn unknown_key() -> Self {
        Self::new(401, "Invalid API Key")
    }

    pub(crate) fn forbidden(what: &str) -> Self {
        Self::new(403, format!("Not authorized to {what}."))
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, format!("{what} does not exist."))
    }

    pub(crate) fn no_such_method() -> Self {
        Self::new(405, "Method not allowed.")
    }

    pub(crate) fn too_many() -> Self {
        Self::new(429, "Too many API requests.")
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        json!({ "message": self.message }).to_string().into_bytes()
    }
}
