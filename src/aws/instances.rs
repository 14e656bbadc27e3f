//! Which instances there are in the account and Region (EC2 API reference, `DescribeInstances`).

use aws_sdk_ec2::{
    Client,
    error::ProvideErrorMetadata as _,
    types::{Instance as Described, InstanceNetworkInterface, Reservation},
};
use rules::{
    fact::{Fact, Readable as _},
    instance::{Instance, InstanceId, InstanceState, Region},
};

use super::{moment::moment, refusal::refusal};
use crate::ports::{Error, Page};

/// The action, as a policy of IAM names it.
const ACTION: &str = "ec2:DescribeInstances";
/// The most instances in a page.
const FULL_PAGE: i32 = 1_000;
/// The code by which EC2 says that it does not know an instance.
const UNKNOWN: &str = "InvalidInstanceID.NotFound";

/// One page of the account's instances.
///
/// # Errors
/// What EC2, or the way to it, said.
pub async fn page(
    client: &Client,
    region: &Region,
    next: Option<&str>,
) -> Result<Page<Instance>, Error> {
    let page = reservations(client, next).await?;
    let instances = page.items.iter().flat_map(|reservation| {
        let described = reservation.instances().iter();
        described.filter_map(|described| instance(reservation, described, region))
    });
    Ok(Page {
        items: instances.collect(),
        next: page.next,
    })
}

/// One instance; `None` where EC2 does not know it.
///
/// # Errors
/// As [`page`].
pub async fn one(
    client: &Client,
    region: &Region,
    id: InstanceId,
) -> Result<Option<Instance>, Error> {
    let call = client.describe_instances().instance_ids(id.to_string());
    let output = match call.send().await {
        Ok(output) => output,
        Err(error) if error.code() == Some(UNKNOWN) => return Ok(None),
        Err(error) => return Err(refusal(ACTION, &error)),
    };
    let described = output.reservations().iter().flat_map(|reservation| {
        let described = reservation.instances().iter();
        described.filter_map(|described| instance(reservation, described, region))
    });
    let found = described.into_iter().find(|instance| instance.id == id);
    Ok(found)
}

/// One page of reservations, with all that EC2 says of their instances.
///
/// # Errors
/// As [`page`].
pub(super) async fn reservations(
    client: &Client,
    next: Option<&str>,
) -> Result<Page<Reservation>, Error> {
    let call = client.describe_instances().max_results(FULL_PAGE);
    let call = call.set_next_token(next.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    Ok(Page {
        next: output.next_token.filter(|token| !token.is_empty()),
        items: output.reservations.unwrap_or_default(),
    })
}

/// What grading needs of an instance; `None` where its id is none, which EC2 does not do.
pub(super) fn instance(
    reservation: &Reservation,
    described: &Described,
    region: &Region,
) -> Option<Instance> {
    let id = described.instance_id()?.parse().ok()?;
    let time = |time: Option<_>| match time.and_then(moment) {
        Some(time) => Fact::Known(time),
        None => Fact::Missing,
    };
    let state = described.state().and_then(|state| state.name());
    let name = described
        .tags()
        .iter()
        .find(|tag| tag.key() == Some("Name"));
    let primary = described.network_interfaces().iter().find_map(attachment);
    Some(Instance {
        id,
        account: reservation.owner_id().and_then(|owner| owner.parse().ok()),
        region: Some(region.clone()),
        name: name.and_then(|tag| tag.value()).map(Box::from),
        state: state.map_or(Fact::Missing, |state| {
            InstanceState::read_text(state.as_str())
        }),
        attached: time(primary),
        launched: time(described.launch_time()),
    })
}

/// When an interface was attached, where it is the primary one: the first device of the first card.
fn attachment(interface: &InstanceNetworkInterface) -> Option<&aws_sdk_ec2::primitives::DateTime> {
    let attachment = interface.attachment()?;
    let is_primary =
        attachment.device_index() == Some(0) && attachment.network_card_index().unwrap_or(0) == 0;
    is_primary.then(|| attachment.attach_time()).flatten()
}
