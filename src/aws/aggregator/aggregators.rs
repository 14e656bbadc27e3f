//! Which aggregators there are (AWS Config API reference, `DescribeConfigurationAggregators`).

use aws_sdk_config::{Client, types::ConfigurationAggregator};

use super::{next, refusal};
use crate::{
    aggregator::{AggregatorSeen, Regions},
    ports::{Error, Page},
};

const ACTION: &str = "config:DescribeConfigurationAggregators";

/// One page of the aggregators of the account and Region.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn aggregators(
    client: &Client,
    page: Option<&str>,
) -> Result<Page<AggregatorSeen>, Error> {
    let call = client.describe_configuration_aggregators();
    let call = call.set_next_token(page.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let aggregators = output.configuration_aggregators().iter();
    Ok(Page {
        items: aggregators.filter_map(seen).collect(),
        next: next(output.next_token),
    })
}

fn seen(aggregator: &ConfigurationAggregator) -> Option<AggregatorSeen> {
    let named = aggregator.account_aggregation_sources().first();
    let accounts = named.map(|source| source.account_ids()).unwrap_or_default();
    let accounts = accounts.iter().filter_map(|id| id.parse().ok());
    let regions = match named {
        Some(source) if !source.all_aws_regions() => {
            let regions = source.aws_regions().iter();
            Regions::These(regions.filter_map(|region| region.parse().ok()).collect())
        }
        _ => Regions::All,
    };
    Some(AggregatorSeen {
        name: aggregator.configuration_aggregator_name()?.to_owned(),
        accounts: accounts.collect(),
        regions,
    })
}
