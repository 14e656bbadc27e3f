//! A finding of GuardDuty, Macie or Inspector, narrowed to what matters.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::Timestamp;
use rules::{
    cve::Cve,
    instance::{AccountId, InstanceId, Region},
    ledger::Source,
    module::Module,
    text::quoted,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

mod severity;

pub use severity::{Severity, SeverityWord};

/// A finding, or what an operator asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    /// Where it comes from.
    pub source: Source,
    /// Its id at its source.
    pub id: FindingId,
    /// The account that it is about, which need not be the one that reports it.
    pub account: AccountId,
    /// The Region that it is about.
    pub region: Region,
    /// Which of its versions this is.
    pub version: Version,
    /// Whether its source still stands by it.
    pub life: Life,
    /// Whether it was made to try things out.
    #[serde(default)]
    pub sample: bool,
    /// How severe its source says it is.
    pub severity: Severity,
    /// What kind of finding it is, in the source's word. Foreign text.
    pub kind: Box<str>,
    /// Its title. Foreign text.
    #[serde(default)]
    pub title: Box<str>,
    /// Since when its source observes it, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What it is about.
    pub about: About,
}

/// A finding's id at its source: at most 900 bytes, none of them of a blank or control character. It
/// is a part of a sort key, of which DynamoDB takes 1,024 bytes (Amazon DynamoDB developer guide,
/// "Quotas").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(Box<str>);

impl FindingId {
    const LIMIT: usize = 900;

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough of it to find the finding again: its first eight characters, after the last slash of
    /// an ARN.
    #[must_use]
    pub fn short(&self) -> String {
        let last = self.0.rsplit('/').next().unwrap_or(&self.0);
        last.chars().take(8).collect()
    }
}

impl FromStr for FindingId {
    type Err = BadFindingId;

    fn from_str(text: &str) -> Result<Self, BadFindingId> {
        let is_id = !text.is_empty()
            && text.len() <= Self::LIMIT
            && !text
                .chars()
                .any(|character| character.is_control() || character.is_whitespace());
        if is_id {
            Ok(Self(text.into()))
        } else {
            Err(BadFindingId(quoted(text)))
        }
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A text that cannot be the id of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFindingId(String);

impl fmt::Display for BadFindingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not the id of a finding", self.0)
    }
}

impl std::error::Error for BadFindingId {}

/// Which version of a finding: sources send it again when it changes. The later one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// When its source changed it last.
    pub updated_at: Timestamp,
    /// How often it was observed, where the source counts that.
    #[serde(default)]
    pub count: u64,
}

/// Whether a source still stands by a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Life {
    /// It does.
    Active,
    /// What it found is no longer so.
    Closed,
    /// Somebody set it aside: archived or suppressed.
    Archived,
}

impl Wish {
    /// The word for it: the id of the remediation that answers it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::RunScans => "run-scans",
            Self::AssignPolicy { .. } => "assign-policy",
            Self::EnableModules { .. } => "enable-modules",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum About {
    /// A threat on hosts (GuardDuty).
    Threat(Threat),
    /// A bucket (Macie).
    Bucket(Bucket),
    /// A vulnerability on instances (Inspector).
    Vulnerability(Vulnerability),
    /// Nothing that was found: what an operator asks for.
    Request(Request),
}

/// What an operator asks for, for one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The instance.
    pub instance: InstanceId,
    /// What is asked for.
    pub wish: Wish,
}

/// What an operator can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Wish {
    /// To scan the instance.
    RunScans,
    /// To put a policy on its computer, if that has none.
    AssignPolicy {
        /// The policy's name or path. Foreign text.
        policy: Box<str>,
    },
    /// To switch modules on that are off.
    EnableModules {
        /// The modules.
        modules: Vec<Module>,
    },
}

/// A threat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Threat {
    /// Whether the host is said to act or to be acted on, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ResourceRole>,
    /// The instances that it cites, each once.
    #[serde(default)]
    pub instances: Vec<InstanceId>,
    /// The tasks that it cites whose instance has to be looked up.
    #[serde(default)]
    pub tasks: Vec<EcsTask>,
}

/// What part the host has in a threat (GuardDuty API reference, `Service.resourceRole`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResourceRole {
    /// It acts: it may be in somebody else's hands.
    Actor,
    /// It is acted on.
    Target,
}

/// A task of ECS that runs on an EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EcsTask {
    /// The ARN of its cluster.
    pub cluster: Box<str>,
    /// Its own ARN.
    pub task: Box<str>,
}

/// A bucket in which sensitive data was found, or whose settings expose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bucket {
    /// Its name. Foreign text, which is never used as a path.
    pub name: Box<str>,
    /// The key of the object, where the finding is about one. Foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Box<str>>,
}

/// A vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vulnerability {
    /// The instances that have it, each once.
    #[serde(default)]
    pub instances: Vec<InstanceId>,
    /// Its CVEs, each once; none for a reachable port, and for advisories that name none.
    #[serde(default)]
    pub cves: Vec<Cve>,
}

impl Finding {
    /// The instances that it cites itself.
    #[must_use]
    pub fn instances(&self) -> &[InstanceId] {
        match &self.about {
            About::Threat(threat) => &threat.instances,
            About::Vulnerability(vulnerability) => &vulnerability.instances,
            About::Request(request) => std::slice::from_ref(&request.instance),
            About::Bucket(_) => &[],
        }
    }

    /// The instances on which it is recorded at once. It is empty where the finding itself is recorded
    /// first: where it has to be found out what it leads to, where it cites no instance, and of a
    /// sample.
    #[must_use]
    pub fn recorded_on(&self) -> &[InstanceId] {
        let leads_elsewhere = match &self.about {
            About::Threat(threat) => !threat.tasks.is_empty(),
            About::Bucket(_) => true,
            About::Vulnerability(_) | About::Request(_) => false,
        };
        if leads_elsewhere || self.sample {
            return &[];
        }
        self.instances()
    }

    /// The CVEs that it is about.
    #[must_use]
    pub fn cves(&self) -> &[Cve] {
        match &self.about {
            About::Vulnerability(vulnerability) => &vulnerability.cves,
            About::Threat(_) | About::Bucket(_) | About::Request(_) => &[],
        }
    }
}
