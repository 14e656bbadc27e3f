use super::*;
use crate::{
    report::{Row, Word},
    results::{Builder, Details, MOST, Omission, OmissionKind},
};

/// What is said of an instance by a rule: instance, rule, severity, word, reason, exception.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    Word,
    &'static str,
    Option<&'static str>,
);

fn results(as_of: &str, lines: &[Line]) -> Results {
    let mut builder = Builder::default();
    for (instance, rule, severity, verdict, reason, exception) in lines {
        builder
            .add(&Row {
                instance,
                account: Some("111122223333"),
                region: Some("eu-west-1"),
                name: None,
                computer: None,
                computer_id: None,
                manager: None,
                rule,
                severity,
                verdict: *verdict,
                code: "DS-POL-001",
                reason,
                retryable: None,
                exception: *exception,
            })
            .unwrap();
    }
    builder.build(
        as_of.parse().unwrap(),
        Vec::new(),
        Vec::new(),
        Details::default(),
    )
}

const EARLIER: &str = "2026-11-23T12:00:00Z";
const LATER: &str = "2026-11-24T12:00:00Z";

/// The kinds of the changes, each with the instances in its list.
fn kinds(difference: &Difference) -> Vec<(Kind, Vec<&str>)> {
    difference
        .changes
        .iter()
        .filter(|(_, listed)| listed.total > 0)
        .map(|(kind, listed)| {
            let instances = listed.first.iter().map(|change| &*change.instance);
            (*kind, instances.collect())
        })
        .collect()
}

#[test]
fn every_way_in_which_a_result_changes_is_of_one_kind() {
    use Word::{Compliant, NonCompliant, NotApplicable, Undetermined};
    let all = [NonCompliant, Undetermined, NotApplicable, Compliant];
    for before in all {
        for after in all {
            let (reason, other) = ("has none", "has another");
            let was = results(EARLIER, &[("i-1", "a", "high", before, reason, None)]);
            let same = results(LATER, &[("i-1", "a", "high", after, reason, None)]);
            let differs = results(LATER, &[("i-1", "a", "high", after, other, None)]);
            let expected = match (before, after) {
                (same, other) if same == other => None,
                (Undetermined, NonCompliant) => Some(Kind::NowTold),
                (_, NonCompliant) => Some(Kind::New),
                (_, Undetermined) => Some(Kind::Undetermined),
                (Undetermined, _) => Some(Kind::DeterminedAgain),
                (NonCompliant, Compliant) => Some(Kind::Fixed),
                (_, NotApplicable) => Some(Kind::OutOfScope),
                (_, Compliant) => Some(Kind::InScope),
            };
            let found = Difference::between(&was, &same);
            let wanted: Vec<_> = expected
                .map(|kind| (kind, vec!["i-1"]))
                .into_iter()
                .collect();
            assert_eq!(kinds(&found), wanted, "{before:?} to {after:?}");
            assert_eq!(found.is_empty(), expected.is_none());
            let found = Difference::between(&was, &differs);
            assert_eq!(
                kinds(&found),
                [(expected.unwrap_or(Kind::Reason), vec!["i-1"])]
            );
        }
    }
}

/// Results that leave something out: kind, account, rule.
fn lossy(as_of: &str, lines: &[Line], omissions: &[(OmissionKind, &str, Option<&str>)]) -> Results {
    let omissions = omissions.iter().map(|(kind, account, rule)| Omission {
        kind: *kind,
        account: Some((*account).to_owned()),
        region: Some("eu-west-1".to_owned()),
        rule: rule.map(str::to_owned),
        text: String::new(),
    });
    let mut results = results(as_of, lines);
    let omissions: Vec<_> = omissions.collect();
    results.details.completeness = Some(Listed::of(omissions.into_iter()));
    results
}

/// What a run did not read is neither gone in it, nor new in the next.
#[test]
fn what_was_not_read_neither_goes_nor_comes() {
    use OmissionKind::{NoResults, NotCheckedAgain, SourceFailed, Unread};
    use Word::{Compliant, NonCompliant};
    const OWN: &str = "111122223333";
    let lines: &[Line] = &[
        ("i-1", "a", "high", NonCompliant, "", None),
        ("i-1", "b", "high", Compliant, "", None),
    ];
    let whole = |as_of| results(as_of, lines);
    for (kind, rule) in [(SourceFailed, None), (Unread, None)] {
        let empty = |as_of| lossy(as_of, &[], &[(kind, OWN, rule)]);
        let lost = Difference::between(&whole(EARLIER), &empty(LATER));
        assert_eq!((lost.instances.gone, lost.lost()), (0, 2), "{kind:?}");
        let back = Difference::between(&empty(EARLIER), &whole(LATER));
        assert_eq!(back.instances.new, 0, "{kind:?}");
        assert_eq!(kinds(&back), [(Kind::NowTold, vec!["i-1"])]);
        // It may have been so for long, and may not: whoever fails for what is new is told.
        assert_eq!(back.worst, Some(Severity::High));
    }
    // One rule that was not read hides no instance that the others would show.
    let one = lossy(LATER, &[], &[(Unread, OWN, Some("a"))]);
    assert_eq!(Difference::between(&whole(EARLIER), &one).instances.gone, 1);
    for (kind, account) in [
        (SourceFailed, "444455556666"),
        (NoResults, OWN),
        (NotCheckedAgain, OWN),
    ] {
        let empty = |as_of| lossy(as_of, &[], &[(kind, account, None)]);
        let gone = Difference::between(&whole(EARLIER), &empty(LATER));
        assert_eq!((gone.instances.gone, gone.total(Kind::Silent)), (1, 0));
        let come = Difference::between(&empty(EARLIER), &whole(LATER));
        assert_eq!(kinds(&come), [(Kind::New, vec!["i-1"])], "{kind:?}");
    }
}

