//! The catalogue: every remediation, one file each.
//!
//! A remediation is one file in this folder, one `mod` line and one line in [`CATALOGUE`].

use crate::remediation::Remediation;

mod scan_and_verify;
mod steps;

/// Every remediation.
pub static CATALOGUE: &[&Remediation] = &[&scan_and_verify::REMEDIATION];
