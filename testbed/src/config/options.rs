//! How an AWS Config is set up.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::HOUR;

/// How an AWS Config is set up. All of it but `port` may be changed while it runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The account of every access key that is not in `accounts`.
    pub account: String,
    /// Accounts by access key, as if each key came from assuming a role there.
    pub accounts: BTreeMap<String, String>,
    /// How long a result token is good for, in ms. AWS documents no figure; the default is how
    /// long Lambda keeps an event.
    pub token_life: i64,
    /// Resource types that may be evaluated.
    pub resource_types: BTreeSet<String>,
    /// Whether a result that NOT_APPLICABLE took away is forgotten with its timestamp, so that an
    /// older evaluation may come after it. AWS does not say which it is.
    pub forgets_removed: bool,
    /// Entries in a page of GetComplianceDetailsByResource, which takes no limit.
    pub results_by_resource: usize,
    /// Entries in a page of DescribeConfigRules, which takes no limit either.
    pub rules_by_page: usize,
    /// The lists of aggregators whose first page is empty, though there are more, by the member of
    /// the answer that holds them: AWS says that such pages occur.
    pub empty_first_pages: BTreeSet<String>,
}

impl Default for Options {
    fn default() -> Self {
        let types = ["AWS::EC2::Instance", "AWS::::Account"];
        Self {
            port: 0,
            account: "111122223333".to_owned(),
            accounts: BTreeMap::new(),
            token_life: 6 * HOUR,
            resource_types: types.map(str::to_owned).into(),
            forgets_removed: false,
            results_by_resource: 100,
            rules_by_page: 25,
            empty_first_pages: BTreeSet::new(),
        }
    }
}
