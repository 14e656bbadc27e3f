//! An aggregator, as a test sets it up.

use serde_json::{Map, Value, json};

use super::time::seconds;

/// An aggregator of AWS Config, to set up with [`super::Config::put_aggregator`]. It shows what the
/// rules of its sources show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregator {
    pub(crate) name: String,
    pub(crate) account: Option<String>,
    pub(crate) region: String,
    pub(crate) sources: Vec<AggregatedSource>,
    pub(crate) remembered: Vec<RememberedRule>,
}

impl Aggregator {
    /// An aggregator in us-east-1, of the account that requests belong to by default, and as yet
    /// without sources.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            account: None,
            region: "us-east-1".to_owned(),
            sources: Vec::new(),
            remembered: Vec::new(),
        }
    }

    /// Puts it into an account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Puts it into a Region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        self.region = region.to_owned();
        self
    }

    /// Lets it have a source.
    #[must_use]
    pub fn source(mut self, source: AggregatedSource) -> Self {
        self.sources.push(source);
        self
    }

    /// Lets it still list a rule of which it has no results any more, as it does for a while after
    /// a rule was deleted.
    #[must_use]
    pub fn remembers(mut self, account: &str, region: &str, rule: &str) -> Self {
        self.remembered.push(RememberedRule {
            account: account.to_owned(),
            region: region.to_owned(),
            name: rule.to_owned(),
        });
        self
    }

    pub(crate) fn has(&self, account: &str, region: &str) -> bool {
        let mut sources = self.sources.iter();
        sources.any(|source| source.account == account && source.region == region)
    }

    /// By the names of DescribeConfigurationAggregators.
    pub(crate) fn json(&self, account: &str) -> Value {
        let mut accounts: Vec<&str> = (self.sources.iter())
            .map(|source| source.account.as_str())
            .collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut regions: Vec<&str> = (self.sources.iter())
            .map(|source| source.region.as_str())
            .collect();
        regions.sort_unstable();
        regions.dedup();
        let sources = json!([{"AccountIds": accounts, "AwsRegions": regions}]);
        let mut described = json!({
            "ConfigurationAggregatorName": self.name,
            "ConfigurationAggregatorArn": format!(
                "arn:aws:config:{}:{account}:config-aggregator/config-aggregator-{:08x}",
                self.region,
                self.name.len()
            ),
        });
        // A list of sources that is there has an account at least.
        if let Some(members) = described.as_object_mut().filter(|_| !accounts.is_empty()) {
            members.insert("AccountAggregationSources".to_owned(), sources);
        }
        described
    }
}

/// A rule that an aggregator lists, and has no results of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RememberedRule {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

/// What an aggregator collects from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregatedSource {
    pub(crate) account: String,
    pub(crate) region: String,
    kind: &'static str,
    status: &'static str,
    updated_at: Option<i64>,
    error: Option<(String, String)>,
}

impl AggregatedSource {
    /// An account and Region, from which everything is collected.
    #[must_use]
    pub fn new(account: &str, region: &str) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            kind: "ACCOUNT",
            status: "SUCCEEDED",
            updated_at: None,
            error: None,
        }
    }

    /// An organization, in a Region.
    #[must_use]
    pub fn organization(id: &str, region: &str) -> Self {
        Self {
            kind: "ORGANIZATION",
            ..Self::new(id, region)
        }
    }

    /// Data came last at this time, in ms since the epoch.
    #[must_use]
    pub fn updated_at(mut self, ms: i64) -> Self {
        self.updated_at = Some(ms);
        self
    }

    /// What is shown is not the newest.
    #[must_use]
    pub fn outdated(mut self) -> Self {
        self.status = "OUTDATED";
        self
    }

    /// Nothing can be collected any more.
    #[must_use]
    pub fn failed(mut self, code: &str, message: &str) -> Self {
        self.status = "FAILED";
        self.error = Some((code.to_owned(), message.to_owned()));
        self
    }

    pub(crate) fn status(&self) -> &'static str {
        self.status
    }

    /// By the names of DescribeConfigurationAggregatorSourcesStatus.
    pub(crate) fn json(&self) -> Value {
        let mut members: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("SourceId", json!(self.account));
        put("SourceType", json!(self.kind));
        put("AwsRegion", json!(self.region));
        put("LastUpdateStatus", json!(self.status));
        if let Some(at) = self.updated_at {
            put("LastUpdateTime", seconds(at));
        }
        if let Some((code, message)) = &self.error {
            put("LastErrorCode", json!(code));
            put("LastErrorMessage", json!(message));
        }
        Value::Object(members)
    }
}
