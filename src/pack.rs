//! The conformance pack: every rule of the catalogue as a custom Lambda rule of AWS Config, with the
//! remediations that are offered for it.
//!
//! ```text
//! render        the pack, from the catalogues of rules and remediations
//! parameters    its parameters
//! remediation   the remediation configurations in it
//! stack         the pack in a stack of CloudFormation
//! tree          a document whose members keep their order
//! lint          what AWS Config would refuse, and what would fail later, said before
//! limits        the documented limits
//! ```

pub mod limits;
mod lint;
mod parameters;
mod remediation;
mod render;
mod stack;
mod tree;

pub use lint::{Handover, Objection, Unreadable, is_function, lint};
pub use parameters::{FREQUENCY, FUNCTION, PackParameter};
pub use remediation::{INSTANCE_ID, MODULES, POLICY};
pub use render::{Automatic, Variant};

/// The type of resource that rules about instances are about.
const INSTANCE: &str = "AWS::EC2::Instance";
