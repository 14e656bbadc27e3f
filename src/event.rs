//! What starts a run: one module a source. What the source writes stays inside; what it means
//! comes out.

pub mod config;
pub mod finding;
mod json;
#[cfg(feature = "aws")]
pub mod queue;
pub mod request;
