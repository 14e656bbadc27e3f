//! The function `follow-up`.

use std::collections::BTreeSet;

use deepgrade::{
    aws::table::DynamoTable,
    deep_security::operator::{TaskKind, TaskName},
    ledger::identify,
    ports::answering::Asked,
};
use jiff::{SignedDuration, Timestamp};
use remediations::{
    outcome::Outcome,
    record::{Record, State},
};
use serde_json::json;
use testbed::{Key as ManagerKey, edges::Refusal, moto};

use super::{
    scene::{OPERATOR, OPERATOR_SECRET, Scene, again, batch},
    stage::{TABLE, now, summary},
};

#[test]
fn what_was_asked_for_is_seen_to_be_done() {
    let scene = Scene::new();
    let threat = scene.threat("01afba5c", &scene.stage.id(0)).to_string();
    summary(&scene.start("respond").invoke(&batch(&[threat])));
    let function = scene.start("follow-up");
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        (&answer["lookedAt"], &answer["open"]),
        (&json!(1), &json!(1))
    );
    for _ in 0..4 {
        scene.stage.manager.advance(1_800_000);
        let answer = summary(&function.invoke(&json!({})));
        assert_eq!(answer["lookedAt"], 1, "{answer}");
    }
    let record = scene.record();
    assert_eq!(record.state, State::Answered, "{}", record.line());
    assert!(
        record.line().contains("malware scan done"),
        "{}",
        record.line()
    );
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(answer["open"], 0, "{answer}");
}

#[test]
fn a_bucket_leads_to_the_instances_whose_roles_may_read_it() {
    let scene = Scene::new();
    let reader = scene.reader(&scene.stage.clients);
    scene.create_bucket("books", None);
    scene.stage.know(&reader, true);
    scene.renew();
    let event = scene.bucket_finding("books").to_string();
    let response = summary(&scene.start("respond").invoke(&batch(&[event])));
    assert_eq!(again(&response), [""; 0]);
    let records = scene.records();
    let record = records.iter().find(|record| record.instance.is_some());
    let record = record.unwrap_or_else(|| panic!("{records:?}"));
    assert_eq!(record.instance.unwrap().to_string(), reader);
    let trail = record.plan.as_ref().unwrap().trail.join("\n");
    assert!(
        trail.contains("by its role arn:aws:iam::123456789012:role/reader"),
        "{trail}"
    );
    assert!(!scene.writes().is_empty());
}

