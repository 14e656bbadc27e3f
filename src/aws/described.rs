//! An instance, from EC2's description of it in the SDK's types.

use aws_sdk_ec2::{primitives::DateTime, types};
use jiff::Timestamp;
use rules::{
    fact::{Fact, Readable as _},
    instance::{AccountId, Instance, InstanceId, InstanceState, Region},
};

/// The instance that EC2 describes; `owner` is the owner of its reservation. None where EC2 gives
/// no id that is one (EC2 API reference, `Instance`).
pub(super) fn instance(
    described: &types::Instance,
    owner: Option<AccountId>,
    region: &Region,
) -> Option<Instance> {
    let id: InstanceId = described.instance_id()?.parse().ok()?;
    let state = described.state().and_then(types::InstanceState::name);
    let name = described
        .tags()
        .iter()
        .find(|tag| tag.key() == Some("Name"));
    Some(Instance {
        id,
        account: owner,
        region: Some(region.clone()),
        name: name.and_then(types::Tag::value).map(Box::from),
        tags: described.tags().iter().filter_map(tag).collect(),
        state: state.map_or(Fact::Missing, |name| {
            InstanceState::read_text(name.as_str())
        }),
        attached: attached(described),
        launched: time(described.launch_time()),
    })
}

fn tag(tag: &types::Tag) -> Option<(&str, &str)> {
    Some((tag.key()?, tag.value().unwrap_or_default()))
}

/// When the primary network interface was attached: the first device of the first card.
fn attached(described: &types::Instance) -> Fact<Timestamp> {
    let interfaces = described.network_interfaces().iter();
    let mut attachments = interfaces.filter_map(types::InstanceNetworkInterface::attachment);
    let primary = attachments.find(|attachment| {
        attachment.device_index() == Some(0) && attachment.network_card_index().unwrap_or(0) == 0
    });
    primary.map_or(Fact::Missing, |attachment| time(attachment.attach_time()))
}

fn time(reported: Option<&DateTime>) -> Fact<Timestamp> {
    let Some(reported) = reported else {
        return Fact::Missing;
    };
    let nanoseconds = i32::try_from(reported.subsec_nanos());
    let read = nanoseconds
        .ok()
        .and_then(|nanoseconds| Timestamp::new(reported.secs(), nanoseconds).ok());
    read.map_or_else(
        || Fact::Unrecognised(reported.to_string().into()),
        Fact::Known,
    )
}
