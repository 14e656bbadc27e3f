//! A finding, as its source sends it: an event of EventBridge, direct or through a topic of SNS.
//!
//! ```text
//! envelope                      from whom: source, kind, time, detail
//! guardduty, macie, inspector   what it says: a report, and the finding that it means
//! ended                         what services that no longer exist sent
//! own                           a finding that Deepgrade sends to itself
//! node                          members of JSON, named in complaints
//! moment                        times, in the shapes that sources write
//! ```
//!
//! The same reports are filled from what the services answer when their findings are listed, so
//! that a finding means the same whichever way it comes.

use std::fmt;

use jiff::Timestamp;
use remediations::finding::{Finding, Version};
use rules::{
    instance::{AccountId, InstanceId, NotAnId},
    ledger::Source,
    text::{clean, fitted, quoted},
};
use serde_json::Value;

use super::json;
use envelope::{Content, Event};
use node::Node;

mod ended;
mod envelope;
pub(crate) mod guardduty;
pub(crate) mod inspector;
pub(crate) mod macie;
mod moment;
mod node;
mod own;

use moment::moment;
pub use own::write;

/// The largest event, in bytes: what a message of SQS holds (Amazon SQS developer guide, "Amazon
/// SQS message quotas").
const SIZE_LIMIT: usize = 1 << 20;
/// The longest word for a kind of finding, and the longest title, that is kept.
const WORDS: usize = 256;

/// What an event turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A finding.
    Finding(Box<Finding>),
    /// Nothing that is answered; why.
    Ignored(String),
    /// Sent by a service that has ended; what replaced it.
    Ended(String),
}

/// Understands an event, or the body of a message of SQS or SNS that holds one.
///
/// # Errors
/// The first thing that is wrong with it, in one line.
pub fn read(text: &[u8]) -> Result<Reading, Malformed> {
    if text.len() > SIZE_LIMIT {
        return Err(Malformed::new("the event is larger than 1 MiB"));
    }
    let text: Value = json::parse("the event", text)?;
    if own::is_own(&text) {
        return own::read(text).map_err(Malformed::from);
    }
    let content = envelope::open(text).map_err(|complaint| format!("the event: {complaint}"))?;
    match content {
        Content::Event(event) => of_event(&event),
        Content::Confirmation => Ok(Reading::Ignored(
            "it is about the subscription to a topic, and no finding".to_owned(),
        )),
        Content::Ended(service) => Ok(Reading::Ended(service.to_owned())),
    }
}

fn of_event(event: &Event) -> Result<Reading, Malformed> {
    let detail = || Node::root("detail", &event.detail);
    let (source, reading) = match (&*event.source, &*event.kind) {
        ("aws.guardduty", "GuardDuty Finding") => (Source::GuardDuty, {
            guardduty::Report::read(&detail()).and_then(|report| report.finding(event))
        }),
        ("aws.macie", "Macie Finding") => (Source::Macie, {
            macie::Report::read(&detail()).and_then(|report| report.finding(event))
        }),
        ("aws.inspector2", "Inspector2 Finding") => (Source::Inspector, {
            inspector::Report::read(&detail()).and_then(|report| report.finding(event))
        }),
        ("aws.inspector", _) => return Ok(Reading::Ended(ended::INSPECTOR_CLASSIC.to_owned())),
        ("aws.macie", "Macie Alert") => return Ok(Reading::Ended(ended::MACIE_CLASSIC.to_owned())),
        (source, kind) => {
            return Ok(Reading::Ignored(format!(
                "{} of {} is no finding of GuardDuty, Macie or Inspector",
                quoted(kind),
                quoted(source)
            )));
        }
    };
    reading.map_err(|complaint| {
        let id = detail().text("id").or_else(|_| detail().text("findingArn"));
        Malformed::of(source, id.ok().flatten().as_deref(), &complaint)
    })
}

/// What is known of a report from where it came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sent<'a> {
    /// The Region that it came from.
    pub(crate) region: Option<&'a str>,
    /// When it was sent.
    pub(crate) at: Option<Timestamp>,
}

/// A member that a finding cannot be without.
fn required(name: &str, member: Option<String>) -> Result<String, String> {
    member.ok_or_else(|| format!("missing {name}"))
}

/// A member that a finding cannot be without, understood.
fn parsed<T>(name: &str, member: Option<String>) -> Result<T, String>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    let text = required(name, member)?;
    text.parse().map_err(|error| format!("{name}: {error}"))
}

/// An instance, which sources name by its id or by its ARN.
fn instance(text: &str) -> Result<InstanceId, NotAnId> {
    let of_arn = text
        .starts_with("arn:")
        .then(|| text.split_once(":instance/"));
    of_arn.flatten().map_or(text, |(_, id)| id).parse()
}

/// The Region that a finding is about: that which it names, else that which it came from.
fn region<T>(named: Option<String>, sent: Sent<'_>) -> Result<T, String>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    parsed("region", named.or_else(|| sent.region.map(str::to_owned)))
}

/// The version of a finding. A time of change that cannot be read is replaced by that of sending:
/// both grow with every version.
fn version(updated_at: Option<&str>, count: u64, sent: Sent<'_>) -> Result<Version, String> {
    let updated_at = match (updated_at, sent.at) {
        (Some(text), at) => moment(text)
            .or(at)
            .ok_or_else(|| format!("bad updatedAt: {}", quoted(text)))?,
        (None, Some(at)) => at,
        (None, None) => return Err("missing updatedAt".to_owned()),
    };
    Ok(Version { updated_at, count })
}

/// Foreign text, as it is kept.
fn foreign(text: &str) -> Box<str> {
    fitted(&clean(text), WORDS).into()
}

/// The longest id that is named of a finding which is not understood, in characters: that of an ARN
/// of Inspector has some 80.
const LONGEST_ID: usize = 256;

/// An event that should be a finding and cannot be understood. The same event will not be
/// understood the next time either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    complaint: String,
    account: Option<AccountId>,
}

impl Malformed {
    fn new(complaint: impl AsRef<str>) -> Self {
        Self {
            complaint: clean(complaint.as_ref()),
            account: None,
        }
    }

    /// What is wrong with a finding of a source.
    pub(crate) fn of(source: Source, id: Option<&str>, complaint: &str) -> Self {
        // Whole, since it is what somebody looks for at the source.
        let id = id.map(|id| format!(" \"{}\"", fitted(&clean(id), LONGEST_ID)));
        let id = id.unwrap_or_default();
        Self::new(format!("finding{id} of {source}: {complaint}"))
    }

    /// The same of an account, where the finding names one that can be read.
    #[must_use]
    pub fn in_account(self, account: Option<AccountId>) -> Self {
        Self { account, ..self }
    }

    /// The account that the finding is of; `None` where that is not known, and it may be of any.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }
}

impl From<String> for Malformed {
    fn from(complaint: String) -> Self {
        Self::new(complaint)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.complaint)
    }
}

impl std::error::Error for Malformed {}
