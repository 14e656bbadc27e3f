//! The remediations, one a file, each with its manual at its top.

pub mod cover_with_waf;
