//! Findings of other accounts, which a role of each leads into.

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
use deepgrade::{
    aws::clients::Clients,
    ledger::{Partition, note_partition, read_ledger, read_records},
};
use jiff::SignedDuration;
use remediations::record::{Record, State};
use rules::{gap, ledger::Source};
use serde_json::{Value, json};
use testbed::edges::Refusal;

use super::{
    scene::{self, Scene, again, batch},
    stage::{Function, refusal, summary},
};

pub(crate) const MEMBER: &str = "444455556666";
pub(crate) const ROLE: &str = "deepgrade-member";

/// What somebody with the role of the other account holds.
pub(crate) fn member(scene: &Scene) -> Clients {
    let role = format!("arn:aws:iam::{MEMBER}:role/{ROLE}");
    let region = "us-east-1".parse().unwrap();
    let clients = &scene.stage.clients;
    scene
        .stage
        .block_on(clients.with_role(&role, "test", &region))
}

/// An instance of the other account, which belongs to a team.
pub(crate) fn launch(scene: &Scene, member: &Clients) -> String {
    let tag = Tag::builder().key("team").value("payments").build();
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::Instance)
        .tags(tag)
        .build();
    let call = member.ec2().run_instances().image_id("ami-12c6146b");
    let call = call.min_count(1).max_count(1).tag_specifications(tags);
    let made = scene.stage.block_on(call.send()).unwrap();
    made.instances()[0].instance_id().unwrap().to_owned()
}

/// A threat on an instance of the other account.
fn threat(scene: &Scene, instance: &str) -> Value {
    let mut threat = scene.threat("01afba5c", instance);
    threat["account"] = MEMBER.into();
    threat["detail"]["accountId"] = MEMBER.into();
    threat
}

fn partition() -> Partition {
    Partition::read(&format!("{MEMBER}#us-east-1")).unwrap()
}

fn records(scene: &Scene) -> Vec<Record> {
    let (table, partition) = (scene.table(), partition());
    let read = read_records(&table, &partition);
    scene.stage.block_on(read).unwrap().0
}

/// Starts a function that acts, and that a role leads into other accounts.
fn start(scene: &Scene, handler: &str) -> Function {
    let bootstrap = scene.bootstrap(handler, "");
    let bootstrap = bootstrap
        .environment("DEEPGRADE_ACTING", "on")
        .environment("DEEPGRADE_MEMBER_ROLE", ROLE);
    scene.stage.launch_function(handler, bootstrap)
}

/// Why the other account's instances may have findings that are not in the ledger.
fn gap(scene: &Scene, partition: &Partition, instance: &str) -> Option<String> {
    let table = scene.table();
    let ledger = scene
        .stage
        .block_on(read_ledger(&table, partition))
        .unwrap();
    let day = SignedDuration::from_hours(24);
    let now = jiff::Timestamp::from_millisecond(super::stage::now()).unwrap();
    let listing = ledger.listing(instance.parse().unwrap(), Source::Macie, now, day);
    let gap = listing.err()?;
    let is_of_finding = gap.reason().code() == &gap::FINDING_WITHOUT_PLAN;
    is_of_finding.then(|| gap.reason().text().to_owned())
}

