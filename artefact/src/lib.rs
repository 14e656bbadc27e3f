//! What AWS Lambda is given: a zip for each binary of the functions, beside each a software bill of
//! materials, and the SHA-256 of all of them.
//!
//! The same binary always makes the same zip, byte for byte, whenever and by whomever it is packed:
//! what is deployed can be compared with what somebody else built.

mod archive;
mod bill;
mod binary;
mod compiled;
mod failure;
mod lock;
mod shelf;
mod tree;

pub use archive::zipped;
pub use bill::bill;
pub use binary::{Architecture, Binary};
pub use compiled::{BINARIES, compiled, compiler};
pub use failure::Failure;
pub use lock::Lock;
pub use shelf::Shelf;
pub use tree::{Crate, Id, Tree};
