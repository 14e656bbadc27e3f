//! The Lambda Runtime API on loopback, and the processes that poll it: what a function's real
//! binary is tested with.
//!
//! ```no_run
//! use serde_json::json;
//! use std::time::Duration;
//! use testbed::runtime::{Bootstrap, Outcome, Runtime};
//!
//! let runtime = Runtime::start()?;
//! let bootstrap = Bootstrap::new("target/debug/evaluate").handler("rule");
//! let process = runtime.spawn(&bootstrap)?;
//! let outcome = runtime.invoke(&json!({"version": "1.0"}), Duration::from_secs(30));
//! assert!(matches!(outcome, Outcome::Error { .. }), "{outcome:?}");
//! assert!(process.stop().stderr.is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Unlike all else here it goes by the machine's clock, because a function's deadline does.

mod desk;
mod outcome;
mod process;
mod service;

pub use outcome::Outcome;
pub use process::{Bootstrap, Output, Process};
pub use service::{Invocation, Runtime};
