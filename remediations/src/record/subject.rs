//! What a record is about.

use rules::instance::{AccountId, InstanceId, Region};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// What a record is about: a finding on an instance; the finding itself; or, in another account than
/// its own, that not every instance is found there that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// The account, where it is another one than that of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The instance; `None` for the finding itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// The Region that the instance runs in, or that the finding is about.
    pub region: Region,
}

impl Subject {
    /// A finding on an instance, or without one in an account.
    #[must_use]
    pub fn of(
        finding: &Finding,
        account: AccountId,
        instance: Option<InstanceId>,
        region: Region,
    ) -> Self {
        Self {
            account: (account != finding.account).then_some(account),
            instance,
            region,
        }
    }

    /// The finding itself.
    #[must_use]
    pub fn itself(finding: &Finding) -> Self {
        Self {
            account: None,
            instance: None,
            region: finding.region.clone(),
        }
    }
}