/// Two deployments on one Manager: each clears up what it left behind itself, and touches nothing
/// that may still run, least of all what the other has just asked for.
#[test]
fn only_what_a_ledger_asked_for_and_left_behind_is_cleared_up_by_it() {
    const OTHER: &str = "ledger-of-another-deployment";
    let scene = Scene::new();
    let threat = scene.threat("01afba5c", &scene.stage.id(0)).to_string();
    summary(&scene.start("respond").invoke(&batch(&[threat])));
    let fresh = scene.tasks();
    assert!(fresh.len() >= 2, "{fresh:?}");
    scene.stage.create_table_in(&scene.stage.clients, OTHER);
    let id = |table: &str| {
        let table = DynamoTable::new(scene.stage.clients.clone(), table);
        scene.stage.block_on(identify(&table)).unwrap()
    };
    let (own, other) = (id(TABLE), id(OTHER));
    assert!(fresh.iter().all(|name| name.contains(&own.to_string())));
    let name = |ledger, hours_ago: i64| {
        let at = Timestamp::from_millisecond(now() - hours_ago * 3_600_000).unwrap();
        TaskName::new(Asked { ledger, at }, "first", 1, TaskKind::PolicySend).to_string()
    };
    let [own_old, own_young] = [25, 23].map(|hours| name(own, hours));
    let [other_old, other_young, other_new] = [25, 23, 0].map(|hours| name(other, hours));
    let foreign = "nightly scan of deepgrade-machines".to_owned();
    let nearly = format!("{own_old}0");
    let waiting = [
        own_old,
        own_young,
        other_old,
        other_young,
        other_new,
        foreign,
        nearly,
    ];
    for name in &waiting {
        scene.wait_with(name);
    }
    let dry = summary(&scene.start_dry("follow-up").invoke(&json!({})));
    assert_eq!(dry["tasksDeleted"], 0, "{dry}");
    let left = |without: &[usize]| {
        let kept = waiting.iter().enumerate();
        let kept = kept.filter(|(place, _)| !without.contains(place));
        let kept = kept.map(|(_, name)| name.clone()).chain(fresh.clone());
        kept.collect::<BTreeSet<_>>()
    };
    let answer = summary(&scene.start("follow-up").invoke(&json!({})));
    assert_eq!(answer["tasksDeleted"], 1, "{answer}");
    assert_eq!(scene.tasks(), left(&[0]));
    let of_other = scene.bootstrap("follow-up", "");
    let of_other = of_other
        .environment("DEEPGRADE_LEDGER", OTHER)
        .environment("DEEPGRADE_ACTING", "on");
    let of_other = scene.stage.launch_function("follow-up", of_other);
    let answer = summary(&of_other.invoke(&json!({})));
    assert_eq!(answer["tasksDeleted"], 1, "{answer}");
    assert_eq!(scene.tasks(), left(&[0, 2]));
    // Who lets computers take three days does not take the task away after one.
    let patient = scene.bootstrap("follow-up", "  patienceHours: 72\n");
    let patient = patient.environment("DEEPGRADE_ACTING", "on");
    scene.wait_with(&waiting[0]);
    let patient = scene.stage.launch_function("follow-up", patient);
    let answer = summary(&patient.invoke(&json!({})));
    assert_eq!(answer["tasksDeleted"], 0, "{answer}");
}

#[test]
fn with_acting_off_no_function_changes_anything_but_the_ledger() {
    let scene = Scene::new();
    scene.switch_sources();
    scene.stage.rule("threats-are-answered");
    let unknown = scene.stage.launch(1).remove(0);
    let bodies = [
        scene.threat("a1", &scene.stage.id(0)).to_string(),
        scene.threat("a2", &unknown).to_string(),
    ];
    let response = summary(&scene.start_dry("respond").invoke(&batch(&bodies)));
    assert_eq!(again(&response), [""; 0]);
    let asked = json!({
        "source": "config-remediation", "instanceId": scene.stage.id(0), "action": "run-scans",
        "executionId": "e1", "accountId": moto::ACCOUNT, "region": "us-east-1",
    });
    let answer = summary(&scene.start_dry("operate").invoke(&asked));
    assert!(
        answer["line"].as_str().unwrap().contains("acting is off"),
        "{answer}"
    );
    summary(&scene.start_dry("backfill").invoke(&json!({})));
    scene.stage.manager.advance(3_600_000);
    let answer = summary(&scene.start_dry("follow-up").invoke(&json!({})));
    assert_eq!(
        (&answer["acting"], &answer["lookedAt"]),
        (&json!(false), &json!(3))
    );
    assert_eq!(scene.records().len(), 3);
    assert_eq!(scene.writes(), [""; 0]);
    assert_eq!(scene.take(&scene.told).len(), 0);
    assert_eq!(scene.stage.calls("StartConfigRulesEvaluation"), 0);
    let calls = scene.edges.calls();
    let reads = |action: &str| {
        let (_, name) = action.split_once(':').unwrap();
        ["Get", "GET", "List", "Describe", "Batch", "Query"]
            .iter()
            .any(|word| name.starts_with(word))
    };
    let other: Vec<_> = calls
        .keys()
        .filter(|action| !reads(action) && *action != "dynamodb:PutItem")
        .collect();
    assert_eq!(other, [""; 0]);
    // With acting on, the same is done.
    scene.start("follow-up").invoke(&json!({}));
    assert!(!scene.writes().is_empty());
    assert_eq!(scene.take(&scene.told).len(), 1);
}

