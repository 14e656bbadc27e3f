//! How AWS Config says no: a status, the name of an error and a message.

use std::fmt;

use serde_json::json;

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `InvalidResultTokenException`, …
    pub kind: String,
    /// Why.
    pub message: String,
}

impl Refusal {
    /// A refusal with status 400.
    #[must_use]
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: kind.to_owned(),
            message: message.into(),
        }
    }

    /// A member that breaks a constraint of the service's model.
    pub(crate) fn constraint(value: &str, path: &str, constraint: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: \
             Member must {constraint}"
        );
        Self::new("ValidationException", message)
    }

    /// A body, or a member of it, of another type than the service's model says.
    pub(crate) fn type_of(path: &str) -> Self {
        Self::new("SerializationException", format!("wrong type at `{path}`"))
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValueException", message)
    }

    pub(crate) fn no_such_rule(name: &str) -> Self {
        let message = format!("The ConfigRule '{name}' provided in the request is invalid.");
        Self::new("NoSuchConfigRuleException", message)
    }

    pub(crate) fn token() -> Self {
        Self::new(
            "InvalidResultTokenException",
            "The specified ResultToken is not valid.",
        )
    }

    pub(crate) fn throttled() -> Self {
        Self::new("ThrottlingException", "Rate exceeded")
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let body = json!({"__type": self.kind, "message": self.message});
        body.to_string().into_bytes()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for Refusal {}
