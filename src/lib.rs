//! Deepgrade: the shell around the pure [`rules`]. It fetches facts and delivers verdicts.

pub mod evaluation;
