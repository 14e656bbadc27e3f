use super::*;
use crate::{
    report::Row,
    results::{Builder as Making, Details, Omission, OmissionKind},
};

fn run(hour: u8, words: &[(&str, Word)]) -> Results {
    run_by("a", "DS-POL-001", hour, words, &[])
}

/// A run by one rule, whose results have a code, and what it leaves out of an account.
fn run_by(
    rule: &str,
    code: &str,
    hour: u8,
    words: &[(&str, Word)],
    omissions: &[OmissionKind],
) -> Results {
    let mut making = Making::default();
    for (instance, verdict) in words {
        making
            .add(&Row {
                instance,
                account: None,
                region: None,
                name: None,
                computer: None,
                computer_id: None,
                manager: None,
                rule,
                severity: "high",
                verdict: *verdict,
                code,
                reason: "",
                retryable: None,
                exception: None,
            })
            .unwrap();
    }
    let as_of = format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap();
    let omissions = omissions.iter().map(|kind| Omission {
        kind: *kind,
        account: None,
        region: None,
        rule: None,
        text: String::new(),
    });
    let omissions: Vec<_> = omissions.collect();
    let details = Details {
        completeness: Some(Listed::of(omissions.into_iter())),
        ..Details::default()
    };
    making.build(as_of, Vec::new(), Vec::new(), details)
}

fn history(runs: &[&[(&str, Word)]]) -> History {
    let mut builder = Builder::default();
    for (hour, words) in (0..).zip(runs) {
        assert!(builder.add(&run(hour, words)));
    }
    builder.build(None)
}

#[test]
fn what_cannot_be_told_in_between_is_no_change() {
    use Word::{Compliant as C, NonCompliant as N, NotApplicable as A, Undetermined as U};
    let of = |words: &[Word]| {
        let runs: Vec<Vec<_>> = words.iter().map(|word| vec![("i-1", *word)]).collect();
        let runs: Vec<&[_]> = runs.iter().map(Vec::as_slice).collect();
        let flapping = history(&runs).flapping;
        let first = flapping.first.first();
        first.map(|flapping| (flapping.changes, flapping.changed_at.to_string()))
    };
    assert_eq!(of(&[C, N, C]), None);
    assert_eq!(of(&[C, U, C, U, C, A, C]), None);
    assert_eq!(
        of(&[N, U, C, A, N, C, C]),
        Some((3, "2026-11-24T05:00:00Z".to_owned()))
    );
}

#[test]
fn time_to_protect_is_of_those_that_came_after_the_first_run() {
    use Word::{Compliant as C, NonCompliant as N, NotApplicable as A, Undetermined as U};
    let history = history(&[
        &[("i-old", N)],
        &[("i-old", N), ("i-fast", C), ("i-slow", N), ("i-left", N)],
        &[("i-old", C), ("i-slow", U), ("i-stopped", A), ("i-dark", U)],
        &[
            ("i-slow", C),
            ("i-stopped", A),
            ("i-dark", U),
            ("i-open", N),
        ],
    ]);
    assert_eq!(
        history.time_to_protect,
        [TimeToProtect {
            rule: "a".to_owned(),
            protected: 2,
            waiting: 2,
            p50_seconds: Some(7200),
            p95_seconds: None,
        }]
    );
    let percents: Vec<_> = history
        .runs
        .iter()
        .map(|run| run.rules[0].percent())
        .collect();
    assert_eq!(percents, [Some(0.0), Some(25.0), Some(100.0), Some(50.0)]);
}

/// Since when an instance is there is known only where the run before would have shown it.
#[test]
fn what_the_run_before_did_not_read_is_not_timed() {
    use Word::{Compliant as C, NonCompliant as N};
    let failed = [OmissionKind::SourceFailed];
    for (omissions, timed) in [(&failed[..], (0, 0)), (&[], (1, 1))] {
        let mut builder = Builder::default();
        builder.add(&run(0, &[("i-1", C)]));
        builder.add(&run_by("a", "DS-POL-001", 1, &[("i-1", C)], omissions));
        builder.add(&run(2, &[("i-1", C), ("i-good", C), ("i-bad", N)]));
        let history = builder.build(None);
        let time = &history.time_to_protect[0];
        assert_eq!((time.protected, time.waiting), timed);
        assert_eq!(history.runs[1].missing, omissions.len());
    }
}

/// An instance does not wait for a rule that nobody asked by.
#[test]
fn instances_that_are_older_than_a_rule_are_not_timed_by_it() {
    use Word::Compliant as C;
    let mut builder = Builder::default();
    builder.add(&run(0, &[("i-1", C)]));
    builder.add(&run(1, &[("i-1", C), ("i-2", C)]));
    builder.add(&run_by(
        "b",
        "DS-POL-001",
        9,
        &[("i-1", C), ("i-2", C), ("i-3", C)],
        &[],
    ));
    let time = &builder.build(None).time_to_protect[1];
    assert_eq!((time.rule.as_str(), time.protected), ("b", 1));
    assert_eq!(time.p95_seconds, Some(0));
}

/// An outage of a rule that fails closed is no change of anything.
#[test]
fn what_fails_closed_does_not_flap() {
    use Word::{Compliant as C, NonCompliant as N};
    let mut builder = Builder::default();
    for hour in 0..6 {
        let (code, word) = if hour % 2 == 0 {
            ("DS-POL-001", C)
        } else {
            ("DS-UNKNOWN", N)
        };
        builder.add(&run_by("a", code, hour, &[("i-1", word)], &[]));
    }
    let history = builder.build(None);
    assert_eq!(history.flapping.total, 0);
    assert_eq!(history.runs[1].rules[0].percent(), None);
}

#[test]
fn a_run_counts_once_and_in_its_order() {
    let mut builder = Builder::default();
    let results = run(5, &[("i-1", Word::Compliant)]);
    assert!(builder.add(&results));
    assert!(!builder.add(&results));
    assert!(!builder.add(&run(4, &[])));
    assert_eq!(builder.build(None).runs.len(), 1);
}

#[test]
fn a_percentile_is_the_nearest_rank() {
    let hundred: Vec<i64> = (1..=100).collect();
    assert_eq!(percentile(&hundred, 100, 50), Some(50));
    assert_eq!(percentile(&hundred, 100, 95), Some(95));
    assert_eq!(percentile(&[7], 1, 95), Some(7));
    assert_eq!(percentile(&[], 0, 50), None);
    // Of a hundred, one was protected at once, and the others wait.
    assert_eq!(percentile(&[0], 100, 50), None);
    assert_eq!(percentile(&hundred, 106, 95), None);
}
