//! What became of an invocation.

use serde_json::Value;

/// What became of an invocation.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The function answered. A body that is not JSON comes as a text, an empty one as null.
    Response(Value),
    /// The function reported an error.
    Error {
        /// `errorType`
        kind: String,
        /// `errorMessage`
        message: String,
    },
    /// The function could not start.
    InitError {
        /// `errorType`
        kind: String,
        /// `errorMessage`
        message: String,
    },
    /// The process ended before it answered: its exit code, or none if a signal ended it.
    Exited(Option<i32>),
    /// No answer came before the deadline. Lambda kills the process then; here the test does.
    TimedOut,
}
