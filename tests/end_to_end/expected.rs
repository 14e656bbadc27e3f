//! What AWS Config should show, for a reader to check.

/// Of every rule: how many instances it is not applicable to, and what it could not decide.
pub(crate) const UNDECIDED: &str = "
    instance-has-policy         1   DS-GAP-004:1
    modules-are-active          2   DS-GAP-004:1
    instance-is-clear           2   DS-GAP-004:1
    agent-is-fresh              2   DS-GAP-005:1
    instance-is-behind-waf      7   DS-GAP-014:1
    threats-are-answered        0
    sensitive-data-is-shielded  0
    cves-are-shielded          11
    evaluator-is-healthy        0
";

pub(crate) const GRADED: &str = "";
pub(crate) const UNDECIDED_LATER: &str = "";
pub(crate) const REMEDIATED: &str = "";
pub(crate) const STARTED: [&str; 3] = [
    "cves-are-shielded",
    "sensitive-data-is-shielded",
    "threats-are-answered",
];
pub(crate) const OPEN_ROWS: &str = "";
pub(crate) const OPEN: &str = "";
pub(crate) const SHIELDED: &str = "";
pub(crate) const CLOSED_ROWS: &str = "";
pub(crate) const CLOSED: &str = "";
pub(crate) const ASKED: &str = "";
pub(crate) const DONE: &str = "";