/// A key that the Manager does not take any more is put right in its secret, and nobody has to do
/// anything else.
#[test]
fn what_a_refused_key_held_up_is_done_once_the_key_is_replaced() {
    const NEW: &str = "4:operator-canary-of-today";
    let scene = Scene::new();
    let keys = |keys: Vec<ManagerKey>| scene.stage.manager.options(|options| options.keys = keys);
    let reader = ManagerKey::administrator(testbed::SECRET);
    keys(vec![reader.clone()]);
    let threat = scene.threat("01afba5c", &scene.stage.id(0)).to_string();
    let response = summary(&scene.start("respond").invoke(&batch(&[threat])));
    assert_eq!(again(&response), [""; 0]);
    let record = scene.record();
    assert_eq!(record.state, State::Pending, "{}", record.line());
    let line = record.line();
    assert!(
        line.contains("will be tried again") && line.contains("401"),
        "{line}"
    );
    let function = scene.start("follow-up");
    scene.stage.manager.forget_calls();
    summary(&function.invoke(&json!({})));
    let refused = |scene: &Scene| {
        let calls = scene.stage.manager.calls();
        calls
            .iter()
            .filter(|call| call.status.is_some_and(|status| status == 401))
            .count()
    };
    assert!(
        refused(&scene) <= 1,
        "a dead key is not tried for each step"
    );
    assert_eq!(scene.record(), record);
    keys(vec![reader, ManagerKey::operator(NEW)]);
    scene.stage.replace_secret_of(OPERATOR_SECRET, NEW);
    scene.age(|record| {
        let tried: Vec<&mut Outcome> = record.outcomes.iter_mut().collect();
        for outcome in tried {
            if let Outcome::Hindered { tried_at, .. } = outcome {
                *tried_at = tried_at.checked_sub(SignedDuration::from_hours(1)).unwrap();
            }
        }
    });
    for _ in 0..5 {
        summary(&function.invoke(&json!({})));
        scene.stage.manager.advance(1_800_000);
    }
    let record = scene.record();
    assert_eq!(record.state, State::Answered, "{}", record.line());
    let made = scene.writes();
    let made = made.iter().filter(|write| *write == "POST /scheduledtasks");
    assert!(made.count() >= 2, "{:?}", scene.writes());
}

/// Whether there is another key is not known while Secrets Manager says nothing.
#[test]
fn a_secret_that_is_not_given_for_now_is_asked_for_again() {
    let scene = Scene::new();
    let function = scene.start("respond");
    let unknown = scene.stage.launch(1).remove(0);
    let first = scene.threat("a1", &unknown).to_string();
    summary(&function.invoke(&batch(&[first])));
    // The Manager is entered by now, and throws the key out.
    let keys = |keys: Vec<ManagerKey>| scene.stage.manager.options(|options| options.keys = keys);
    keys(Vec::new());
    let action = "secretsmanager:GetSecretValue";
    scene.edges.refuse(action, Refusal::throttled());
    let second = scene.threat("a2", &scene.stage.id(0)).to_string();
    let response = summary(&function.invoke(&batch(&[second])));
    assert_eq!(again(&response), [""; 0]);
    let managed = |scene: &Scene| {
        let own = scene.stage.id(0);
        let is_own = |record: &Record| record.instance.is_some_and(|id| id.to_string() == own);
        scene.records().into_iter().find(is_own).unwrap()
    };
    let record = managed(&scene);
    assert_eq!(record.state, State::Pending);
    let line = record.line();
    assert!(
        line.contains("waiting: ") && line.contains(action),
        "{line}"
    );
    scene.edges.heal();
    keys(vec![ManagerKey::operator(OPERATOR)]);
    summary(&scene.start("follow-up").invoke(&json!({})));
    let line = managed(&scene).line();
    assert!(line.contains("malware scan requested"), "{line}");
}
