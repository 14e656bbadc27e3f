//! Laws of what is put, on worlds drawn at random.

use std::collections::{BTreeMap, BTreeSet};

use deepgrade::{
    posting::{Posting, Present, Resource},
    reconcile::{Reconciliation, Step},
};
use jiff::Timestamp;
use proptest::prelude::*;
use rules::{
    Verdict,
    grader::{GONE, GRACE_PERIOD},
    reason::Reason,
    verdict::Compliance,
};

use super::canned::id;

/// What Config shows, with the time that it is ordered by.
type Table = BTreeMap<u64, (Compliance, String, i64)>;

/// What is wanted of an instance; `None` where that is not known.
type Wanted = BTreeMap<u64, Option<Verdict>>;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A verdict that needs no evidence.
fn verdict() -> impl Strategy<Value = Verdict> {
    (0..2, any::<bool>()).prop_map(|(reason, applies)| {
        let text = format!("reason {reason}");
        if applies {
            Verdict::non_compliant(Reason::new(&GONE, text))
        } else {
            Verdict::not_applicable(Reason::new(&GRACE_PERIOD, text))
        }
    })
}

fn table() -> impl Strategy<Value = Table> {
    let shown = (any::<bool>(), 0..2, 0..20_i64).prop_map(|(compliant, reason, at)| {
        let compliance = if compliant {
            Compliance::Compliant
        } else {
            Compliance::NonCompliant
        };
        (compliance, format!("DS-INS-004 reason {reason}"), at)
    });
    prop::collection::btree_map(0..12_u64, shown, 0..8)
}

fn wanted() -> impl Strategy<Value = Wanted> {
    prop::collection::btree_map(0..12_u64, prop::option::weighted(0.8, verdict()), 0..8)
}

/// What is put at a time.
fn puts(table: &Table, wanted: &Wanted, now: i64) -> Vec<Posting> {
    let mut present = Reconciliation::default();
    for (number, (compliance, annotation, at_second)) in table {
        present.note(Present {
            resource: id(*number).into(),
            compliance: *compliance,
            annotation: Some(annotation.clone()),
            at: at(*at_second),
        });
    }
    let mut steps = Vec::new();
    for (number, verdict) in wanted {
        let resource = Resource::from(id(*number));
        match verdict {
            Some(verdict) => {
                steps.push(present.wanted(Posting::new(resource, verdict, at(now))));
            }
            None => present.leave(&resource),
        }
    }
    steps.extend(present.rest(at(now)));
    let puts = steps.into_iter().filter_map(|step| match step {
        Step::Put(posting) => Some(posting),
        Step::Unchanged | Step::Superseded => None,
    });
    puts.collect()
}

/// What Config shows after a put: what is not applicable is purged.
fn applied(mut table: Table, puts: &[Posting]) -> Table {
    for posting in puts {
        let number = u64::from_str_radix(&posting.resource().id()[2..], 16).unwrap();
        if posting.compliance() == Compliance::NotApplicable {
            table.remove(&number);
        } else {
            let annotation = posting.annotation().to_owned();
            let second = posting.at().as_second();
            table.insert(number, (posting.compliance(), annotation, second));
        }
    }
    table
}

/// What Config is to show of an instance.
fn expected(table: &Table, wanted: &Wanted, number: u64, now: i64) -> Option<(Compliance, String)> {
    let shown = table.get(&number);
    let kept = shown.map(|(compliance, annotation, _)| (*compliance, annotation.clone()));
    let later = shown.is_some_and(|(_, _, at)| *at > now);
    match wanted.get(&number) {
        _ if later => kept,
        Some(None) => kept,
        Some(Some(verdict)) if verdict.compliance() != Compliance::NotApplicable => {
            Some((verdict.compliance(), verdict.reason().to_string()))
        }
        Some(Some(_)) | None => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// After the put Config shows what is wanted, nothing of what is gone, what it showed of what
    /// is not known, and what it showed of later events.
    #[test]
    fn config_shows_what_is_wanted(table in table(), wanted in wanted(), now in 0..20_i64) {
        let after = applied(table.clone(), &puts(&table, &wanted, now));
        for number in 0..12 {
            let shown = after.get(&number);
            let shown = shown.map(|(compliance, annotation, _)| (*compliance, annotation.clone()));
            prop_assert_eq!(shown, expected(&table, &wanted, number, now), "{}", number);
        }
    }

    #[test]
    fn the_second_time_nothing_is_put(table in table(), wanted in wanted(), now in 0..20_i64) {
        let after = applied(table.clone(), &puts(&table, &wanted, now));
        prop_assert_eq!(puts(&after, &wanted, now), Vec::new());
    }

    #[test]
    fn nothing_is_put_twice_nor_of_what_is_not_known(table in table(), wanted in wanted(), now in 0..20_i64) {
        let puts = puts(&table, &wanted, now);
        let resources: BTreeSet<_> = puts.iter().map(Posting::resource).collect();
        prop_assert_eq!(resources.len(), puts.len());
        for (number, _) in wanted.iter().filter(|(_, verdict)| verdict.is_none()) {
            prop_assert!(!resources.contains(&Resource::from(id(*number))));
        }
    }
}

/// Of two results of one resource the later is what Config shows.
#[test]
fn the_later_of_two_results_counts() {
    for order in [[1, 2], [2, 1]] {
        let mut present = Reconciliation::default();
        for second in order {
            present.note(Present {
                resource: id(0).into(),
                compliance: Compliance::NonCompliant,
                annotation: Some(format!("DS-INS-004 reason {second}")),
                at: at(second),
            });
        }
        let verdict = Verdict::non_compliant(Reason::new(&GONE, "reason 2"));
        let posting = Posting::new(id(0).into(), &verdict, at(3));
        assert_eq!(present.wanted(posting), Step::Unchanged);
    }
}
