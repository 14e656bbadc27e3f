//! The conformance pack: every rule of the catalogue as a custom Lambda rule of AWS Config, with the
//! remediations that are offered for it.
//!
//! ```text
//! render        the pack, from the catalogues of rules and remediations
//! remediation   the remediation configurations in it
//! tree          a document whose members keep their order
//! lint          what AWS Config would refuse, and what would fail later, said before
//! limits        the documented limits
//! ```

pub mod limits;
pub mod lint;
mod remediation;
pub mod render;
mod tree;

pub use lint::lint;
pub use render::{Automatic, Variant};
