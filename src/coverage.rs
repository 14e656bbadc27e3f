//! Virtual-patch coverage: which CVEs on which instances are shielded by IPS rules.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use remediations::{
    Finding,
    finding::{About, Life, Vulnerability},
    situation::{Host, Managed},
};
use rules::{
    Gap,
    cve::Cve,
    fact::Fact,
    instance::{AccountId, Instance, InstanceId, Region},
    intrusion_prevention::{Coverage, VirtualPatch},
    inventories::Inventories,
};

/// What is found on instances: every CVE on every instance once.
pub type Found = BTreeMap<(Cve, InstanceId), (AccountId, Region)>;

/// A CVE on an instance, and whether it is shielded.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The CVE.
    pub cve: Cve,
    /// The instance.
    pub instance: InstanceId,
    /// Whether its rules shield it, or why that cannot be told.
    pub shielding: Result<Shielding, Gap>,
}

/// Whether the IPS rules of a computer shield an instance from a CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shielding {
    /// They do.
    Covered,
    /// No rule exists that could block.
    NoRule,
    /// Rules are not assigned.
    NotAssigned,
    /// The agent is too old for a rule.
    AgentTooOld,
    /// Rules are there, and nothing is blocked: why.
    NotBlocking(&'static str),
    /// No managed computer stands for the instance: why.
    Unmanaged(String),
}

impl Shielding {
    /// The word for data and tables.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::NoRule => "no rule",
            Self::NotAssigned => "not assigned",
            Self::AgentTooOld => "agent too old",
            Self::NotBlocking(_) => "IPS not blocking",
            Self::Unmanaged(_) => "not managed",
        }
    }
}

/// Whether a rule exists for a CVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleExists {
    /// One that can block.
    Yes,
    /// Only rules that report.
    DetectOnly,
    /// None.
    No,
    /// The rules of a Manager are not known.
    Unknown,
}

impl RuleExists {
    /// The word for data and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::DetectOnly => "detect only",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// How old inventories may be, as for the rules.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(2);

/// What a finding says of CVEs. One that its source is done with, and one that was made to try things
/// out, says nothing.
#[must_use]
pub fn observed(finding: &Finding) -> Option<&Vulnerability> {
    match &finding.about {
        About::Vulnerability(vulnerability) if finding.life == Life::Active && !finding.sample => {
            Some(vulnerability)
        }
        _ => None,
    }
}

/// Adds what a finding says of CVEs.
pub fn add(found: &mut Found, finding: &Finding) {
    let Some(vulnerability) = observed(finding) else {
        return;
    };
    for instance in &vulnerability.instances {
        for cve in &vulnerability.cves {
            let home = (finding.account, finding.region.clone());
            found.insert((*cve, *instance), home);
        }
    }
}

/// Judges what was found, by CVE and instance.
#[must_use]
pub fn judge(
    found: &Found,
    inventories: &Inventories,
    now: Timestamp,
    max_age: SignedDuration,
) -> Vec<Pair> {
    let pair = |((cve, id), (account, region)): (&(Cve, InstanceId), &(AccountId, Region))| {
        let instance = Instance {
            id: *id,
            account: Some(*account),
            region: Some(region.clone()),
            name: None,
            state: Fact::Missing,
            attached: Fact::Missing,
            launched: Fact::Missing,
        };
        let sighting = inventories.sighting(&instance, now, max_age);
        Pair {
            cve: *cve,
            instance: *id,
            shielding: sighting
                .and_then(Host::of)
                .and_then(|host| shielding(*cve, &host)),
        }
    };
    found.iter().map(pair).collect()
}

fn shielding(cve: Cve, host: &Host<'_>) -> Result<Shielding, Gap> {
    match host {
        Host::Managed(managed) => of_managed(cve, managed),
        Host::Unmanaged(unmanaged) => Ok(Shielding::Unmanaged(unmanaged.why())),
        Host::Gone => Ok(Shielding::Unmanaged("the instance is no more".to_owned())),
    }
}

fn of_managed(cve: Cve, managed: &Managed<'_>) -> Result<Shielding, Gap> {
    let ips = managed.inventory().intrusion_prevention()?;
    Ok(match ips.coverage(cve, managed.computer())? {
        Coverage::NoRule => Shielding::NoRule,
        Coverage::NotAssigned(_) => Shielding::NotAssigned,
        Coverage::AgentTooOld(..) => Shielding::AgentTooOld,
        Coverage::Covered(_) => match managed.why_nothing_is_blocked()? {
            Some(why) => Shielding::NotBlocking(why),
            None => Shielding::Covered,
        },
    })
}

/// Whether a rule exists for a CVE in any Manager. One whose rules are not known may have one.
#[must_use]
pub fn rule_exists(cve: Cve, inventories: &Inventories) -> RuleExists {
    let mut best = if inventories.all_readable() {
        RuleExists::No
    } else {
        RuleExists::Unknown
    };
    for inventory in inventories.readable() {
        let patch = inventory
            .intrusion_prevention()
            .map(|ips| ips.virtual_patch(cve));
        match (patch, best) {
            (Ok(VirtualPatch::Rules(_)), _) => return RuleExists::Yes,
            (Err(_), _) => best = RuleExists::Unknown,
            (Ok(VirtualPatch::DetectOnly(_)), RuleExists::No) => best = RuleExists::DetectOnly,
            (Ok(VirtualPatch::DetectOnly(_) | VirtualPatch::NoRule), _) => {}
        }
    }
    best
}

/// How many CVEs on instances there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub affected: usize,
    /// Those that are shielded.
    pub covered: usize,
    /// Those for which no rule exists that could block.
    pub no_rule: usize,
    /// Those whose rules are not assigned.
    pub not_assigned: usize,
    /// Those whose agent is too old.
    pub agent_too_old: usize,
    /// Those where intrusion prevention blocks nothing.
    pub not_blocking: usize,
    /// Those on instances without a managed computer.
    pub unmanaged: usize,
    /// Those of which it cannot be told.
    pub unknown: usize,
}

