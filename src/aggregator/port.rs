//! What an aggregator is asked, and answers.

use std::fmt;

use jiff::Timestamp;
use rules::{
    Rule,
    instance::{AccountId, Region},
    verdict::Compliance,
};

use crate::{
    ports::{Error, Page},
    posting::Present,
};

/// An aggregator, with the account and Region that it is in.
pub trait Aggregate: Send + Sync {
    /// How everything stands that it collects from, page by page. What is not understood is `None`.
    fn sources(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Option<SourceStatus>>, Error>> + Send;

    /// The Config rules of every account and Region that have results, page by page. What is not
    /// understood is `None`.
    fn rules(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Option<ListedRule>>, Error>> + Send;

    /// What a Config rule shows, page by page. What is not understood is `None`. A page that is not
    /// there any more is `Fault::Gone`: the list is to be read anew.
    fn results(
        &self,
        rule: &Named,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Option<Present>>, Error>> + Send;

    /// How the conformance packs of every account and Region stand, page by page. What is not
    /// understood is `None`.
    fn packs(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<Option<PackSeen>>, Error>> + Send;

    /// The scores of conformance packs, page by page. AWS Config tells those of the aggregator's own
    /// account and Region only.
    fn scores(&self, page: Option<&str>)
    -> impl Future<Output = Result<Page<Score>, Error>> + Send;
}

/// An aggregator, and what it is told to collect from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregatorSeen {
    /// Its name.
    pub name: String,
    /// The accounts that are named one by one.
    pub accounts: Vec<AccountId>,
    /// In which Regions it collects from these.
    pub regions: Regions,
}

/// In which Regions an aggregator collects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regions {
    /// In all that there are.
    All,
    /// In these.
    These(Vec<Region>),
}

/// An account and Region that an aggregator collects from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "account {} in {}", self.account, self.region)
    }
}

/// How something stands that an aggregator collects from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatus {
    /// What it is.
    pub source: SourceId,
    /// How it stands.
    pub standing: Standing,
    /// When data came last, or was last tried for.
    pub updated_at: Option<Timestamp>,
}

/// What an aggregator collects from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceId {
    /// An account in a Region.
    Account(Source),
    /// The list of the accounts of an organization: its id. Foreign text.
    Organization(String),
}

/// How something stands that an aggregator collects from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Data was moved.
    Succeeded,
    /// What is there is not the newest.
    Outdated,
    /// Data cannot be moved: why. Foreign text.
    Failed(String),
}

/// A Config rule of an account and Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedRule {
    /// Where it is.
    pub source: Source,
    /// Its name, with what a pack adds to it. Foreign text.
    pub name: String,
    /// How it stands as a whole, where that is told.
    pub compliance: Option<Compliance>,
}

/// A Config rule of Deepgrade, in an account and Region.
#[derive(Clone, Debug)]
pub struct Named {
    /// Where it is.
    pub source: Source,
    /// The name of the Config rule, with what a pack adds to it.
    pub name: String,
    /// The rule that it runs.
    pub rule: &'static Rule,
    /// How it stands as a whole, where that is told.
    pub compliance: Option<Compliance>,
}

/// How a conformance pack stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackSeen {
    /// Where it is.
    pub source: Source,
    /// Its name. Foreign text.
    pub name: String,
    /// AWS Config's word.
    pub compliance: String,
    /// How many of its rules are compliant.
    pub compliant_rules: usize,
    /// How many it has.
    pub rules: usize,
}

/// The score of a conformance pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The name of the pack.
    pub pack: String,
    /// In percent; `None` without results.
    pub percent: Option<f64>,
}
