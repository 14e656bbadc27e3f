//! Findings that are answered with what an account tells.

use aws_sdk_ec2::types::{IamInstanceProfileSpecification, Tag};
use deepgrade::aws::clients::Clients;
use serde_json::{Value, json};
use testbed::{Key, moto::ACCOUNT};

use crate::world::{OTHER_ACCOUNT, Run, World};

const OPERATOR: &str = "3:operator-canary";

fn recorded(name: &str) -> Value {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings/events");
    let text = std::fs::read(folder.join(name).with_extension("json")).unwrap();
    let mut event: Value = serde_json::from_slice(&text).unwrap();
    event["account"] = ACCOUNT.into();
    event["region"] = "us-east-1".into();
    event["detail"]["accountId"] = ACCOUNT.into();
    event["detail"]["region"] = "us-east-1".into();
    event
}

fn threat(instance: &str) -> Value {
    let mut event = recorded("guardduty/dns-query");
    event["detail"]["resource"]["instanceDetails"]["instanceId"] = instance.into();
    event
}

/// A world whose Manager takes an operator's key, with the settings that name it.
fn world() -> World {
    let world = World::new();
    world
        .manager
        .options(|options| options.keys.push(Key::operator(OPERATOR)));
    world.write("operator.txt", OPERATOR);
    let settings = json!({
        "managers": [{
            "name": "first", "url": world.manager.url(),
            "keyFile": world.path("key.txt"), "operatorKeyFile": world.path("operator.txt"),
        }],
        "remediation": {"ownerTag": "team"},
    });
    world.write("settings.yaml", &settings.to_string());
    world
}

fn respond(world: &World, event: &Value, more: &str) -> Run {
    world.write("event.json", &event.to_string());
    world.run(&format!(
        "respond event.json --settings settings.yaml {more}"
    ))
}

/// Makes a role that may read every bucket, a bucket, and an instance of the role in a Region.
fn reader(world: &World, clients: &Clients, elsewhere: &Clients) -> String {
    let document =
        |statement: &Value| json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    world.block_on(async {
        let iam = clients.iam();
        let trust = document(&json!({"Effect": "Allow", "Action": "sts:AssumeRole",
                                     "Principal": {"Service": "ec2.amazonaws.com"}}));
        let role = iam.create_role().role_name("reader");
        let role = role.assume_role_policy_document(trust);
        role.send().await.unwrap();
        let allow = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        let policy = iam.put_role_policy().role_name("reader").policy_name("own");
        let policy = policy.policy_document(document(&allow));
        policy.send().await.unwrap();
        let made = iam.create_instance_profile().instance_profile_name("p");
        let profile = made.send().await.unwrap().instance_profile.unwrap().arn;
        let add = iam.add_role_to_instance_profile().role_name("reader");
        add.instance_profile_name("p").send().await.unwrap();
        let bucket = clients.s3().create_bucket().bucket("books");
        bucket.send().await.unwrap();
        let profile = IamInstanceProfileSpecification::builder().arn(profile);
        let call = elsewhere.ec2().run_instances().image_id("ami-12c6146b");
        let call = call.min_count(1).max_count(1);
        let call = call.iam_instance_profile(profile.build());
        let made = call.send().await.unwrap();
        made.instances()[0].instance_id().unwrap().to_owned()
    })
}

#[test]
fn a_bucket_leads_to_instances_also_in_a_region_that_was_not_named() {
    let world = world();
    let instance = reader(
        &world,
        &world.clients("us-east-1"),
        &world.clients("eu-west-1"),
    );
    let mut event = recorded("macie/classification");
    event["detail"]["resourcesAffected"]["s3Bucket"]["name"] = "books".into();
    let run = respond(&world, &event, "--region us-east-1 --output json");
    assert_eq!(run.code, 0, "{run:?}");
    let planned = run.json();
    let parts = planned["parts"].as_array().unwrap();
    let part = parts.iter().find(|part| part["instance"] == *instance);
    let part = part.unwrap_or_else(|| panic!("{planned}"));
    assert_eq!(part["region"], "eu-west-1");
    let trail = part["plan"]["trail"].to_string();
    assert!(
        trail.contains(&format!("arn:aws:iam::{ACCOUNT}:role/reader")),
        "{trail}"
    );
}

#[test]
fn the_team_of_an_instance_that_nothing_protects_is_told_where_a_topic_is_named() {
    let world = world();
    let clients = world.clients("us-east-1");
    let instance = world.launch(&clients, "web");
    let (topic, queue) = world.block_on(async {
        let tag = Tag::builder().key("team").value("payments").build();
        let tags = clients.ec2().create_tags().resources(&instance).tags(tag);
        tags.send().await.unwrap();
        let topic = clients.sns().create_topic().name("deepgrade");
        let topic = topic.send().await.unwrap().topic_arn.unwrap();
        let queue = clients.sqs().create_queue().queue_name("told");
        let queue = queue.send().await.unwrap().queue_url.unwrap();
        let subscribe = clients.sns().subscribe().topic_arn(&topic).protocol("sqs");
        let subscribe = subscribe.endpoint(format!("arn:aws:sqs:us-east-1:{ACCOUNT}:told"));
        subscribe.send().await.unwrap();
        (topic, queue)
    });
    let told = || {
        let receive = clients.sqs().receive_message().queue_url(&queue);
        let taken = world.block_on(receive.send()).unwrap();
        taken.messages.unwrap_or_default()
    };
    let run = respond(
        &world,
        &threat(&instance),
        "--region us-east-1 --save plan.json",
    );
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(told().len(), 0);
    let act = "respond --act plan.json --settings settings.yaml --region us-east-1";
    let run = world.run(&format!("{act} --ledger ledger.jsonl --topic {topic}"));
    assert_eq!(run.code, 0, "{run:?}");
    let told = told();
    let told: Value = serde_json::from_str(told[0].body().unwrap()).unwrap();
    assert_eq!(told["MessageAttributes"]["owner"]["Value"], "payments");
    assert_eq!(told["MessageAttributes"]["instance"]["Value"], *instance);

    let run = world.run(&format!(
        "{act} --topic arn:aws:sqs:us-east-1:{ACCOUNT}:told"
    ));
    run.fails(2, &["is not the ARN of a topic"]);
}

#[test]
fn a_finding_of_another_account_or_region_is_not_taken_for_one_whose_instance_is_gone() {
    let world = world();
    let instance = world.launch(&world.other("us-east-1"), "web");
    let mut event = threat(&instance);
    event["detail"]["accountId"] = OTHER_ACCOUNT.into();
    let run = respond(&world, &event, "--region us-east-1");
    run.fails(2, &["the finding is of account 444455556666", ACCOUNT]);
    // An instance of a Region that was not named is asked about, and is there.
    let instance = world.launch(&world.clients("eu-west-1"), "web");
    let mut event = threat(&instance);
    event["region"] = "eu-west-1".into();
    event["detail"]["region"] = "eu-west-1".into();
    let run = respond(&world, &event, "--region us-east-1 --output json");
    assert_eq!(run.code, 0, "{run:?}");
    let actions = run.json()["parts"][0]["plan"]["steps"].to_string();
    assert!(actions.contains("notify"), "{actions}");
}
