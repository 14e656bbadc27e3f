//! The function `respond`.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::Tag;
use remediations::record::State;
use serde_json::{Value, json};
use testbed::edges::Refusal;

use super::{
    scene::{OPERATOR_SECRET, Scene, again, batch},
    stage::{refusal, summary},
};

#[test]
fn a_threat_in_a_batch_is_scanned_for_recorded_and_shown() {
    let scene = Scene::new();
    scene.stage.rule("threats-are-answered");
    let threat = scene.threat("01afba5c", &scene.stage.id(0));
    let function = scene.start("respond");
    let response = summary(&function.invoke(&batch(&[threat.to_string()])));
    assert_eq!(again(&response), [""; 0]);
    let record = scene.record();
    assert_eq!(record.state, State::Pending, "{}", record.line());
    assert!(
        record.line().contains("scan requested"),
        "{}",
        record.line()
    );
    let tasks = scene.writes();
    assert!(tasks.iter().all(|write| write == "POST /scheduledtasks"));
    assert!(tasks.len() >= 2, "{tasks:?}");
    assert_eq!(scene.stage.calls("StartConfigRulesEvaluation"), 1);
    // The lines say how long it took, and no secret.
    let output = function.output();
    let lines = output.stdout.lines();
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = lines
        .iter()
        .find(|line| line["Function"] == "respond")
        .unwrap();
    assert_eq!(line["Messages"], 1, "{line}");
    assert_eq!((&line["Open"], &line["Kicks"]), (&json!(1), &json!(1)));
    assert_eq!(line["states"]["pending"], 1, "{line}");
    assert!(line["QueueLag"].as_i64().unwrap() < 60, "{line}");
    assert!(line["FindingLag"].as_i64().unwrap() > 60, "{line}");
    for text in [output.stdout, output.stderr] {
        assert!(!text.contains("canary") && !text.contains(testbed::SECRET));
    }
}

#[test]
fn case_48_one_malformed_message_of_ten_is_put_aside_and_nine_are_answered() {
    let scene = Scene::new();
    let id = scene.stage.id(0);
    let mut bodies: Vec<String> = (0..9)
        .map(|number| scene.threat(&format!("a{number}"), &id).to_string())
        .collect();
    bodies.insert(4, "{\"detail-type\": 1".to_owned());
    let function = scene.start("respond");
    let response = summary(&function.invoke(&batch(&bodies)));
    assert_eq!(again(&response), [""; 0]);
    assert_eq!(scene.records().len(), 9);
    let writes = scene.writes();
    let scans: BTreeSet<&String> = writes.iter().collect();
    assert_eq!(scans.len(), 1, "{writes:?}");
    assert!(
        writes.len() <= 3,
        "one scan of a kind is enough: {writes:?}"
    );
    let aside = scene.take(&scene.quarantine);
    assert_eq!(aside.len(), 1);
    assert_eq!(aside[0].body(), Some(bodies[4].as_str()));
    let reason = &aside[0].message_attributes().unwrap()["reason"];
    assert!(reason.string_value().unwrap().contains("not valid JSON"));

    // Envelopes of another release are put aside as well; what nobody answers is done.
    let known = json!({"deepgrade": "finding", "version": 2, "finding": {}}).to_string();
    let ignored = json!({"version": "0", "source": "aws.ec2", "detail-type": "x", "detail": {}});
    let response = summary(&function.invoke(&batch(&[known, ignored.to_string()])));
    assert_eq!(again(&response), [""; 0]);
    let aside = scene.take(&scene.quarantine);
    let reason = &aside[0].message_attributes().unwrap()["reason"];
    assert!(reason.string_value().unwrap().contains("version 2"));

    // What cannot be put aside comes again.
    scene.edges.refuse("sqs:SendMessage", Refusal::denied());
    let response = summary(&function.invoke(&batch(&bodies[3..6])));
    assert_eq!(again(&response), ["m1"]);
    assert_eq!(scene.records().len(), 9);
}

#[test]
fn case_49_without_the_lock_nothing_is_done_and_the_message_comes_again() {
    let scene = Scene::new();
    let bodies = [scene.threat("01afba5c", &scene.stage.id(0)).to_string()];
    let function = scene.start("respond");
    scene.edges.refuse("dynamodb:PutItem", Refusal::throttled());
    let response = summary(&function.invoke(&batch(&bodies)));
    assert_eq!(again(&response), ["m0"]);
    assert_eq!(scene.writes(), [""; 0]);
    scene.edges.refuse("dynamodb:GetItem", Refusal::throttled());
    let (kind, message) = refusal(&function.invoke(&batch(&bodies)));
    assert_eq!(kind, "Deepgrade.Unfinished", "{message}");
    assert_eq!(scene.writes(), [""; 0]);
    scene.edges.heal();
    let response = summary(&function.invoke(&batch(&bodies)));
    assert_eq!(again(&response), [""; 0]);
    assert_eq!(scene.record().state, State::Pending);
}

#[test]
fn case_56_messages_that_come_again_and_again_change_nothing() {
    let scene = Scene::new();
    let id = scene.stage.id(0);
    let threats = ["a1", "a2"].map(|finding| scene.threat(finding, &id).to_string());
    let function = scene.start("respond");
    summary(&function.invoke(&batch(&threats)));
    let (records, writes) = (scene.records(), scene.writes());
    assert_eq!(records.len(), 2);
    for _ in 0..2 {
        let response = summary(&scene.start("respond").invoke(&batch(&threats)));
        assert_eq!(again(&response), [""; 0]);
        assert_eq!(scene.records(), records);
        assert_eq!(scene.writes(), writes);
    }
}

