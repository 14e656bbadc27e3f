//! The remediations of Deepgrade: pure functions from a [finding](finding::Finding) and a
//! [situation](situation::Situation) to a [plan](plan::Plan).
//!
//! Nothing here reads a clock, a file or a network, and nothing here acts: an action is data, which
//! the shell performs. To add a remediation, add a file in `catalogue/` and a line in
//! [`CATALOGUE`].

pub mod access;
pub mod action;
pub mod catalogue;
pub mod finding;
pub mod matrix;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod record;
pub mod remediation;
pub mod situation;
pub mod web_groups;

pub use catalogue::CATALOGUE;
pub use finding::Finding;
pub use options::Options;
pub use plan::Plan;
pub use remediation::Remediation;
