//! Laws of claims, for findings whose versions come in any order, any number of times.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, sample::select};
use remediations::{
    Finding, Plan,
    finding::Life,
    plan::Protection,
    record::{Claim, Record, State, Subject},
};
use serde_json::json;

/// What happens to a finding.
#[derive(Clone, Debug)]
enum Happening {
    /// A version of it comes in.
    Comes { second: i64, life: Life },
    /// Whoever claimed it comes to an end.
    Ends { protection: Protection },
    /// A fact was missing.
    IsUnplanned,
    /// Minutes pass.
    Passes(i64),
    /// It is looked at again.
    Resumes,
}

fn happening() -> impl Strategy<Value = Happening> {
    let life = select(vec![
        Life::Active,
        Life::Active,
        Life::Closed,
        Life::Archived,
    ]);
    let protection = select(vec![
        Protection::Managed,
        Protection::Unmanaged,
        Protection::Gone,
        Protection::NoInstance,
    ]);
    prop_oneof![
        4 => (0..5_i64, life).prop_map(|(second, life)| Happening::Comes { second, life }),
        2 => protection.prop_map(|protection| Happening::Ends { protection }),
        1 => Just(Happening::IsUnplanned),
        2 => (1..30_i64).prop_map(Happening::Passes),
        1 => Just(Happening::Resumes),
    ]
}

fn finding(second: i64, life: Life) -> Finding {
    let mut finding: Finding = serde_json::from_value(json!({
        "source": "guardDuty", "id": "16afba5c", "account": "111122223333", "region": "eu-west-1",
        "version": {"updatedAt": format!("2026-11-20T10:00:0{second}Z")}, "life": "active",
        "severity": {"score": 80}, "kind": "Recon:EC2/Portscan",
        "about": {"threat": {"instances": ["i-0123456789abcdef0"]}},
    }))
    .unwrap();
    finding.life = life;
    finding
}

fn plan(protection: Protection) -> Plan {
    Plan {
        remediation: "scan-and-verify".into(),
        instance: None,
        protection,
        steps: Vec::new(),
        without_rule_in: None,
        trail: Vec::new(),
    }
}

fn is_claimed(record: &Record, now: Timestamp) -> bool {
    matches!(record.state, State::Claimed { until } if until > now)
}

proptest! {
    #[test]
    fn versions_never_go_back_and_nobody_answers_what_another_answers(
        happenings in prop::collection::vec(happening(), 1..40),
    ) {
        let patience = SignedDuration::from_mins(15);
        let mut now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let mut recorded: Option<Record> = None;
        for happening in happenings {
            let before = recorded.clone();
            match happening {
                Happening::Passes(minutes) => {
                    now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
                }
                Happening::Comes { second, life } => {
                    let finding = finding(second, life);
                    let subject = Subject::itself(&finding);
                    match Record::claim(recorded.as_ref(), &subject, &finding, now, patience) {
                        Claim::Answer(record) => {
                            prop_assert!(before.as_ref().is_none_or(|before| !is_claimed(before, now)));
                            prop_assert!(is_claimed(&record, now) && life == Life::Active);
                            recorded = Some(record);
                        }
                        Claim::Settle(record) => {
                            prop_assert!(before.as_ref().is_none_or(|before| !is_claimed(before, now)));
                            prop_assert!(record.state.is_over() && life != Life::Active);
                            recorded = Some(record);
                        }
                        Claim::Duplicate => {
                            let before = before.clone().unwrap();
                            prop_assert_eq!(before.finding.version, finding.version);
                            let is_done = !matches!(before.state, State::Claimed { .. } | State::Unplanned);
                            prop_assert!(is_done);
                        }
                        Claim::Superseded => {
                            prop_assert!(before.clone().unwrap().finding.version > finding.version);
                        }
                        Claim::Busy { until } => {
                            prop_assert!(until > now && is_claimed(before.as_ref().unwrap(), now));
                        }
                    }
                }
                Happening::Ends { protection } => {
                    if let Some(record) = recorded.take_if(|record| is_claimed(record, now)) {
                        let settled = record.planned(plan(protection), now).settled(now);
                        let is_claim = matches!(settled.state, State::Claimed { .. });
                        prop_assert!(!is_claim);
                        prop_assert!(!settled.needs_plan());
                        recorded = Some(settled);
                    }
                }
                Happening::IsUnplanned => {
                    if let Some(record) = recorded.take_if(|record| is_claimed(record, now)) {
                        let unplanned = record.unplanned("a fact is missing", now);
                        prop_assert!(unplanned.state.is_open());
                        recorded = Some(unplanned);
                    }
                }
                Happening::Resumes => {
                    if let Some(record) = &recorded {
                        let resumed = record.resume(now, patience);
                        let may = !is_claimed(record, now) && !record.state.is_over();
                        prop_assert_eq!(resumed.is_some(), may);
                        recorded = resumed.or(recorded);
                    }
                }
            }
            if let (Some(before), Some(after)) = (&before, &recorded) {
                prop_assert!(after.finding.version >= before.finding.version);
                prop_assert_eq!(after.recorded_at, before.recorded_at);
                // What is open is never deleted by the table.
                let retention = SignedDuration::from_hours(24);
                prop_assert!(!after.state.is_open() || after.expires_at(retention).is_none());
            }
        }
    }

    /// An annotation is one line that nothing foreign can break, whatever the record holds.
    #[test]
    fn a_record_survives_being_written(second in 0..5_i64, kind in any::<String>()) {
        let finding = Finding { kind: kind.into(), ..finding(second, Life::Active) };
        let subject = Subject::itself(&finding);
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let claim = Record::claim(None, &subject, &finding, now, SignedDuration::ZERO);
        let Claim::Answer(record) = claim else { panic!("{claim:?}") };
        let written = serde_json::to_string(&record).unwrap();
        let read: Record = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(read, record);
    }
}
