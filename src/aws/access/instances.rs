//! The instances with some instance profiles, in every Region (EC2 API reference,
//! `DescribeInstances`, `DescribeRegions`).

use aws_sdk_ec2::{
    Client,
    types::{Filter, Instance},
};
use futures_util::future::join_all;
use remediations::access::{InstanceOfProfile, Unseen};
use rules::instance::Region;

use crate::{
    aws::{attempts::repeated, clients::Clients, pages::pages, refusal::refusal},
    ports::{Error, Fault, Page},
    time::Time,
};

/// The action, as a policy of IAM names it.
const ACTION: &str = "ec2:DescribeInstances";
/// The most instances in a page.
const FULL_PAGE: i32 = 1_000;
/// The most values that a filter takes (EC2 API reference, `DescribeInstances`, "Filters").
const VALUES: usize = 200;
/// An instance in any of these states has its role, or will have it when it runs again.
const STATES: [&str; 4] = ["pending", "running", "stopping", "stopped"];

/// The Regions that are enabled for the account, in order.
///
/// # Errors
/// What EC2, or the way to it, said.
pub async fn regions(client: &Client, time: &dyn Time) -> Result<Vec<Region>, Error> {
    const ACTION: &str = "ec2:DescribeRegions";
    let answer = repeated(time, || async {
        let answer = client.describe_regions().send().await;
        answer.map_err(|error| refusal(ACTION, &error))
    });
    let answer = answer.await?;
    let names = answer
        .regions()
        .iter()
        .filter_map(|region| region.region_name());
    let regions: Result<Vec<Region>, _> = names.map(str::parse).collect();
    let mut regions = regions.map_err(|bad| {
        let line = format!("{ACTION}: {bad}");
        Error::Permanent(Fault::Deployment, line)
    })?;
    regions.sort();
    regions.dedup();
    Ok(regions)
}

/// The instances with any of these instance profiles, each of them an ARN, in these Regions; and
/// what could not be seen, a line for each Region.
pub async fn instances(
    clients: &Clients,
    regions: &[Region],
    profiles: &[Box<str>],
    time: &dyn Time,
) -> (Vec<InstanceOfProfile>, Vec<Unseen>) {
    let each = regions.iter().map(|region| async move {
        let found = of_region(&clients.ec2_of(region), region, profiles, time).await;
        found.map_err(|error| Unseen {
            line: format!("instances in {region}: {error}").into(),
            retryable: error.is_retryable(),
        })
    });
    let (mut instances, mut unseen) = (Vec::new(), Vec::new());
    for found in join_all(each).await {
        match found {
            Ok(found) => instances.extend(found),
            Err(gap) => unseen.push(gap),
        }
    }
    instances.sort();
    instances.dedup();
    (instances, unseen)
}

async fn of_region(
    client: &Client,
    region: &Region,
    profiles: &[Box<str>],
    time: &dyn Time,
) -> Result<Vec<InstanceOfProfile>, Error> {
    let mut found = Vec::new();
    for profiles in profiles.chunks(VALUES) {
        let filter = |name: &str, values: Vec<String>| {
            Filter::builder()
                .name(name)
                .set_values(Some(values))
                .build()
        };
        let names = profiles.iter().map(|profile| profile.to_string()).collect();
        let states = STATES.map(str::to_owned).to_vec();
        let filters = vec![
            filter("instance-state-name", states),
            filter("iam-instance-profile.arn", names),
        ];
        let filters = &filters;
        let call = |at: Option<String>| {
            let call = move || page(client, filters.clone(), at.clone());
            repeated(time, call)
        };
        let described = pages(call).await?;
        for instance in &described {
            let instance = of_profile(instance, region)?;
            // A name of a profile may hold what a filter takes for a wildcard.
            if profiles.contains(&instance.profile) {
                found.push(instance);
            }
        }
    }
    Ok(found)
}

async fn page(
    client: &Client,
    filters: Vec<Filter>,
    at: Option<String>,
) -> Result<Page<Instance>, Error> {
    let call = client.describe_instances().max_results(FULL_PAGE);
    let call = call.set_filters(Some(filters)).set_next_token(at);
    let page = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let reservations = page.reservations.unwrap_or_default().into_iter();
    Ok(Page {
        items: reservations
            .flat_map(|reservation| reservation.instances.unwrap_or_default())
            .collect(),
        next: page.next_token,
    })
}

/// An instance with its profile. One whose id cannot be read would be missing without a trace.
fn of_profile(described: &Instance, region: &Region) -> Result<InstanceOfProfile, Error> {
    let id = described.instance_id().unwrap_or_default();
    let instance = id.parse().map_err(|bad| {
        let line = format!("{ACTION}: {bad}");
        Error::Permanent(Fault::Deployment, line)
    })?;
    let profile = described.iam_instance_profile();
    let profile = profile
        .and_then(|profile| profile.arn())
        .unwrap_or_default();
    Ok(InstanceOfProfile {
        instance,
        region: region.clone(),
        profile: profile.into(),
    })
}
