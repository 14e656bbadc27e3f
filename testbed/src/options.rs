//! How a Manager is set up: keys and their rights, limits, encryption, clock.

use std::collections::BTreeSet;

pub use crate::search::PageCeiling;
pub use crate::tls::Certificate;

/// Something that a role may allow beyond reading computers, policies and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say what is allowed")]
pub enum Right {
    EditComputers,
    EditPolicies,
    ViewTasks,
    CreateTasks,
    ExecuteTasks,
    EditTasks,
    DeleteTasks,
    ManageCloudAccounts,
    ViewApiKeys,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 9] = [
        Self::EditComputers,
        Self::EditPolicies,
        Self::ViewTasks,
        Self::CreateTasks,
        Self::ExecuteTasks,
        Self::EditTasks,
        Self::DeleteTasks,
        Self::ManageCloudAccounts,
        Self::ViewApiKeys,
    ];

    /// What a refusal says that the key may not do.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::EditComputers => "modify computers",
            Self::EditPolicies => "modify policies",
            Self::ViewTasks => "view scheduled tasks",
            Self::CreateTasks => "create scheduled tasks",
            Self::ExecuteTasks => "run scheduled tasks",
            Self::EditTasks => "modify scheduled tasks",
            Self::DeleteTasks => "delete scheduled tasks",
            Self::ManageCloudAccounts => "view cloud accounts",
            Self::ViewApiKeys => "view API keys",
        }
    }
}

/// A secret that the Manager accepts, in either header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What `api-secret-key: …` or `Authorization: ApiKey …` must hold.
    pub secret: String,
    /// What its role allows beyond reading.
    pub rights: BTreeSet<Right>,
}

impl Key {
    /// A key that may only read; it may see its own record.
    #[must_use]
    pub fn reader(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            rights: BTreeSet::from([Right::ViewApiKeys]),
        }
    }

    /// A key for acting: computers, policies, and tasks without editing them.
    #[must_use]
    pub fn operator(secret: &str) -> Self {
        let rights = Right::ALL.into_iter();
        let rights =
            rights.filter(|right| !matches!(right, Right::EditTasks | Right::ManageCloudAccounts));
        Self {
            secret: secret.to_owned(),
            rights: rights.collect(),
        }
    }

    /// A key that may do everything.
    #[must_use]
    pub fn administrator(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            rights: BTreeSet::from(Right::ALL),
        }
    }

    /// The same key without a right.
    #[must_use]
    pub fn without(mut self, right: Right) -> Self {
        self.rights.remove(&right);
        self
    }
}

/// Calls in a sliding 60 s, at the three levels. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For each key.
    pub key: Option<usize>,
    /// For all keys together.
    pub tenant: Option<usize>,
    /// For the node.
    pub node: Option<usize>,
    /// Whether the 60 s pass on the machine's clock instead of the Manager's.
    pub real_time: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            key: Some(500),
            tenant: Some(1000),
            node: Some(5000),
            real_time: false,
        }
    }
}

impl Limits {
    /// No limits at all.
    #[must_use]
    pub fn none() -> Self {
        Self {
            key: None,
            tenant: None,
            node: None,
            real_time: false,
        }
    }
}

/// The secret of the only key, unless others are set. It opens nothing but a simulator.
pub const SECRET: &str = "1:c2ltdWxhdG9yLWtleS1vZi1ubyB1c2U=";

/// How a Manager is set up. All of it but `port`, `certificate` and `follows_real_time` may be
/// changed while it runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Keys that are accepted.
    pub keys: Vec<Key>,
    /// Rate limits.
    pub limits: Limits,
    /// Largest page.
    pub ceiling: PageCeiling,
    /// Plain HTTP without one.
    pub certificate: Option<Certificate>,
    /// Whether the Manager's clock goes on with the machine's; else it stands until advanced.
    pub follows_real_time: bool,
    /// What the `Date` header is off by, in ms.
    pub date_skew: i64,
    /// Whether answers are compressed for a client that accepts gzip.
    pub gzip: bool,
    /// Time between two heartbeats of an agent, in ms: so long a command waits for it.
    pub heartbeat: i64,
    /// How long a scan takes once the agent has the command, in ms.
    pub scan_time: i64,
    /// What `X-DSM-Version` says.
    pub version: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            keys: vec![Key::administrator(SECRET)],
            limits: Limits::default(),
            ceiling: PageCeiling::default(),
            certificate: None,
            follows_real_time: false,
            date_skew: 0,
            gzip: false,
            heartbeat: 10 * crate::clock::MINUTE,
            scan_time: 5 * crate::clock::MINUTE,
            version: "Deep Security/20.0.893".to_owned(),
        }
    }
}
