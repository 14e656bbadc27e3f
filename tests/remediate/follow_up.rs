//! The function `follow-up`.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::IamInstanceProfileSpecification;
use deepgrade::{
    aws::table::DynamoTable,
    deep_security::operator::{TaskKind, TaskName},
    ledger::identify,
    ports::answering::Asked,
};
use jiff::Timestamp;
use remediations::record::State;
use serde_json::{Value, json};
use testbed::moto;

use super::{
    scene::{Scene, again, batch, recorded},
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
    let clients = &scene.stage.clients;
    let document =
        |statement: &Value| json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let reader = scene.stage.block_on(async {
        let iam = clients.iam();
        let trust = document(&json!({"Effect": "Allow", "Action": "sts:AssumeRole",
                                     "Principal": {"Service": "ec2.amazonaws.com"}}));
        let role = iam.create_role().role_name("reader");
        role.assume_role_policy_document(trust)
            .send()
            .await
            .unwrap();
        let policy = iam.put_role_policy().role_name("reader").policy_name("own");
        let allow = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        policy
            .policy_document(document(&allow))
            .send()
            .await
            .unwrap();
        let made = iam.create_instance_profile().instance_profile_name("p");
        let profile = made.send().await.unwrap().instance_profile.unwrap().arn;
        let add = iam.add_role_to_instance_profile().role_name("reader");
        add.instance_profile_name("p").send().await.unwrap();
        clients
            .s3()
            .create_bucket()
            .bucket("books")
            .send()
            .await
            .unwrap();
        let call = clients.ec2().run_instances().image_id("ami-12c6146b");
        let profile = IamInstanceProfileSpecification::builder()
            .arn(profile)
            .build();
        let call = call.min_count(1).max_count(1).iam_instance_profile(profile);
        let made = call.send().await.unwrap();
        made.instances()[0].instance_id().unwrap().to_owned()
    });
    scene.stage.know(&reader, true);
    scene.renew();
    let mut event = recorded("macie/classification");
    event["account"] = moto::ACCOUNT.into();
    event["detail"]["accountId"] = moto::ACCOUNT.into();
    event["detail"]["resourcesAffected"]["s3Bucket"]["name"] = "books".into();
    let response = summary(&scene.start("respond").invoke(&batch(&[event.to_string()])));
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
    scene.stage.create_table_named(OTHER);
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
