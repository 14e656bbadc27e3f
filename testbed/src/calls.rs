//! The log of what a Manager was asked.

use serde_json::Value;

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `GET`, `POST`, …
    pub method: String,
    /// Without query and without the leading `/api`: `/computers/search`.
    pub path: String,
    /// Decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// Names of the headers in lower case, in their order. Values are not kept: some are secret.
    pub headers: Vec<String>,
    /// Absent as long as nothing was answered, and for a connection that was dropped.
    pub status: Option<u16>,
    /// The Manager's time, in ms since the epoch.
    pub at: i64,
}

impl Call {
    /// `POST /computers/search`
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The values of all `expand` parameters.
    #[must_use]
    pub fn expand(&self) -> Vec<&str> {
        let pairs = self.query.iter().filter(|(name, _)| name == "expand");
        pairs.map(|(_, value)| value.as_str()).collect()
    }
}
