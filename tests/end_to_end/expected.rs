//! What AWS Config should show, for a reader to check.

/// Of every rule: how many instances it is not applicable to, and what it could not decide.
pub(crate) const UNDECIDED: &str = "";

pub(crate) const GRADED: &str = "";
pub(crate) const UNDECIDED_LATER: &str = "";
pub(crate) const REMEDIATED: &str = "";
