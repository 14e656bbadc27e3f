//! Laws of the rule that watches over Deepgrade itself, on states drawn at random.

use std::collections::BTreeMap;

use proptest::{prelude::*, sample::select};
use rules::{
    AccountGrader, Prepared, catalogue, gap,
    health::{Health, Panel, Tally},
    reason::ANNOTATION_LIMIT,
    verdict::Compliance,
};
use serde_json::{Value, json};

use super::{
    a_world,
    world::{World, health::GivenHealth},
};

fn grader() -> AccountGrader {
    let rule = catalogue::find("evaluator-is-healthy").unwrap();
    match rule.with([]).unwrap() {
        Prepared::Account(grader) => grader,
        Prepared::Instance(_) => panic!("about instances"),
    }
}

/// Changes of the status of a Manager, and whether its inventory can be used.
fn manager() -> impl Strategy<Value = (Value, bool)> {
    let minutes_old =
        prop_oneof![1 => Just(None), 3 => (-20..200_i64).prop_map(Some), 9 => Just(Some(5))];
    let problem = select(vec![
        Value::Null,
        Value::Null,
        json!({"kind": "keyRejected", "text": "HTTP 401"}),
        json!({"kind": "unreachable", "text": "refused ".repeat(20)}),
    ]);
    let name = prop_oneof![Just("first".to_owned()), any::<String>()];
    let expires = select(vec![
        json!("never"),
        json!("unknown"),
        json!("unknown"),
        json!({"at": "2026-11-24T00:00:00Z"}),
        json!({"at": "2027-11-24T00:00:00Z"}),
    ]);
    let rest = (
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.1),
        problem,
        expires,
        -140..140_i64,
        name,
    );
    (minutes_old, rest).prop_map(
        |(old, (complete, withheld, problem, expires, skew, name))| {
            let completeness = if complete {
                "complete"
            } else {
                "pageMayBeMissing"
            };
            let now: jiff::Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
            let inventory = old.map(|old| {
                let taken = now - jiff::SignedDuration::from_mins(old);
                json!({"takenAt": taken, "completeness": completeness})
            });
            let usable = complete && !withheld && old.is_some_and(|old| (-5..=120).contains(&old));
            let status = json!({
                "manager": name, "inventory": inventory, "isWithheld": withheld,
                "problem": problem, "keyExpires": expires, "clockSkewSeconds": skew,
            });
            (status, usable)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Healthy is only who has seen every Manager fresh, and has graded every instance.
    #[test]
    fn nothing_is_healthy_without_evidence(
        managers in prop::collection::vec(manager(), 0..3),
        gaps in prop::collection::btree_map(select(gap::CODES).prop_map(|code| code.id.to_owned()), 0..2_u64, 0..3),
        dead_letters in select(vec![json!(0), json!(0), json!(1), json!("unwatched"), json!("denied")]),
        unseen in prop::option::weighted(0.1, any::<bool>()),
    ) {
        let (statuses, usable): (Vec<_>, Vec<_>) = managers.into_iter().unzip();
        let given = GivenHealth {
            managers: Some(if unseen == Some(true) { json!("denied") } else { statuses.clone().into() }),
            instances: Some(if unseen == Some(false) { json!("denied") } else { json!(20) }),
            gaps: gaps.clone(),
            dead_letters: Some(dead_letters.clone()),
            ..GivenHealth::default()
        };
        let health = Health::from(&given);
        let sees = unseen.is_none() && !usable.is_empty() && usable.iter().all(|usable| *usable);
        let counted = gaps.values().sum::<u64>() == 0;
        let two_hours = jiff::SignedDuration::from_hours(2);
        prop_assert_eq!(health.proof(two_hours).is_some(), sees && counted);
        let verdict = grader().grade(&health);
        let line = verdict.reason().to_string();
        prop_assert!(line.chars().count() <= ANNOTATION_LIMIT && !line.chars().any(char::is_control), "{}", line);
        prop_assert!(grader().rule().codes.contains(&verdict.reason().code()), "{}", line);
        let is_well = |status: &Value| {
            status["problem"]["kind"] != "keyRejected"
                && status["keyExpires"]["at"] != "2026-11-24T00:00:00Z"
                && status["clockSkewSeconds"].as_i64().unwrap().abs() <= 120
        };
        let healthy = sees
            && counted
            && statuses.iter().all(is_well)
            && [json!(0), json!("unwatched")].contains(&dead_letters);
        let wanted = if healthy { Compliance::Compliant } else { Compliance::NonCompliant };
        prop_assert_eq!(verdict.compliance(), wanted, "{}", line);
    }

    /// An instance counts as evaluated when no rule about the inventory has a gap for it.
    #[test]
    fn own_counts_are_those_of_the_rules(world in a_world()) {
        let World { now, instance, inventories, .. } = &world;
        let panel = Panel::new(jiff::SignedDuration::from_hours(2)).unwrap();
        let mut tally = Tally::default();
        panel.count(&mut tally, *now, instance, inventories);
        let mut graders = catalogue::of_instances()
            .filter(|rule| rule.about().needs.iter().all(|need| need.is_of_inventory()))
            .map(|rule| rule.with(BTreeMap::new()).unwrap());
        let gap = graders.any(|grader| {
            grader.grade(&grader.facts(*now, instance, inventories)).is_err()
        });
        let state = serde_json::to_value(&instance.state).unwrap();
        let exists = state != "terminated" && state != "shutting-down";
        let wanted = match (exists, gap) {
            (true, false) => "evaluated 1/1",
            (true, true) => "evaluated 0/1",
            (false, _) => "evaluated 0/0",
        };
        prop_assert_eq!(tally.to_string(), wanted);
    }
}
