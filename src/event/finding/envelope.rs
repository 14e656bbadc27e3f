//! The envelope of EventBridge, and that of SNS around it (Amazon EventBridge user guide,
//! "Events"; Amazon SNS developer guide, "Parsing Amazon SNS message formats").

use jiff::Timestamp;
use rules::text::quoted;
use serde_json::Value;

use super::{Sent, ended, moment::moment, node::Node};
use crate::event::json;

/// The version of every event of EventBridge.
const VERSION: &str = "0";

/// What was sent.
pub(super) enum Content {
    /// An event of EventBridge.
    Event(Event),
    /// A question of SNS whether somebody wants to hear from it, or that nobody does any more.
    Confirmation,
    /// Something of a service that has ended.
    Ended(&'static str),
}

/// An event of EventBridge.
pub(super) struct Event {
    pub(super) source: String,
    /// What EventBridge calls its detail type.
    pub(super) kind: String,
    pub(super) detail: Value,
    region: Option<String>,
    at: Option<Timestamp>,
}

impl<'a> From<&'a Event> for Sent<'a> {
    fn from(event: &'a Event) -> Self {
        Self {
            region: event.region.as_deref(),
            at: event.at,
        }
    }
}

/// Opens an envelope, and one of SNS around it.
pub(super) fn open(value: Value) -> Result<Content, String> {
    let node = Node::root("", &value);
    let is_event = node.has("source") || node.has("detail-type");
    if is_event || !node.has("Message") {
        return letter(value);
    }
    match node.text("Type")?.as_deref() {
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => Ok(Content::Confirmation),
        None | Some("Notification") => {
            let message = node.required("Message")?;
            letter(json::parse("Message", message.as_bytes())?)
        }
        Some(other) => Err(format!("Type {} is not known", quoted(other))),
    }
}

fn letter(value: Value) -> Result<Content, String> {
    let node = Node::root("", &value);
    if ended::is_of_inspector_classic(&node) {
        return Ok(Content::Ended(ended::INSPECTOR_CLASSIC));
    }
    let source = node.required("source")?;
    let kind = node.required("detail-type")?;
    if let Some(version) = node.text("version")?
        && version != VERSION
    {
        return Err(format!(
            "version {} is not known, and only {VERSION} is",
            quoted(&version)
        ));
    }
    let region = node.text("region")?;
    let at = node.time("time").as_deref().and_then(moment);
    let detail = node.at("detail")?.ok_or("missing detail")?;
    let detail = detail.value().clone();
    Ok(Content::Event(Event {
        source,
        kind,
        detail,
        region,
        at,
    }))
}