#[test]
fn case_58_a_message_that_waited_long_is_superseded_by_what_came_before_it() {
    let scene = Scene::new();
    let older = scene.threat("01afba5c", &scene.stage.id(0));
    let mut newer = older.clone();
    newer["detail"]["updatedAt"] = "2026-11-20T16:00:00.000Z".into();
    newer["detail"]["service"]["archived"] = true.into();
    let function = scene.start("respond");
    summary(&function.invoke(&batch(&[newer.to_string()])));
    assert_eq!(scene.record().state, State::Archived);
    let mut late = batch(&[older.to_string()]);
    let sent = super::stage::now() - 6 * 3_600_000;
    late["Records"][0]["attributes"]["SentTimestamp"] = sent.to_string().into();
    let response = summary(&function.invoke(&late));
    assert_eq!(again(&response), [""; 0]);
    assert_eq!(scene.record().state, State::Archived);
    assert_eq!(scene.writes(), [""; 0]);
    let output = function.output().stdout;
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut line = lines.filter(|line| line["Function"] == "respond");
    let line = line.next_back().unwrap();
    assert_eq!(line["Superseded"], 1, "{line}");
    assert!(line["QueueLag"].as_i64().unwrap() >= 6 * 3_600, "{line}");
}

#[test]
fn the_team_of_an_instance_that_is_not_protected_is_told_by_an_attribute() {
    let scene = Scene::new();
    let instance = scene.stage.launch(1).remove(0);
    let tag = Tag::builder().key("team").value("payments").build();
    let call = scene.stage.clients.ec2().create_tags();
    let call = call.resources(&instance).tags(tag);
    scene.stage.block_on(call.send()).unwrap();
    let threat = scene.threat("01afba5c", &instance);
    // An event that comes without a queue is answered as well.
    let answer = summary(&scene.start("respond").invoke(&threat));
    assert_eq!(answer["states"]["unprotected"], 1, "{answer}");
    assert_eq!(scene.record().state, State::Unprotected);
    let told = scene.take(&scene.told);
    assert_eq!(told.len(), 1);
    let told: Value = serde_json::from_str(told[0].body().unwrap()).unwrap();
    assert_eq!(told["MessageAttributes"]["owner"]["Value"], "payments");
    assert_eq!(told["MessageAttributes"]["instance"]["Value"], *instance);
    assert_eq!(scene.writes(), [""; 0]);
}

#[test]
fn a_key_that_the_manager_does_not_take_is_not_tried_for_every_finding() {
    let scene = Scene::new();
    let id = scene.stage.id(0);
    let secrets = scene.stage.clients.secretsmanager();
    let put = secrets.put_secret_value().secret_id(OPERATOR_SECRET);
    let put = put.secret_string("{\"apiKey\": \"9:wrong\"}");
    scene.stage.block_on(put.send()).unwrap();
    let bodies: Vec<String> = (0..5)
        .map(|number| scene.threat(&format!("a{number}"), &id).to_string())
        .collect();
    let function = scene.start("respond");
    summary(&function.invoke(&batch(&bodies)));
    assert_eq!(
        scene.stage.manager.calls().len(),
        1,
        "{:?}",
        scene.stage.manager.calls()
    );
    for record in scene.records() {
        assert_eq!(record.state, State::Pending);
        let line = record.line();
        assert!(line.contains("will be tried again"), "{line}");
    }
    // A key that is put there in the meantime is found.
    let put = secrets.put_secret_value().secret_id(OPERATOR_SECRET);
    let put = put.secret_string("{\"apiKey\": \"3:operator-canary\"}");
    scene.stage.block_on(put.send()).unwrap();
    let threat = scene.threat("b1", &id).to_string();
    summary(&function.invoke(&batch(&[threat])));
    assert!(!scene.writes().is_empty());
}

#[test]
fn a_key_that_a_rotation_is_about_to_put_in_use_is_tried_when_the_one_in_use_is_refused() {
    let scene = Scene::new();
    let id = scene.stage.id(0);
    let secrets = scene.stage.clients.secretsmanager();
    let put = secrets.put_secret_value().secret_id(OPERATOR_SECRET);
    let put = put.secret_string("{\"apiKey\": \"9:wrong\"}");
    scene.stage.block_on(put.send()).unwrap();
    let put = secrets.put_secret_value().secret_id(OPERATOR_SECRET);
    let put = put
        .secret_string("{\"apiKey\": \"3:operator-canary\"}")
        .version_stages("AWSPENDING");
    scene.stage.block_on(put.send()).unwrap();
    let function = scene.start("respond");
    let threat = scene.threat("01afba5c", &id).to_string();
    summary(&function.invoke(&batch(&[threat])));
    let record = scene.record();
    assert_eq!(record.state, State::Pending, "{}", record.line());
    assert!(!scene.writes().is_empty());
    // One refusal, and the key that was found is kept for the next finding.
    let refused = || {
        let calls = scene.stage.manager.calls();
        calls.iter().filter(|call| call.status == Some(401)).count()
    };
    assert_eq!(refused(), 1);
    let threat = scene.threat("b1", &id).to_string();
    summary(&function.invoke(&batch(&[threat])));
    assert_eq!(refused(), 1);
}

/// Lambda does not read which messages of another sender failed: it has to be told by an error.
#[test]
fn records_of_sns_are_refused_so_that_they_are_not_lost() {
    let scene = Scene::new();
    let threat = scene.threat("01afba5c", &scene.stage.id(0)).to_string();
    let event = json!({"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0",
        "Sns": {"Type": "Notification", "Message": threat},
    }]});
    let (kind, _) = refusal(&scene.start("respond").invoke(&event));
    assert_eq!(kind, "Deepgrade.Refused");
}
