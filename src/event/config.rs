//! An invocation by AWS Config: which rule is asked about what
//! (AWS Config developer guide, "Example Events for AWS Config Rules").
//!
//! ```text
//! envelope      who asks: rule, account, parameters, token
//! message       what about: the six kinds of message
//! parameters    the parameters, which are a JSON text inside the JSON
//! ```

use std::fmt;

use jiff::Timestamp;
use rules::{
    Prepared, Verdict, catalogue,
    instance::{AccountId, Instance, InstanceId, Region},
    text::clean,
};

use crate::posting::{Resource, ResultToken};

mod envelope;
mod message;
mod parameters;

use parameters::Parameters;

/// The name of the parameter that names the rule. It is the only one that no rule takes.
const RULE: &str = "rule";

/// One invocation by AWS Config.
pub struct ConfigEvent {
    /// The account that owns the Config rule, and that everything in the event is about.
    pub account: AccountId,
    /// The Region of the Config rule.
    pub region: Region,
    /// The name of the Config rule, with whatever a conformance pack added to it.
    pub rule_name: String,
    /// What results are put with.
    pub token: ResultToken,
    /// What to grade.
    pub task: Task,
    /// When that was so: what a result of this event is ordered by.
    pub at: Timestamp,
    parameters: Parameters,
}

/// What an event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Grade an instance, which the event describes.
    Given(Box<Instance>),
    /// Grade an instance that was too large to be described in the event.
    Read(InstanceId),
    /// Grade everything that the rule is about: every instance of the account, or the account.
    All,
    /// Grade nothing: the event itself says that the rule does not apply.
    NotApplicable(Resource, Verdict),
    /// Do nothing.
    Nothing,
}

impl ConfigEvent {
    /// Understands an invocation.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(event: &[u8]) -> Result<Self, BadEvent> {
        let envelope = envelope::read(event)?;
        let (task, at) = message::read(&envelope)?;
        Ok(Self {
            account: envelope.account,
            region: envelope.region,
            rule_name: envelope.rule_name,
            token: envelope.token,
            parameters: envelope.parameters,
            task,
            at,
        })
    }

    /// The rule that the parameters name, with the others set.
    ///
    /// # Errors
    /// A line that says which parameter is refused.
    pub fn prepared(&self) -> Result<Prepared, String> {
        let (named, others): (Vec<_>, Vec<_>) = self
            .parameters
            .0
            .iter()
            .cloned()
            .partition(|(name, _)| name == RULE);
        let Some((_, id)) = named.first() else {
            let ids: Vec<&str> = catalogue::CATALOGUE.iter().map(|rule| rule.id).collect();
            return Err(format!(
                "the parameter `{RULE}` is missing; it names one of {}",
                ids.join(", ")
            ));
        };
        let rule = catalogue::named(id).map_err(|unknown| unknown.to_string())?;
        rule.with(others).map_err(|bad| bad.to_string())
    }
}

/// The parameters are not shown: somebody may have put a secret there, which is refused later.
impl fmt::Debug for ConfigEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigEvent")
            .field("rule_name", &self.rule_name)
            .field("task", &self.task)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// An event that cannot be understood, or that must not be obeyed. The same event will not be
/// understood the next time either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEvent(String);

impl BadEvent {
    fn new(complaint: impl AsRef<str>) -> Self {
        Self(clean(complaint.as_ref()))
    }

    fn missing(member: &str) -> Self {
        Self::new(format!("missing {member}"))
    }
}

impl From<String> for BadEvent {
    fn from(complaint: String) -> Self {
        Self::new(complaint)
    }
}

impl fmt::Display for BadEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "event of AWS Config: {}", self.0)
    }
}

impl std::error::Error for BadEvent {}
