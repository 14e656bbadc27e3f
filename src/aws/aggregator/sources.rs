//! How everything stands that an aggregator collects from (AWS Config API reference,
//! `DescribeConfigurationAggregatorSourcesStatus`).

use aws_sdk_config::{
    Client,
    types::{AggregatedSourceStatus, AggregatedSourceStatusType, AggregatedSourceType},
};

use super::{next, refusal, source};
use crate::{
    aggregator::{SourceId, SourceStatus, Standing},
    aws::moment::moment,
    ports::{Error, Page},
};

const ACTION: &str = "config:DescribeConfigurationAggregatorSourcesStatus";
/// The most in a page.
const FULL_PAGE: i32 = 100;

/// One page of the sources.
///
/// # Errors
/// What Config, or the way to it, said.
pub(super) async fn page(
    client: &Client,
    aggregator: &str,
    page: Option<&str>,
) -> Result<Page<Option<SourceStatus>>, Error> {
    let call = client
        .describe_configuration_aggregator_sources_status()
        .configuration_aggregator_name(aggregator)
        .limit(FULL_PAGE)
        .set_next_token(page.map(str::to_owned));
    let output = call.send().await.map_err(|error| refusal(ACTION, &error))?;
    let statuses = output.aggregated_source_status_list().iter();
    Ok(Page {
        items: statuses.map(status).collect(),
        next: next(output.next_token),
    })
}

fn status(status: &AggregatedSourceStatus) -> Option<SourceStatus> {
    Some(SourceStatus {
        source: match status.source_type()? {
            AggregatedSourceType::Account => {
                SourceId::Account(source(status.source_id(), status.aws_region())?)
            }
            AggregatedSourceType::Organization => {
                SourceId::Organization(status.source_id()?.to_owned())
            }
            _ => return None,
        },
        standing: match status.last_update_status()? {
            AggregatedSourceStatusType::Succeeded => Standing::Succeeded,
            AggregatedSourceStatusType::Outdated => Standing::Outdated,
            AggregatedSourceStatusType::Failed => {
                let code = status.last_error_code().unwrap_or("no code");
                let words = status.last_error_message().unwrap_or_default();
                Standing::Failed(format!("{code} {words}").trim().to_owned())
            }
            _ => return None,
        },
        updated_at: status.last_update_time().and_then(moment),
    })
}
