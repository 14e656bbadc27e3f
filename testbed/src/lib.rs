//! The worlds around Deepgrade on loopback, with faults on demand: for tests, the tour and
//! benchmarks. A Deep Security Manager, faithful to its REST contract as far as Deepgrade uses it
//! and made from a seed; AWS Config ([`config`]); the other AWS services ([`moto`], and what it
//! lacks of web edges: [`edges`]); and the Lambda Runtime API ([`runtime`]).
//!
//! ```
//! use testbed::{Estate, Fault, Injection, Manager, Options, estate::Condition};
//!
//! let manager = Manager::start(Estate::seeded(1, 200), Options::default())?;
//! let unprotected = manager.estate(|estate| estate.with_condition(Condition::NoPolicy));
//! manager.inject(Injection::on("POST /computers/search", Fault::Cut).from(2).times(1));
//! // Let a client read from manager.url() with the key testbed::SECRET, and then:
//! assert!(manager.calls().iter().all(|call| call.method != "PUT"));
//! # assert!(!unprotected.is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

mod api;
pub mod browser;
mod calls;
pub mod clock;
pub mod config;
pub mod ec2;
pub mod edges;
pub mod estate;
mod fault;
pub mod files;
mod json;
mod limiter;
mod locale;
mod manager;
pub mod moto;
mod options;
pub mod python;
pub mod runtime;
mod search;
mod server;
mod tasks;
mod tls;
mod world;

pub use calls::Call;
pub use estate::Estate;
pub use fault::{Fault, FaultBody, Injection};
pub use manager::Manager;
pub use options::{Certificate, Key, Limits, Options, PageCeiling, Right, SECRET};
