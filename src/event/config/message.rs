//! The message inside an invocation: what became of an instance, or that time has passed.

use std::borrow::Cow;

use jiff::Timestamp;
use rules::{
    Verdict,
    fact::Fact,
    grader,
    instance::{Instance, InstanceId, Tags},
    reason::{Code, Reason},
    text::quoted,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    BadEvent, Task,
    envelope::{Envelope, must_be},
};
use crate::{
    aws::configuration_item::ConfigurationItem,
    event::json,
    posting::{INSTANCE, Resource},
};

const ITEM: &str = "configurationItem";
const SUMMARY: &str = "configurationItemSummary";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMessage<'a> {
    #[serde(borrow, default)]
    message_type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    aws_account_id: Option<&'a RawValue>,
    #[serde(default)]
    notification_creation_time: Fact<Timestamp>,
    #[serde(borrow, default)]
    configuration_item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    configuration_item_summary: Option<&'a RawValue>,
}

/// What an item and the summary of an oversized one have in common.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireHead<'a> {
    #[serde(borrow, default)]
    aws_account_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    aws_region: Option<&'a RawValue>,
    #[serde(borrow, default)]
    configuration_item_status: Option<&'a RawValue>,
    #[serde(default)]
    configuration_item_capture_time: Fact<Timestamp>,
    #[serde(borrow, default)]
    resource_type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    resource_id: Option<&'a RawValue>,
}

/// What a message asks for, and when it was so.
pub(super) fn read(envelope: &Envelope) -> Result<(Task, Timestamp), BadEvent> {
    let text = envelope.invoking_event.as_bytes();
    let message: WireMessage<'_> = json::parse("invokingEvent", text)?;
    let kind = json::text("messageType", message.message_type)?;
    let notified = time(
        "notificationCreationTime",
        &message.notification_creation_time,
    );
    match &*kind {
        "ScheduledNotification" => {
            let account = json::text("awsAccountId", message.aws_account_id)?;
            must_be(envelope.account, &account)?;
            Ok((Task::All, required("notificationCreationTime", notified?)?))
        }
        // It says that a file is complete; nothing has changed by that.
        "ConfigurationSnapshotDeliveryCompleted" => Ok((
            Task::Nothing,
            required("notificationCreationTime", notified?)?,
        )),
        "ConfigurationItemChangeNotification" => {
            let raw = message.configuration_item;
            let raw = raw.ok_or_else(|| BadEvent::missing(ITEM))?;
            let change = Change::read(ITEM, raw, envelope)?;
            Ok((change.task(|_| described(raw))?, change.at(notified?)))
        }
        "OversizedConfigurationItemChangeNotification" => {
            let raw = message.configuration_item_summary;
            let raw = raw.ok_or_else(|| BadEvent::missing(SUMMARY))?;
            let change = Change::read(SUMMARY, raw, envelope)?;
            Ok((change.task(|id| Ok(Task::Read(id)))?, change.at(notified?)))
        }
        other => Err(BadEvent::new(format!(
            "messageType {} is not known",
            quoted(other)
        ))),
    }
}

/// The instance that a configuration item describes.
fn described(raw: &RawValue) -> Result<Task, BadEvent> {
    match json::parse(ITEM, raw.get().as_bytes())? {
        ConfigurationItem::Instance { instance, .. } => Ok(Task::Given(instance)),
        // Its type was looked at before.
        ConfigurationItem::Other => Ok(Task::Nothing),
    }
}

/// What became of a resource.
struct Change<'a> {
    kind: Cow<'a, str>,
    id: Cow<'a, str>,
    status: Cow<'a, str>,
    captured: Timestamp,
    region: Option<Cow<'a, str>>,
    envelope: &'a Envelope,
}

impl<'a> Change<'a> {
    fn read(what: &str, raw: &'a RawValue, envelope: &'a Envelope) -> Result<Self, BadEvent> {
        let head: WireHead<'_> = json::parse(what, raw.get().as_bytes())?;
        must_be(
            envelope.account,
            &json::text("awsAccountId", head.aws_account_id)?,
        )?;
        let captured = "configurationItemCaptureTime";
        Ok(Self {
            kind: json::text("resourceType", head.resource_type)?,
            id: json::text("resourceId", head.resource_id)?,
            status: json::text("configurationItemStatus", head.configuration_item_status)?,
            captured: required(
                captured,
                time(captured, &head.configuration_item_capture_time)?,
            )?,
            region: json::optional_text("awsRegion", head.aws_region)?,
            envelope,
        })
    }

    /// The order of results must be that of what they tell, whenever they are delivered: by the
    /// clock, an old event that was delivered late would win. A rule that runs by the hour too
    /// orders those results by notification, so that an item that is notified again, long after it
    /// was captured, counts by that as well.
    fn at(&self, notified: Option<Timestamp>) -> Timestamp {
        notified.map_or(self.captured, |notified| notified.max(self.captured))
    }

    fn task(
        &self,
        exists: impl FnOnce(InstanceId) -> Result<Task, BadEvent>,
    ) -> Result<Task, BadEvent> {
        if self.kind != INSTANCE {
            let text = format!("{} is not an EC2 instance", quoted(&self.kind));
            return Ok(self.not_applicable(&grader::OTHER_RESOURCE, text));
        }
        let id: InstanceId = self
            .id
            .parse()
            .map_err(|error| BadEvent::new(format!("resourceId: {error}")))?;
        match &*self.status {
            "OK" | "ResourceDiscovered" if self.envelope.left_scope => {
                let text = "the instance has left the scope of the Config rule";
                Ok(self.not_applicable(&grader::LEFT_SCOPE, text))
            }
            "OK" | "ResourceDiscovered" => exists(id),
            "ResourceDeleted" | "ResourceDeletedNotRecorded" => {
                Ok(self.not_applicable(&grader::GONE, "the instance was deleted"))
            }
            "ResourceNotRecorded" => {
                let text = "AWS Config does not record the instance";
                Ok(self.not_applicable(&grader::LEFT_SCOPE, text))
            }
            other => Ok(Task::Given(Box::new(self.unclear(id, other)))),
        }
    }

    /// An instance of which nothing is known but that it is in a state that nobody knows. The rule
    /// makes a gap of it, or a failure where it fails closed.
    fn unclear(&self, id: InstanceId, status: &str) -> Instance {
        Instance {
            id,
            account: Some(self.envelope.account),
            region: self.region.as_deref().and_then(|name| name.parse().ok()),
            name: None,
            tags: Tags::default(),
            state: Fact::Unrecognised(status.into()),
            attached: Fact::Missing,
            launched: Fact::Missing,
        }
    }

    fn not_applicable(&self, code: &'static Code, text: impl Into<String>) -> Task {
        let resource = Resource::new(&self.kind, &self.id);
        Task::NotApplicable(resource, Verdict::not_applicable(Reason::new(code, text)))
    }
}

/// A time, where it is there.
fn time(name: &str, fact: &Fact<Timestamp>) -> Result<Option<Timestamp>, BadEvent> {
    match fact {
        Fact::Known(time) => Ok(Some(*time)),
        Fact::Missing => Ok(None),
        Fact::Unrecognised(text) => Err(BadEvent::new(format!("bad {name}: {}", quoted(text)))),
    }
}

fn required(name: &str, time: Option<Timestamp>) -> Result<Timestamp, BadEvent> {
    time.ok_or_else(|| BadEvent::new(format!("bad {name}: it is missing")))
}