/// What fails closed could not be told, whatever AWS Config shows.
#[test]
fn an_outage_that_fails_closed_makes_nothing_new_and_fixes_nothing() {
    let mut closed = Builder::default();
    let row = Row {
        instance: "i-1",
        account: Some("111122223333"),
        region: Some("eu-west-1"),
        name: None,
        computer: None,
        computer_id: None,
        manager: None,
        rule: "a",
        severity: "high",
        verdict: Word::NonCompliant,
        code: "DS-UNKNOWN",
        reason: "cannot be judged",
        retryable: None,
        exception: None,
    };
    closed.add(&row).unwrap();
    let details = Details::default();
    let closed = closed.build(LATER.parse().unwrap(), Vec::new(), Vec::new(), details);
    let line = |as_of, word| results(as_of, &[("i-1", "a", "high", word, "", None)]);
    let before = Difference::between(&line(EARLIER, Word::Compliant), &closed);
    assert_eq!(kinds(&before), [(Kind::Undetermined, vec!["i-1"])]);
    let next = "2026-11-25T12:00:00Z";
    let after = Difference::between(&closed, &line(next, Word::Compliant));
    assert_eq!(kinds(&after), [(Kind::DeterminedAgain, vec!["i-1"])]);
}

#[test]
fn what_comes_and_goes_is_told_apart_from_what_changes() {
    use Word::{Compliant, NonCompliant, Undetermined};
    let was = results(
        EARLIER,
        &[
            ("i-gone", "a", "high", NonCompliant, "", None),
            ("i-1", "a", "high", NonCompliant, "", None),
            ("i-1", "old", "high", NonCompliant, "", None),
            ("i-1", "b", "high", NonCompliant, "", None),
        ],
    );
    let is = results(
        LATER,
        &[
            ("i-1", "a", "high", NonCompliant, "", None),
            ("i-new", "a", "high", NonCompliant, "", None),
            ("i-new", "b", "high", Undetermined, "", None),
            ("i-compliant", "b", "high", Compliant, "", None),
            ("i-1", "added", "critical", NonCompliant, "", None),
        ],
    );
    let difference = Difference::between(&was, &is);
    assert_eq!(
        kinds(&difference),
        [
            (Kind::New, vec!["i-1", "i-new"]),
            (Kind::Undetermined, vec!["i-new"]),
            // The rule `b` ran, and said nothing of it.
            (Kind::Silent, vec!["i-1"]),
        ]
    );
    assert_eq!(difference.rules_added, ["added"]);
    assert_eq!(difference.rules_removed, ["old"]);
    let counts = difference.instances;
    assert_eq!((counts.new, counts.gone), (2, 1));
    assert_eq!(difference.gone.first[0].instance, "i-gone");
    assert_eq!(difference.worst, Some(Severity::Critical));
    // What is undetermined, what is silent, and the rule `old`.
    assert_eq!(difference.lost(), 3);
}

#[test]
fn what_is_excepted_is_no_reason_to_fail_until_it_is_no_longer() {
    use Word::{Compliant, NonCompliant};
    let compliant = results(EARLIER, &[("i-1", "a", "high", Compliant, "", None)]);
    let open = results(EARLIER, &[("i-1", "a", "high", NonCompliant, "", None)]);
    let excepted = results(LATER, &[("i-1", "a", "high", NonCompliant, "", Some("x"))]);
    let between = |before, after| {
        let difference = Difference::between(before, after);
        let kinds: Vec<Kind> = kinds(&difference).iter().map(|(kind, _)| *kind).collect();
        (kinds, difference.worst)
    };
    assert_eq!(between(&compliant, &excepted), (vec![Kind::Excepted], None));
    assert_eq!(between(&excepted, &compliant), (vec![Kind::Fixed], None));
    assert_eq!(between(&excepted, &excepted), (vec![], None));
    assert_eq!(between(&open, &excepted), (vec![Kind::Excepted], None));
    assert_eq!(
        between(&excepted, &open),
        (vec![Kind::NoLongerExcepted], Some(Severity::High))
    );
}

#[test]
fn a_long_list_holds_the_most_severe_and_counts_all() {
    let ids: Vec<String> = (0..5 * MOST)
        .map(|number| format!("i-{number:05}"))
        .collect();
    let mut builder = Builder::default();
    for (position, id) in ids.iter().enumerate() {
        let severity = if position % 50 == 49 {
            "critical"
        } else {
            "low"
        };
        let rule = if severity == "low" { "a" } else { "b" };
        let row = Row {
            instance: id,
            account: None,
            region: None,
            name: None,
            computer: None,
            computer_id: None,
            manager: None,
            rule,
            severity,
            verdict: Word::NonCompliant,
            code: "DS-POL-001",
            reason: "",
            retryable: None,
            exception: None,
        };
        builder.add(&row).unwrap();
    }
    let after = builder.build(
        LATER.parse().unwrap(),
        Vec::new(),
        Vec::new(),
        Details::default(),
    );
    let difference = Difference::between(&results(EARLIER, &[]), &after);
    let new = &difference.changes[&Kind::New];
    assert_eq!((new.total, new.first.len()), (5 * MOST, MOST));
    let critical = new.first.iter().take_while(|change| change.rule == "b");
    assert_eq!(critical.count(), 100);
    assert_eq!(new.first[100].instance, "i-00000");
}
