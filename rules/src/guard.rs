//! Rules that a deployer writes in Guard, as a rule sees them: what each of them says of an instance.
//! How they are evaluated is nothing that this crate knows.

use std::fmt;

use crate::{
    facts::{Facts, Need},
    gap::Gap,
};

/// Rules that a deployer wrote in Guard, ready to grade.
pub trait GuardPolicy: fmt::Debug + Send + Sync {
    /// Whether any of them looks at facts of that kind, so that others need not be gathered.
    fn looks_at(&self, need: Need) -> bool;

    /// What every one of them says of an instance, in their order. Web fronts are those on these
    /// ports.
    ///
    /// # Errors
    /// A gap when nothing can be said of any of them.
    fn report(&self, facts: &Facts<'_>, web_ports: &[u16]) -> Result<Vec<GuardOutcome>, Gap>;
}

/// What one Guard rule says of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardOutcome {
    /// The name of the rule: foreign text.
    pub rule: Box<str>,
    /// What it says, or the gap among the facts that it looks at.
    pub word: Result<GuardWord, Gap>,
}

/// Guard's three words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardWord {
    /// It holds.
    Pass,
    /// It does not hold; its own messages about that: foreign text.
    Fail(Vec<Box<str>>),
    /// It does not apply.
    Skip,
}
