//! The description of an instance, which EC2 spells with leading capitals and AWS Config without.

use std::borrow::Cow;

use jiff::Timestamp;
use rules::{
    fact::Fact,
    instance::{InstanceId, InstanceState, Region, Tags},
};
use serde::Deserialize;

/// What EC2 and AWS Config say of an instance, as far as grading needs it
/// (EC2 API reference, `Instance`).
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Description<'a> {
    #[serde(alias = "instanceId")]
    pub(super) instance_id: Option<InstanceId>,
    #[serde(alias = "state")]
    state: Option<State>,
    #[serde(alias = "launchTime")]
    pub(super) launch_time: Fact<Timestamp>,
    #[serde(borrow, alias = "placement")]
    placement: Option<Placement<'a>>,
    #[serde(alias = "networkInterfaces")]
    network_interfaces: Option<Vec<Interface>>,
    #[serde(borrow, alias = "tags")]
    tags: Option<Vec<Tag<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    #[serde(default, alias = "name")]
    name: Fact<InstanceState>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Placement<'a> {
    #[serde(borrow, default, alias = "availabilityZone")]
    availability_zone: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Interface {
    #[serde(alias = "attachment")]
    attachment: Option<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    #[serde(alias = "deviceIndex")]
    device_index: Option<u32>,
    #[serde(alias = "networkCardIndex")]
    network_card_index: Option<u32>,
    #[serde(default, alias = "attachTime")]
    attach_time: Fact<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    #[serde(borrow, alias = "key")]
    key: Cow<'a, str>,
    #[serde(borrow, default, alias = "value")]
    value: Option<Cow<'a, str>>,
}

impl Description<'_> {
    pub(super) fn state(&self) -> Fact<InstanceState> {
        self.state
            .as_ref()
            .map(|state| state.name.clone())
            .unwrap_or_default()
    }

    /// When the primary network interface was attached: the first device of the first card.
    pub(super) fn attached(&self) -> Fact<Timestamp> {
        let interfaces = self.network_interfaces.iter().flatten();
        let primary = interfaces
            .filter_map(|interface| interface.attachment.as_ref())
            .find(|attachment| {
                attachment.device_index == Some(0)
                    && attachment.network_card_index.unwrap_or(0) == 0
            });
        primary
            .map(|attachment| attachment.attach_time.clone())
            .unwrap_or_default()
    }

    pub(super) fn region(&self) -> Option<Region> {
        let zone = self.placement.as_ref()?.availability_zone.as_deref()?;
        Region::of_zone(zone).ok()
    }

    pub(super) fn tags(&self) -> Tags {
        let tags = self.tags.iter().flatten();
        tags.map(|tag| (&*tag.key, tag.value.as_deref().unwrap_or_default()))
            .collect()
    }

    /// The tag `Name`.
    pub(super) fn name(&self) -> Option<Box<str>> {
        let tag = self.tags.iter().flatten().find(|tag| tag.key == "Name")?;
        tag.value.as_deref().map(Box::from)
    }
}
