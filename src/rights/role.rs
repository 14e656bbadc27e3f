//! Which work is done with which role.

use rules::{CATALOGUE, facts::Need};

use super::work::{self, Work};

/// A role.
#[derive(Debug)]
pub struct Role {
    /// The name of the function, or what else the role is called.
    pub name: &'static str,
    /// What is done with it besides what rules need.
    work: &'static [&'static Work],
    /// Whether rules are graded with it.
    grades: bool,
}

impl Role {
    /// What is done with it.
    #[must_use]
    pub fn work(&self) -> Vec<&'static Work> {
        let mut all: Vec<&'static Work> = self.work.to_vec();
        if self.grades {
            for work in needs().into_iter().map(work::of_need) {
                if !all.iter().any(|other| std::ptr::eq(*other, work)) {
                    all.push(work);
                }
            }
        }
        all
    }
}

/// What the rules need, each once.
fn needs() -> Vec<Need> {
    let all = Need::ALL.iter().copied();
    let is_needed = |need: &Need| {
        let mut rules = CATALOGUE.iter();
        rules.any(|rule| rule.subject.needs().contains(&need.word()))
    };
    all.filter(is_needed).collect()
}

const fn role(name: &'static str, work: &'static [&'static Work]) -> Role {
    Role {
        name,
        work,
        grades: false,
    }
}

/// The role with which the command line reads an account.
pub static LIVE: Role = role("live", &[&work::INSTANCES, &work::WEB_EDGES]);

/// The role with which `deepgrade doctor --aws` looks at what is deployed in an account.
pub static DOCTOR: Role = role(
    "doctor",
    &[
        &work::RECORDER,
        &work::DEPLOYED,
        &work::INVENTORY,
        &work::OWN_LEDGER,
        &work::DEAD_LETTERS,
    ],
);

/// Every role with which Deepgrade's code runs: those of the functions, and the one by which they
/// reach the other accounts of an organization.
pub static ROLES: [Role; 8] = [
    Role {
        grades: true,
        ..role(
            "rule",
            &[
                &work::LOG,
                &work::RULE_FAILURES,
                &work::INSTANCES,
                &work::EXCEPTIONS,
                &work::RESULTS,
                &work::DEAD_LETTERS,
            ],
        )
    },
    role(
        "inventory",
        &[
            &work::LOG,
            &work::FAILURES,
            &work::NETWORK,
            &work::SETTINGS,
            &work::READER_KEYS,
            &work::PUBLISHING,
        ],
    ),
    role(
        "respond",
        &[
            &work::LOG,
            &work::NETWORK,
            &work::RECEIVING,
            &work::SETTINGS,
            &work::OPERATOR_KEYS,
            &work::INVENTORY,
            &work::LEDGER,
            &work::TEAMS,
            &work::QUARANTINE,
            &work::OTHER_ACCOUNTS,
            &work::INSTANCES,
            &work::TASKS,
            &work::BUCKET_READERS,
            &work::RESPONSE_RULES,
        ],
    ),
    role(
        "follow-up",
        &[
            &work::LOG,
            &work::FAILURES,
            &work::NETWORK,
            &work::SETTINGS,
            &work::OPERATOR_KEYS,
            &work::INVENTORY,
            &work::LEDGER,
            &work::TEAMS,
            &work::OTHER_ACCOUNTS,
            &work::INSTANCES,
            &work::TASKS,
            &work::BUCKET_READERS,
            &work::SOURCES,
            &work::RESPONSE_RULES,
        ],
    ),
    role(
        "operate",
        &[
            &work::LOG,
            &work::FAILURES,
            &work::NETWORK,
            &work::SETTINGS,
            &work::OPERATOR_KEYS,
            &work::INVENTORY,
            &work::LEDGER,
            &work::TEAMS,
            &work::OTHER_ACCOUNTS,
            &work::INSTANCES,
        ],
    ),
    role(
        "backfill",
        &[
            &work::LOG,
            &work::FAILURES,
            &work::LEDGER,
            &work::SOURCES,
            &work::MEMBERS,
            &work::OTHER_ACCOUNTS,
            &work::SENDING,
            &work::QUARANTINE,
        ],
    ),
    role(
        "waf",
        &[
            &work::LOG,
            &work::FAILURES,
            &work::SETTINGS,
            &work::INVENTORY,
            &work::LEDGER,
            &work::OTHER_ACCOUNTS,
            &work::INSTANCES,
            &work::WEB_EDGES,
            &work::WEB_GROUPS,
        ],
    ),
    role(
        "member",
        &[
            &work::INSTANCES,
            &work::TASKS,
            &work::BUCKET_READERS,
            &work::SOURCES,
            &work::RESPONSE_RULES,
            &work::WEB_EDGES,
            &work::WEB_GROUPS,
        ],
    ),
];
