//! Findings of other accounts, which a role of each leads into.

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
use deepgrade::{aws::clients::Clients, ledger::Partition};
use remediations::record::{Record, State};
use serde_json::{Value, json};

use super::{
    scene::{Scene, again, batch},
    stage::{refusal, summary},
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

fn records(scene: &Scene) -> Vec<Record> {
    let partition = Partition::read(&format!("{MEMBER}#us-east-1")).unwrap();
    let table = scene.table();
    let read = deepgrade::ledger::read_records(&table, &partition);
    scene.stage.block_on(read).unwrap().0
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

    let bootstrap = scene.bootstrap("respond", "");
    let bootstrap = bootstrap
        .environment("DEEPGRADE_ACTING", "on")
        .environment("DEEPGRADE_MEMBER_ROLE", ROLE);
    let function = scene.stage.launch_function("respond", bootstrap);
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
