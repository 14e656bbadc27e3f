//! The remediations of Deepgrade: pure functions from a [finding](finding::Finding) and a situation
//! to a [plan](plan::Plan).
//!
//! Nothing here reads a clock, a file or a network, and nothing here acts: an action is data, which
//! the shell performs. To add a remediation, add a file in `catalogue/` and a line in its
//! catalogue.

pub mod action;
pub mod catalogue;
pub mod finding;
pub mod outcome;
pub mod plan;
pub mod web_groups;
