//! Rules that users write in Guard, evaluated over the facts of one instance.
//!
//! ```text
//! text → scan → parse → outline: every path is one of the shape, every name means something,
//!                                nothing goes around in circles, and the work is bounded
//! outline + document → evaluate → PASS, FAIL or SKIP of every rule, with its messages
//! ```
//!
//! Guard grades a path that is misspelt as if the fact were absent, ends the process where rules
//! call each other in circles, and takes as long as it takes. So a text that is not fully understood
//! here is [refused](Refused), with what to write instead.

mod circle;
mod compare;
mod expression;
mod outline;
mod path;
mod policy;
mod query;
mod record;
mod refused;
mod scan;
mod scope;
mod shape;
mod tree;

pub use path::Path;
pub use policy::{BadDocument, DOCUMENT_BYTES, Outcome, Policy, Status, Text};
pub use refused::Refused;
pub use shape::{BadShape, Shape};
