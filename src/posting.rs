//! Results as AWS Config holds them: what it shows now, and what is put.

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use rules::{
    Verdict,
    instance::{AccountId, InstanceId},
    verdict::Compliance,
};

/// Config's name for the type of an instance.
pub const INSTANCE: &str = "AWS::EC2::Instance";
/// Config's name for the type of an account.
const ACCOUNT: &str = "AWS::::Account";

/// What a result is about, in Config's names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    kind: Cow<'static, str>,
    id: Box<str>,
}

impl Resource {
    /// A resource of any type.
    #[must_use]
    pub fn new(kind: &str, id: &str) -> Self {
        let kind = match kind {
            INSTANCE => INSTANCE.into(),
            other => other.to_owned().into(),
        };
        Self {
            kind,
            id: id.into(),
        }
    }

    /// The type, for example `AWS::EC2::Instance`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl From<InstanceId> for Resource {
    fn from(id: InstanceId) -> Self {
        Self {
            kind: INSTANCE.into(),
            id: id.to_string().into(),
        }
    }
}

impl From<AccountId> for Resource {
    fn from(id: AccountId) -> Self {
        Self {
            kind: ACCOUNT.into(),
            id: id.to_string().into(),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.id)
    }
}

/// A verdict to be put. Only a verdict makes one, so that nothing is compliant without evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    resource: Resource,
    compliance: Compliance,
    annotation: String,
    at: Timestamp,
}

impl Posting {
    /// The verdict on a resource, as of a time.
    #[must_use]
    pub fn new(resource: Resource, verdict: &Verdict, at: Timestamp) -> Self {
        Self {
            resource,
            compliance: verdict.compliance(),
            annotation: verdict.reason().to_string(),
            at,
        }
    }

    /// What it is about.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The verdict.
    #[must_use]
    pub fn compliance(&self) -> Compliance {
        self.compliance
    }

    /// The reason: never empty, and no longer than Config takes.
    #[must_use]
    pub fn annotation(&self) -> &str {
        &self.annotation
    }

    /// What Config orders results by.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// What Config shows of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// What it is about.
    pub resource: Resource,
    /// The verdict.
    pub compliance: Compliance,
    /// The reason, where one was put.
    pub annotation: Option<String>,
    /// What Config orders it by.
    pub at: Timestamp,
}

/// What Config lets results be put with. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultToken(String);

impl ResultToken {
    /// The token of an event.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token for Config.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether results are to be put as a test, which changes nothing that Config shows. Config
    /// itself never sends this token; tools that test rules do (RDK).
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.0 == "TESTMODE"
    }
}

impl fmt::Debug for ResultToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResultToken")
    }
}