/// A bucket whose policy names the other account.
fn open_to_member(scene: &Scene) {
    let statements = json!([{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/*",
        "Principal": {"AWS": format!("arn:aws:iam::{MEMBER}:root")},
    }]);
    scene.create_bucket("books", Some(&statements));
}

#[test]
fn a_finding_of_another_account_is_answered_by_the_role_that_leads_there() {
    let scene = Scene::new();
    let member = member(&scene);
    let instance = launch(&scene, &member);
    // In the function's own account there is no such instance.
    let own = scene.stage.clients.ec2().describe_instances();
    let own = scene.stage.block_on(own.instance_ids(&instance).send());
    assert!(own.is_err(), "{own:?}");

    let function = start(&scene, "respond");
    let response = summary(&function.invoke(&batch(&[threat(&scene, &instance).to_string()])));
    assert_eq!(again(&response), [""; 0]);
    let records = records(&scene);
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].state, State::Unprotected);
    let told = scene.take(&scene.told);
    let told: Value = serde_json::from_str(told[0].body().unwrap()).unwrap();
    assert_eq!(told["MessageAttributes"]["owner"]["Value"], "payments");
    assert_eq!(told["MessageAttributes"]["account"]["Value"], MEMBER);
    let calls = scene.edges.calls();
    assert_eq!(calls.get("sts:AssumeRole"), Some(&1), "{calls:?}");
}

#[test]
fn an_account_that_cannot_be_reached_does_not_hold_up_the_others() {
    let scene = Scene::new();
    let instance = launch(&scene, &member(&scene));
    summary(
        &scene
            .start("respond")
            .invoke(&batch(&[threat(&scene, &instance).to_string()])),
    );
    let function = scene.start("waf");
    let (kind, line) = refusal(&function.invoke(&json!({})));
    assert_eq!(kind, "Deepgrade.Unfinished");
    assert!(line.contains(MEMBER), "{line}");
    let output = function.output().stdout;
    let lines = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let mut lines = lines.filter(|line: &Value| line["Function"] == "waf");
    let line = lines.next().unwrap();
    assert_eq!(
        (&line["Partitions"], &line["Problems"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn a_bucket_that_names_another_account_leads_to_its_instances() {
    let scene = Scene::new();
    let instance = scene.reader(&member(&scene));
    open_to_member(&scene);
    let event = scene.bucket_finding("books").to_string();
    let response = summary(&start(&scene, "respond").invoke(&batch(&[event])));
    assert_eq!(again(&response), [""; 0]);
    let records = records(&scene);
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].instance.unwrap().to_string(), instance);
    assert_eq!(records[0].state, State::Unprotected);
    let trail = records[0].plan.as_ref().unwrap().trail.join("\n");
    assert!(
        trail.contains(&format!("by its role arn:aws:iam::{MEMBER}:role/reader")),
        "{trail}"
    );
    assert!(
        trail.contains("bucket policy, statement 1: allows"),
        "{trail}"
    );
    let told = scene.take(&scene.told);
    let told: Value = serde_json::from_str(told[0].body().unwrap()).unwrap();
    assert_eq!(told["MessageAttributes"]["account"]["Value"], MEMBER);
    assert_eq!(scene.record().state, State::Answered, "the finding itself");
}

#[test]
fn an_account_that_cannot_be_read_is_a_gap_of_its_own_until_it_can() {
    let scene = Scene::new();
    let instance = scene.reader(&member(&scene));
    open_to_member(&scene);
    let noted = scene.stage.block_on(async {
        let table = scene.table();
        note_partition(&table, &partition()).await
    });
    noted.unwrap();
    scene.edges.refuse("sts:AssumeRole", Refusal::denied());
    let event = scene.bucket_finding("books").to_string();
    let response = summary(&start(&scene, "respond").invoke(&batch(&[event])));
    assert_eq!(again(&response), [""; 0]);
    let head = scene.record();
    assert_eq!(head.state, State::Answered, "{}", head.line());
    let why = format!("roles of account {MEMBER} cannot be read: ");
    assert!(head.line().contains(&why), "{}", head.line());
    assert!(gap(&scene, &partition(), &instance).is_some());
    let own = scene.stage.id(0);
    assert_eq!(gap(&scene, &scene::partition(), &own), None);
    // Somebody puts the role in order, and the next look after an hour finds the instance.
    scene.edges.heal();
    scene.age(|record| {
        let hour = SignedDuration::from_hours(1);
        record.changed_at = record.changed_at.checked_sub(hour).unwrap();
    });
    summary(&start(&scene, "follow-up").invoke(&json!({})));
    assert_eq!(gap(&scene, &partition(), &instance), None);
    let records = records(&scene);
    let on_instance = records.iter().find(|record| record.instance.is_some());
    assert_eq!(
        on_instance.unwrap().state,
        State::Unprotected,
        "{records:?}"
    );
}
