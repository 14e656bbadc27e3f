use super::*;
use crate::{
    report::Row,
    results::{Builder as Making, Details},
};

fn run(hour: u8, words: &[(&str, Word)]) -> Results {
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
                rule: "a",
                severity: "high",
                verdict: *verdict,
                code: "DS-POL-001",
                reason: "",
                retryable: None,
                exception: None,
            })
            .unwrap();
    }
    let as_of = format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap();
    making.build(as_of, Vec::new(), Vec::new(), Details::default())
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
            p50_seconds: Some(0),
            p95_seconds: Some(7200),
        }]
    );
    let percents: Vec<_> = history
        .runs
        .iter()
        .map(|run| run.rules[0].percent())
        .collect();
    assert_eq!(percents, [Some(0.0), Some(25.0), Some(100.0), Some(50.0)]);
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
    assert_eq!(percentile(&hundred, 50), Some(50));
    assert_eq!(percentile(&hundred, 95), Some(95));
    assert_eq!(percentile(&[7], 95), Some(7));
    assert_eq!(percentile(&[], 50), None);
}
