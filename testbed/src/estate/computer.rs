//! Deep Security's record of one machine, as the simulator keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::condition::Condition;
use super::protection::{Module, Protection};

/// The five status words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the words of the wire")]
pub enum Status {
    Inactive,
    Active,
    Warning,
    Error,
    NotSupported,
}

/// The agent on the machine, as the Manager knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Absent as long as no agent was activated.
    pub fingerprint: Option<String>,
    /// `0.0.0.0` means no agent.
    pub version: String,
    /// The status word.
    pub status: Status,
    /// Display texts in English; the server translates them.
    pub messages: Vec<String>,
    /// In ms since the epoch.
    pub last_communication: Option<i64>,
    /// Whether it keeps its heartbeats, and so takes commands.
    pub speaks: bool,
}

/// When each scan last ended, in ms since the epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scans {
    /// Shown on the three assignment documents, not on the computer.
    pub recommendation: Option<i64>,
    /// Integrity scan.
    pub integrity: Option<i64>,
    /// Integrity baseline.
    pub baseline: Option<i64>,
    /// Malware scan started by a person.
    pub manual_malware: Option<i64>,
    /// Malware scan started by a task.
    pub scheduled_malware: Option<i64>,
}

/// What the Manager knows about the virtual machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Summary {
    /// Not a machine of a cloud that the Manager knows.
    None,
    /// Synchronized through a connector of the AWS account.
    Ec2(Box<Ec2Summary>),
    /// Told by the agent, as the account has no connector.
    NoConnector {
        /// Twelve digits.
        account: String,
        /// `i-` and 17 hexadecimal digits.
        instance: String,
        /// Such as `eu-west-1`.
        region: String,
    },
    /// An Amazon WorkSpace.
    Workspace {
        /// Twelve digits.
        account: String,
        /// `ws-` and 9 letters or digits.
        workspace: String,
        /// The user it belongs to.
        user: String,
        /// Such as `eu-west-1`; known from the connector, and not told.
        region: String,
    },
}

/// The connector's view of an EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ec2Summary {
    /// Twelve digits.
    pub account: String,
    /// `i-` and 17 hexadecimal digits.
    pub instance: String,
    /// Such as `eu-west-1a`; the region is not told.
    pub zone: String,
    /// Private IPv4 address.
    pub private_ip: String,
    /// Public IPv4 address, or empty.
    pub public_ip: String,
    /// Such as `m5.large`.
    pub instance_type: String,
    /// `ami-` and 17 hexadecimal digits.
    pub image: String,
    /// Free text, such as `POWER ON`.
    pub state: String,
    /// Security groups: name and id.
    pub security_groups: Vec<(String, String)>,
    /// Tags: key and value.
    pub tags: Vec<(String, String)>,
}

/// One computer.
#[derive(Debug, Clone, PartialEq)]
pub struct Computer {
    /// The Manager's number.
    pub id: i32,
    /// DNS or host name.
    pub host_name: String,
    /// Often empty.
    pub display_name: String,
    /// Often empty.
    pub description: String,
    /// The last IPv4 address seen.
    pub last_ip: String,
    /// Operating system and build.
    pub platform: String,
    /// Computer group; 0 is none.
    pub group_id: i32,
    /// Absent without a policy.
    pub policy_id: Option<i32>,
    /// The agent.
    pub agent: Agent,
    /// In ms since the epoch.
    pub policy_requested: Option<i64>,
    /// In ms since the epoch; before `policy_requested` when the last send failed or is under way.
    pub policy_sent: Option<i64>,
    /// UUID of the hardware.
    pub bios_uuid: String,
    /// GUID of the record.
    pub host_guid: String,
    /// Status of the security updates.
    pub updates: (Status, String),
    /// When the security updates last changed, in ms since the epoch.
    pub updates_changed: i64,
    /// What is set on the computer itself.
    pub own: Protection,
    /// Modules that report trouble, with its text in English.
    pub troubles: BTreeMap<Module, (Status, String)>,
    /// When the scans ended.
    pub scans: Scans,
    /// What the last recommendation scan proposed, assigned or not.
    pub recommended: BTreeMap<Module, BTreeSet<i32>>,
    /// Work that waits for the agent.
    pub pending: Vec<String>,
    /// The virtual machine.
    pub summary: Summary,
    /// Why the generator made it as it is.
    pub condition: Condition,
    /// Merged over the JSON when the computer is answered (null removes a property): for values
    /// that a sound Manager would not send. It changes nothing else.
    pub overlay: Option<Value>,
}

impl Computer {
    /// The EC2 instance that this computer is, by either of the two summaries.
    #[must_use]
    pub fn instance_id(&self) -> Option<&str> {
        match &self.summary {
            Summary::Ec2(summary) => Some(&summary.instance),
            Summary::NoConnector { instance, .. } => Some(instance),
            Summary::None | Summary::Workspace { .. } => None,
        }
    }

    /// Whether an agent was ever activated.
    #[must_use]
    pub fn is_activated(&self) -> bool {
        self.agent.fingerprint.is_some()
    }

    /// Assigns a policy, in a chain: `estate.add(computer.with_policy(3))`.
    #[must_use]
    pub fn with_policy(mut self, policy: i32) -> Self {
        self.policy_id = Some(policy);
        self
    }
}