impl Counts {
    /// Counts some of them.
    pub fn of<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            counts.affected += 1;
            let count = match &pair.shielding {
                Ok(Shielding::Covered) => &mut counts.covered,
                Ok(Shielding::NoRule) => &mut counts.no_rule,
                Ok(Shielding::NotAssigned) => &mut counts.not_assigned,
                Ok(Shielding::AgentTooOld) => &mut counts.agent_too_old,
                Ok(Shielding::NotBlocking(_)) => &mut counts.not_blocking,
                Ok(Shielding::Unmanaged(_)) => &mut counts.unmanaged,
                Err(_) => &mut counts.unknown,
            };
            *count += 1;
        }
        counts
    }

    /// How many of a hundred are covered of those of which it can be told, rounded down; `None`
    /// where it can be told of none.
    #[must_use]
    pub fn percent(&self) -> Option<usize> {
        let known = self.affected.saturating_sub(self.unknown);
        (100 * self.covered).checked_div(known)
    }
}

/// What is printed: a row a CVE or an instance.
#[derive(Clone, Debug)]
pub struct Row {
    /// The CVE, or the instance.
    pub subject: String,
    /// Whether a rule exists, of a CVE.
    pub rule_exists: Option<RuleExists>,
    /// How many there are of each kind.
    pub counts: Counts,
    /// Why it cannot be told of some, each reason once.
    pub gaps: BTreeSet<String>,
}

/// The rows by CVE.
#[must_use]
pub fn by_cve(pairs: &[Pair], inventories: &Inventories) -> Vec<Row> {
    grouped(pairs, |pair| pair.cve)
        .into_iter()
        .map(|(cve, pairs)| row(cve.to_string(), Some(rule_exists(cve, inventories)), &pairs))
        .collect()
}

/// The rows by instance.
#[must_use]
pub fn by_instance(pairs: &[Pair]) -> Vec<Row> {
    grouped(pairs, |pair| pair.instance)
        .into_iter()
        .map(|(instance, pairs)| row(instance.to_string(), None, &pairs))
        .collect()
}

fn grouped<K: Ord>(pairs: &[Pair], key: impl Fn(&Pair) -> K) -> BTreeMap<K, Vec<&Pair>> {
    let mut groups: BTreeMap<K, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        groups.entry(key(pair)).or_default().push(pair);
    }
    groups
}

fn row(subject: String, rule_exists: Option<RuleExists>, pairs: &[&Pair]) -> Row {
    let gaps = pairs
        .iter()
        .filter_map(|pair| pair.shielding.as_ref().err())
        .map(|gap| gap.reason().text().to_owned());
    Row {
        subject,
        rule_exists,
        counts: Counts::of(pairs.iter().copied()),
        gaps: gaps.collect(),
    }
}
