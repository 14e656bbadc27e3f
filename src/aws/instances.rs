//! Which instances there are in the account and Region (EC2 API reference, `DescribeInstances`).

use std::collections::BTreeSet;

use aws_sdk_ec2::{
    Client,
    error::ProvideErrorMetadata as _,
    types::{Filter, Reservation},
};
use rules::{
    fact::Fact,
    instance::{Instance, InstanceId, InstanceState, Region},
};

use super::{described, refusal::refusal};
use crate::ports::{Error, Page, answering::Owned};

/// The action, as a policy of IAM names it.
const ACTION: &str = "ec2:DescribeInstances";
/// The most instances in a page.
const FULL_PAGE: i32 = 1_000;
/// The most values of one filter (EC2 API reference, `DescribeInstances`, "Filters").
const FILTER_VALUES: usize = 200;
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
    Ok(Page {
        items: instances(&page.items, region).collect(),
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
    let found = instances(output.reservations(), region).find(|instance| instance.id == id);
    Ok(found)
}

/// One instance with the value of its owner tag; `None` where EC2 does not know it.
///
/// # Errors
/// As [`page`].
pub async fn owned(
    client: &Client,
    region: &Region,
    id: InstanceId,
    owner_tag: &str,
) -> Result<Option<Owned>, Error> {
    let call = client.describe_instances().instance_ids(id.to_string());
    let output = match call.send().await {
        Ok(output) => output,
        Err(error) if error.code() == Some(UNKNOWN) => return Ok(None),
        Err(error) => return Err(refusal(ACTION, &error)),
    };
    let Some(instance) = instances(output.reservations(), region).find(|found| found.id == id)
    else {
        return Ok(None);
    };
    let all = output.reservations().iter();
    let tags = all
        .flat_map(|reservation| reservation.instances())
        .flat_map(aws_sdk_ec2::types::Instance::tags);
    let owner = tags
        .filter(|tag| tag.key() == Some(owner_tag))
        .find_map(|tag| tag.value())
        .map(Into::into);
    Ok(Some(Owned { instance, owner }))
}

/// Which of some instances exist and are not terminated. They are looked for by a filter, since one
/// id that EC2 does not know would fail a call that names it.
///
/// # Errors
/// As [`page`].
pub async fn existing(
    client: &Client,
    region: &Region,
    ids: &BTreeSet<InstanceId>,
) -> Result<BTreeSet<InstanceId>, Error> {
    let mut existing = BTreeSet::new();
    let ids: Vec<String> = ids.iter().map(InstanceId::to_string).collect();
    for ids in ids.chunks(FILTER_VALUES) {
        let filter = Filter::builder()
            .name("instance-id")
            .set_values(Some(ids.to_vec()))
            .build();
        let mut next = None;
        loop {
            let call = client.describe_instances().filters(filter.clone());
            let call = call.max_results(FULL_PAGE).set_next_token(next);
            let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
            let found = instances(output.reservations(), region);
            let is_there = |found: &Instance| found.state != Fact::Known(InstanceState::Terminated);
            existing.extend(found.filter(is_there).map(|found| found.id));
            next = output.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                break;
            }
        }
    }
    Ok(existing)
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

/// The instances of reservations.
fn instances<'a>(
    reservations: &'a [Reservation],
    region: &'a Region,
) -> impl Iterator<Item = Instance> + 'a {
    reservations.iter().flat_map(move |reservation| {
        let owner = reservation.owner_id().and_then(|owner| owner.parse().ok());
        let instances = reservation.instances().iter();
        instances.filter_map(move |each| described::instance(each, owner, region))
    })
}
