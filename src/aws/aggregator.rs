//! An aggregator of AWS Config: one question a file.

use aws_sdk_config::Client;

use super::refusal::refusal;
use crate::{
    aggregator::{Aggregate, ListedRule, Named, PackSeen, Score, Source, SourceStatus},
    ports::{Error, Page},
    posting::Present,
};

mod aggregators;
mod packs;
mod results;
mod rules;
mod sources;

pub use aggregators::aggregators;

/// An aggregator that is asked.
#[derive(Debug)]
pub struct ConfigAggregator {
    client: Client,
    name: String,
}

impl ConfigAggregator {
    /// The aggregator of a name, in the account and Region of the client.
    #[must_use]
    pub fn new(client: Client, name: &str) -> Self {
        Self {
            client,
            name: name.to_owned(),
        }
    }
}

impl Aggregate for ConfigAggregator {
    async fn sources(&self, page: Option<&str>) -> Result<Page<Option<SourceStatus>>, Error> {
        sources::page(&self.client, &self.name, page).await
    }

    async fn rules(&self, page: Option<&str>) -> Result<Page<Option<ListedRule>>, Error> {
        rules::page(&self.client, &self.name, page).await
    }

    async fn results(
        &self,
        rule: &Named,
        page: Option<&str>,
    ) -> Result<Page<Option<Present>>, Error> {
        results::page(&self.client, &self.name, rule, page).await
    }

    async fn packs(&self, page: Option<&str>) -> Result<Page<Option<PackSeen>>, Error> {
        packs::page(&self.client, &self.name, page).await
    }

    async fn scores(&self, page: Option<&str>) -> Result<Page<Score>, Error> {
        packs::scores(&self.client, page).await
    }
}

/// An account and Region, where both are understood.
fn source(account: Option<&str>, region: Option<&str>) -> Option<Source> {
    Some(Source {
        account: account?.parse().ok()?,
        region: region?.parse().ok()?,
    })
}

/// The token of the next page: an empty one means none.
fn next(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}
