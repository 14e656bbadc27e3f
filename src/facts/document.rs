//! The document, and its published schema.

use jiff::Timestamp;
use rules::{Gap, instance::InstanceState, ledger::Standing};
use schemars::JsonSchema;
use serde::Serialize;

mod computer;

pub use computer::{
    AgentFacts, ComputerFacts, ModuleFacts, ModulesFacts, PolicyFacts, PolicySendFacts,
};

/// The version of the document.
pub const VERSION: &str = "1";

/// The most findings of one source; where there are more, they are a gap.
pub const MOST_FINDINGS: usize = 500;
/// The most CVEs of one finding; where there are more, they are a gap.
pub const MOST_CVES: usize = 50;
/// The most web fronts; where there are more, they are a gap.
pub const MOST_FRONTS: usize = 100;

/// All that is known of one instance.
///
/// A member that is not there is known not to be, unless it, or what it would be in, is among
/// `gaps`. Within a schema version members are only ever added.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Deepgrade facts")]
pub struct FactsDocument {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    pub schema_version: &'static str,
    /// The time that the facts are looked at; ages are as of then.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// The EC2 instance.
    pub instance: InstanceFacts,
    /// The computer that stands for it; not there where no Manager knows the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computer: Option<ComputerFacts>,
    /// The policy that the computer carries; not there where it carries none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyFacts>,
    /// What stands between the internet and the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<WebFacts>,
    /// The findings on the instance, and what became of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<FindingsFacts>,
    /// What could not be obtained. Guard rules do not see it.
    pub gaps: Vec<GapShown>,
}

/// A fact that could not be obtained.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Gap")]
pub struct GapShown {
    /// Where it would be, such as `computer.modules.firewall`.
    pub path: String,
    /// The code of the reason.
    pub code: &'static str,
    /// The reason.
    pub reason: String,
}

impl From<&(guard::Path, Gap)> for GapShown {
    fn from((path, gap): &(guard::Path, Gap)) -> Self {
        Self {
            path: path.to_string(),
            code: gap.reason().code().id,
            reason: gap.reason().text().to_owned(),
        }
    }
}

/// The EC2 instance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Instance")]
pub struct InstanceFacts {
    /// The id.
    pub id: String,
    /// The AWS account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The tag `Name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = words(InstanceState::ALL, InstanceState::word)))]
    pub state: Option<InstanceState>,
    /// When its primary network interface was attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub attached: Option<Timestamp>,
    /// When it was started last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub launched: Option<Timestamp>,
    /// For how many whole hours it has been attached, or else running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_hours: Option<i64>,
}

/// What stands between the internet and the instance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Web")]
pub struct WebFacts {
    /// Every way from the internet to its web ports.
    #[schemars(extend("maxItems" = MOST_FRONTS))]
    pub fronts: Vec<FrontFacts>,
}

/// A way from the internet to the instance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Front")]
pub struct FrontFacts {
    /// Where a request enters, such as `CloudFront "E1"`.
    pub entry: String,
    /// What it enters.
    #[schemars(with = "String", extend("enum" = ["cloudfront", "load-balancer", "address"]))]
    pub kind: &'static str,
    /// Who may enter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = ["internet", "cloudfront-only"]))]
    pub access: Option<&'static str>,
    /// Whether a web ACL that has rules guards it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarded: Option<bool>,
}

/// The findings on the instance, by their source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Findings")]
pub struct FindingsFacts {
    /// Of Amazon GuardDuty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard_duty: Option<SourceFacts>,
    /// Of Amazon Macie, which reach the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub macie: Option<SourceFacts>,
    /// Of Amazon Inspector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspector: Option<SourceFacts>,
}

/// What a source found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Source")]
pub struct SourceFacts {
    /// Whether the source is switched on in the account and Region.
    pub enabled: bool,
    /// Its findings, the newest last.
    #[schemars(extend("maxItems" = MOST_FINDINGS))]
    pub list: Vec<FindingFacts>,
}

/// A finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Finding")]
pub struct FindingFacts {
    /// The id at its source.
    pub id: String,
    /// What kind of finding it is.
    pub kind: String,
    /// How severe the source says it is, in its own words: `sev 8`, `HIGH`.
    pub severity: String,
    /// Whether something is still to be done.
    #[schemars(with = "String", extend("enum" = STANDINGS))]
    pub standing: &'static str,
    /// What became of it.
    pub outcome: String,
    /// The CVEs that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxItems" = MOST_CVES))]
    pub cves: Option<Vec<String>>,
    /// Which version of it this is.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// How many whole hours ago that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_hours: Option<i64>,
}

const STANDINGS: [&str; 3] = ["open", "answered", "over"];

/// The word for where a finding stands.
pub(super) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Answered => "answered",
        Standing::Over => "over",
    }
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|each| word(*each)).collect()
}
