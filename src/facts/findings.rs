//! The findings.

use jiff::SignedDuration;
use rules::{
    Facts, Gap, gap,
    ledger::{Entry, Ledger, Listing, Source},
    text,
};

use super::{
    MOST_CVES, MOST_FINDINGS,
    document::{FindingFacts, FindingsFacts, SourceFacts, standing},
    gaps::Gaps,
};

/// For how long it may be that a source was listed last, so that no finding is missing.
const MOST_AGE: SignedDuration = SignedDuration::from_hours(24);

/// The findings on an instance.
pub(super) fn of(facts: &Facts<'_>, gaps: &mut Gaps) -> Option<FindingsFacts> {
    let ledger = gaps.fact("findings", facts.ledger())?;
    let mut of = |source, place| of_source(facts, ledger, source, place, gaps);
    Some(FindingsFacts {
        guard_duty: of(Source::GuardDuty, "findings.guardDuty"),
        macie: of(Source::Macie, "findings.macie"),
        inspector: of(Source::Inspector, "findings.inspector"),
    })
}

/// What a source found; `None` where a finding may be missing.
fn of_source(
    facts: &Facts<'_>,
    ledger: &Ledger,
    source: Source,
    place: &str,
    gaps: &mut Gaps,
) -> Option<SourceFacts> {
    let id = facts.instance().id;
    let listing = gaps.fact(place, ledger.listing(id, source, facts.now(), MOST_AGE))?;
    let entries: Vec<&Entry> = ledger.entries(id, source).collect();
    let list = format!("{place}.list");
    if entries.len() > MOST_FINDINGS {
        let text = format!("{source} has more than {MOST_FINDINGS} findings on the instance");
        gaps.note(&list, Gap::standing(&gap::GUARD_UNDECIDED, text));
    }
    // The newest stand last.
    let surplus = entries.len().saturating_sub(MOST_FINDINGS);
    let entries = entries.into_iter().skip(surplus);
    Some(SourceFacts {
        enabled: matches!(listing, Listing::On(_)),
        list: entries
            .map(|entry| of_entry(facts, entry, &list, gaps))
            .collect(),
    })
}

fn of_entry(facts: &Facts<'_>, entry: &Entry, list: &str, gaps: &mut Gaps) -> FindingFacts {
    let cves = entry.cves.iter().map(ToString::to_string);
    let cves: Vec<String> = cves.collect();
    let is_whole = cves.len() <= MOST_CVES;
    if !is_whole {
        let text = format!("a finding is about more than {MOST_CVES} CVEs");
        let gap = Gap::standing(&gap::GUARD_UNDECIDED, text);
        gaps.note(&format!("{list}[*].cves"), gap);
    }
    FindingFacts {
        id: text::clean(&entry.finding),
        kind: text::clean(&entry.kind),
        severity: text::clean(&entry.severity),
        standing: standing(entry.standing),
        outcome: text::clean(&entry.outcome),
        cves: is_whole.then_some(cves),
        updated_at: entry.updated_at,
        age_hours: gaps.age(
            &format!("{list}[*].ageHours"),
            Some(entry.updated_at),
            facts.now(),
        ),
    }
}
