//! Which instances there are in the account and Region (EC2 API reference, `DescribeInstances`).

use aws_sdk_ec2::{Client, error::ProvideErrorMetadata as _, types::Reservation};
use rules::instance::{Instance, InstanceId, Region};

use super::{described, refusal::refusal};
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
