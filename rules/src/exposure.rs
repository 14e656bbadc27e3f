//! What the IPS rules of a computer make of the CVEs that Inspector observes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    computer::Computer,
    cve::Cve,
    intrusion_prevention::{Coverage, IntrusionPrevention},
    ledger::{Entry, Standing},
    reason::Code,
    text::quoted,
    verdict::Ground,
};

/// A CVE as Inspector observes it.
#[derive(Clone, Debug)]
pub(crate) struct Observed<'a> {
    severity: &'a str,
    since: Option<Timestamp>,
}

impl Observed<'_> {
    /// How bad it is, by the word of the source.
    fn rank(&self) -> usize {
        const WORDS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
        let position = WORDS.iter().position(|word| *word == self.severity);
        position.map_or(0, |position| position + 1)
    }
}

/// The CVEs that Inspector still observes, each at its worst.
pub(crate) fn observed<'a>(
    entries: impl Iterator<Item = &'a Entry>,
) -> BTreeMap<Cve, Observed<'a>> {
    let mut cves: BTreeMap<Cve, Observed<'a>> = BTreeMap::new();
    for entry in entries.filter(|entry| entry.standing != Standing::Over) {
        for cve in &entry.cves {
            let new = Observed {
                severity: &entry.severity,
                since: entry.since,
            };
            let known = cves.entry(*cve).or_insert_with(|| new.clone());
            if new.rank() > known.rank() {
                known.severity = new.severity;
            }
            known.since = match (known.since, new.since) {
                (Some(known), Some(new)) => Some(known.min(new)),
                (known, new) => known.or(new),
            };
        }
    }
    cves
}

/// What the rules of the computer make of the CVEs.
pub(crate) struct Exposure {
    shielded: usize,
    pub(crate) with_rule: usize,
    pub(crate) without_rule: usize,
    worst: Option<Cve>,
    pub(crate) grounds: Vec<Ground>,
}

impl Exposure {
    pub(crate) fn of(
        cves: &BTreeMap<Cve, Observed<'_>>,
        ips: &IntrusionPrevention,
        computer: &Computer,
        not_shielded: &'static Code,
    ) -> Self {
        let mut seen = Self {
            shielded: 0,
            with_rule: 0,
            without_rule: 0,
            worst: None,
            grounds: Vec::new(),
        };
        let rank = |cve: &Cve| cves.get(cve).map(Observed::rank);
        for cve in cves.keys() {
            let complaint = match ips.coverage(*cve, computer) {
                Ok(Coverage::NoRule) => {
                    seen.without_rule += 1;
                    if seen.worst.is_none_or(|worst| rank(cve) > rank(&worst)) {
                        seen.worst = Some(*cve);
                    }
                    continue;
                }
                Ok(Coverage::Covered(_)) => {
                    seen.shielded += 1;
                    None
                }
                Ok(Coverage::NotAssigned(rules)) => Some(Ok(not_assigned(&rules))),
                Ok(Coverage::AgentTooOld(rule, version)) => Some(Ok(format!(
                    "the agent is too old for IPS rule {rule}, which needs {}",
                    plain(&version)
                ))),
                Err(gap) => Some(Err(gap)),
            };
            seen.with_rule += 1;
            seen.grounds
                .extend(complaint.map(|complaint| match complaint {
                    Ok(complaint) => Ground::fails(not_shielded, format!("{cve}: {complaint}")),
                    Err(gap) => Ground::unknown(not_shielded, gap),
                }));
        }
        seen
    }

    /// How many are shielded, and how many cannot be.
    pub(crate) fn summary(&self, cves: &BTreeMap<Cve, Observed<'_>>) -> String {
        format!(
            "{} shielded, {}",
            counted(self.shielded),
            self.missing(cves)
        )
    }

    /// How many have no rule, and the worst of them.
    pub(crate) fn missing(&self, cves: &BTreeMap<Cve, Observed<'_>>) -> String {
        let worst = self
            .worst
            .and_then(|worst| Some((worst, cves.get(&worst)?)));
        let Some((cve, observed)) = worst else {
            return format!("{} without a rule", self.without_rule);
        };
        let since = observed
            .since
            .map(|since| format!(" since {}", since.strftime("%Y-%m-%d")))
            .unwrap_or_default();
        format!(
            "{} without a rule, worst {cve} ({}{since})",
            self.without_rule,
            plain(observed.severity)
        )
    }
}

fn not_assigned(rules: &[u64]) -> String {
    let ids: Vec<String> = rules.iter().map(u64::to_string).collect();
    match rules.len() {
        1 => format!("IPS rule {} is not assigned", ids.join(", ")),
        _ => format!("IPS rules {} are not assigned", ids.join(", ")),
    }
}

pub(crate) fn counted(number: usize) -> String {
    match number {
        1 => "1 CVE".to_owned(),
        _ => format!("{number} CVEs"),
    }
}

/// A plain word as it is; anything else quoted.
fn plain(word: &str) -> String {
    let is_plain = !word.is_empty()
        && word.len() <= 24
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".- ".contains(&byte));
    if is_plain {
        word.to_owned()
    } else {
        quoted(word)
    }
}
