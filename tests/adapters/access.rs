//! From a bucket to the instances that may access it, in an account where all of it is really made.

use std::{collections::BTreeMap, path::Path};

use aws_sdk_ec2::types::IamInstanceProfileSpecification;
use aws_sdk_iam::types::Tag;
use deepgrade::{
    aws::{access, clients::Clients},
    time::ManualTime,
};
use jiff::Timestamp;
use remediations::access::{
    Answer, Authorization, BucketFacts, BucketPolicy, profiles, reached, readers,
};
use rules::instance::{AccountId, Region};
use serde_json::{Value, json};
use testbed::{
    edges::{Edges, Refusal},
    moto::{self, Moto},
};

use super::world::{block_on, clients};

struct Account {
    clients: Clients,
    edges: Edges,
    _moto: Moto,
}

fn account_id() -> AccountId {
    moto::ACCOUNT.parse().unwrap()
}

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn allow(actions: &str, resource: &str) -> String {
    document(&json!([{"Effect": "Allow", "Action": actions, "Resource": resource}]))
}

impl Account {
    fn new() -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let edges = Edges::before(moto.url()).unwrap();
        Self {
            clients: clients(&edges.url()),
            edges,
            _moto: moto,
        }
    }

    /// A role in an instance profile of another name, with an inline policy.
    async fn role(&self, name: &str, inline: &str, boundary: Option<&str>) {
        let iam = self.clients.iam();
        let trust = document(&json!([{"Effect": "Allow", "Action": "sts:AssumeRole",
                                      "Principal": {"Service": "ec2.amazonaws.com"}}]));
        let call = iam.create_role().role_name(name).path("/app/");
        let call = call.assume_role_policy_document(trust);
        let call = call.tags(Tag::builder().key("team").value("a").build().unwrap());
        let call = call.set_permissions_boundary(boundary.map(str::to_owned));
        call.send().await.unwrap();
        let call = iam.put_role_policy().role_name(name).policy_name("own");
        call.policy_document(inline).send().await.unwrap();
    }

    async fn profile(&self, role: &str) -> String {
        let iam = self.clients.iam();
        let name = format!("profile-of-{role}");
        let made = iam.create_instance_profile().instance_profile_name(&name);
        let made = made.send().await.unwrap().instance_profile.unwrap();
        let call = iam.add_role_to_instance_profile().role_name(role);
        call.instance_profile_name(&name).send().await.unwrap();
        made.arn
    }

    async fn managed(&self, name: &str, text: &str) -> String {
        let call = self.clients.iam().create_policy().policy_name(name);
        let made = call.policy_document(text).send().await.unwrap();
        made.policy.unwrap().arn.unwrap()
    }

    async fn instance(&self, place: &str, profile: Option<&str>) -> String {
        let ec2 = self.clients.ec2_of(&region(place));
        let profile =
            profile.map(|arn| IamInstanceProfileSpecification::builder().arn(arn).build());
        let call = ec2
            .run_instances()
            .image_id("ami-12c6146b")
            .min_count(1)
            .max_count(1);
        let made = call.set_iam_instance_profile(profile).send().await.unwrap();
        made.instances()[0].instance_id().unwrap().to_owned()
    }

    async fn bucket(&self, name: &str, policy: Option<&str>) {
        let s3 = self.clients.s3();
        s3.create_bucket().bucket(name).send().await.unwrap();
        if let Some(policy) = policy {
            let call = s3.put_bucket_policy().bucket(name).policy(policy);
            call.send().await.unwrap();
        }
    }

    async fn authorization(&self) -> Authorization {
        let read = access::authorization(self.clients.iam(), account_id()).await;
        read.unwrap()
    }

    async fn facts(&self, name: &str) -> Option<BucketFacts> {
        let read = access::bucket(self.clients.s3(), "aws", account_id(), name).await;
        read.unwrap()
    }
}

fn time() -> ManualTime {
    ManualTime::at(Timestamp::UNIX_EPOCH)
}

#[test]
fn a_bucket_leads_to_the_instances_that_may_access_it() {
    let account = Account::new();
    let lines = block_on(async {
        let boundary = account.managed("bounds", &allow("ec2:*", "*")).await;
        let writes = account.managed("writes", &allow("ec2:*", "*")).await;
        let version = account
            .clients
            .iam()
            .create_policy_version()
            .policy_arn(&writes);
        let version = version.policy_document(allow("s3:PutObject", "arn:aws:s3:::books/*"));
        version.set_as_default(true).send().await.unwrap();

        let reads = allow("s3:GetObject", "arn:aws:s3:::books/2026/*");
        account.role("reader", &reads, None).await;
        account.role("writer", &allow("logs:*", "*"), None).await;
        let attach = account
            .clients
            .iam()
            .attach_role_policy()
            .role_name("writer");
        attach.policy_arn(&writes).send().await.unwrap();
        account
            .role("bounded", &allow("s3:*", "*"), Some(&boundary))
            .await;
        account.role("function", &allow("s3:*", "*"), None).await;
        let mut profiles_of = BTreeMap::new();
        for role in ["reader", "writer", "bounded"] {
            profiles_of.insert(role, account.profile(role).await);
        }

        let place = "us-east-1";
        let profile = |role: &str| Some(profiles_of[role].as_str());
        let near = account.instance(place, profile("reader")).await;
        let stopped = account.instance(place, profile("reader")).await;
        let gone = account.instance(place, profile("reader")).await;
        let far = account.instance("eu-west-1", profile("writer")).await;
        account.instance(place, profile("bounded")).await;
        account.instance(place, None).await;
        let ec2 = account.clients.ec2();
        ec2.stop_instances()
            .instance_ids(&stopped)
            .send()
            .await
            .unwrap();
        ec2.terminate_instances()
            .instance_ids(&gone)
            .send()
            .await
            .unwrap();
        let tls = json!([{"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::books", "arn:aws:s3:::books/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]);
        account.bucket("books", Some(&document(&tls))).await;

        let authorization = account.authorization().await;
        assert_eq!(authorization.gaps, []);
        let names: Vec<&str> = authorization
            .roles
            .iter()
            .map(|role| role.arn.name())
            .collect();
        assert_eq!(names, ["reader", "writer", "bounded"]);
        let bucket = account.facts("books").await.unwrap();
        assert!(matches!(bucket.policy, BucketPolicy::Read(_)));
        let readers = readers(&authorization, &bucket, Some("2026/x.csv"));
        let answers: Vec<Answer> = readers.iter().map(|reader| reader.answer).collect();
        assert_eq!(answers, [Answer::Allowed, Answer::Allowed, Answer::Denied]);

        let time = time();
        let regions = access::regions(account.clients.ec2(), &time).await.unwrap();
        assert!(regions.contains(&region("eu-west-1")), "{regions:?}");
        let regions = [region("eu-west-1"), region(place)];
        let profiles = profiles(&readers);
        let (instances, unseen) =
            access::instances(&account.clients, &regions, &profiles, &time).await;
        assert_eq!(unseen, []);
        let mut ids: Vec<String> = instances
            .iter()
            .map(|each| each.instance.to_string())
            .collect();
        ids.sort();
        let mut expected = [near.clone(), stopped.clone(), far.clone()];
        expected.sort();
        assert_eq!(ids, expected);
        let (mut found, unseen) = reached(&readers, &instances, 100);
        assert_eq!(unseen, []);
        found.sort_by_key(|each| {
            [&near, &stopped, &far]
                .iter()
                .position(|id| **id == each.instance.to_string())
        });
        let line = |each: &remediations::access::Reached| {
            format!("{} {}: {}", each.region, each.answer, each.trail.join("; "))
        };
        found.iter().map(line).collect::<Vec<_>>()
    });
    let reads = "us-east-1 allowed: by its role arn:aws:iam::123456789012:role/app/reader, \
                 allowed: s3:GetObject; inline policy \"own\", statement 1: allows s3:GetObject";
    let writes = "eu-west-1 allowed: by its role arn:aws:iam::123456789012:role/app/writer, \
                  allowed: s3:PutObject; managed policy \"writes\", statement 1: allows \
                  s3:PutObject";
    assert_eq!(lines, [reads, reads, writes]);
    let calls = account.edges.calls();
    assert_eq!(calls["iam:GetAccountAuthorizationDetails"], 2, "two pages");
}

#[test]
fn without_the_roles_there_is_no_answer() {
    let account = Account::new();
    let action = "iam:GetAccountAuthorizationDetails";
    for (refusal, is_retryable) in [(Refusal::denied(), false), (Refusal::throttled(), true)] {
        account.edges.refuse(action, refusal);
        let read = access::authorization(account.clients.iam(), account_id());
        let error = block_on(read).unwrap_err();
        assert_eq!(error.is_retryable(), is_retryable, "{error}");
        assert!(error.to_string().contains(action), "{error}");
        account.edges.heal();
    }
}

#[test]
fn the_roles_of_another_account_are_refused() {
    let account = Account::new();
    block_on(account.role("reader", &allow("s3:*", "*"), None));
    block_on(account.profile("reader"));
    let other = "111122223333".parse().unwrap();
    let error = block_on(access::authorization(account.clients.iam(), other)).unwrap_err();
    assert!(!error.is_retryable());
    let line = error.to_string();
    assert!(line.contains("not for account 111122223333"), "{line}");
}

#[test]
fn a_bucket_without_a_policy_is_no_gap_and_one_that_is_gone_leads_nowhere() {
    let account = Account::new();
    block_on(account.bucket("plain", None));
    let facts = block_on(account.facts("plain")).unwrap();
    assert!(matches!(facts.policy, BucketPolicy::None), "{facts:?}");
    assert!(block_on(account.facts("gone")).is_none());
}

#[test]
fn a_bucket_policy_that_is_not_given_makes_every_role_possible() {
    let account = Account::new();
    block_on(account.bucket("books", None));
    block_on(account.role("reader", &allow("ec2:*", "*"), None));
    block_on(account.profile("reader"));
    account
        .edges
        .refuse("s3:GetBucketPolicy", Refusal::denied());
    let facts = block_on(account.facts("books")).unwrap();
    let found = readers(&block_on(account.authorization()), &facts, None);
    assert_eq!(found[0].answer, Answer::Possible);
    let trail = found[0].trail.join("\n");
    assert!(
        trail.contains("the right s3:GetBucketPolicy is missing"),
        "{trail}"
    );
}

#[test]
fn a_bucket_policy_that_is_not_given_for_now_is_asked_for_again() {
    let account = Account::new();
    block_on(account.bucket("books", None));
    account
        .edges
        .refuse("s3:GetBucketPolicy", Refusal::throttled());
    let read = access::bucket(account.clients.s3(), "aws", account_id(), "books");
    let error = block_on(read).unwrap_err();
    assert!(error.is_throttling(), "{error}");
}

#[test]
fn bad_input_32_a_bucket_name_that_is_a_path_is_never_sent() {
    let account = Account::new();
    for name in [
        "../x",
        "a/b",
        "a",
        "a..b",
        "-books",
        "books?policy",
        "bücher",
    ] {
        let facts = block_on(account.facts(name)).unwrap();
        let BucketPolicy::Unread(reason) = &facts.policy else {
            panic!("{facts:?}");
        };
        assert!(
            reason.to_string().ends_with("is no name of a bucket"),
            "{reason}"
        );
    }
    assert_eq!(account.edges.calls().len(), 0);
}

#[test]
fn a_region_that_cannot_be_read_is_named() {
    let account = Account::new();
    account
        .edges
        .refuse("ec2:DescribeInstances", Refusal::denied());
    let time = time();
    let regions = [region("eu-west-1"), region("us-east-1")];
    let profiles = [Box::from("arn:aws:iam::123456789012:instance-profile/p")];
    let asked = access::instances(&account.clients, &regions, &profiles, &time);
    let (instances, unseen) = block_on(asked);
    assert_eq!(instances, []);
    let lines: Vec<&str> = unseen.iter().map(|each| &*each.line).collect();
    for (line, name) in lines.iter().zip(["eu-west-1", "us-east-1"]) {
        let start = format!("instances in {name}: the right ec2:DescribeInstances is missing");
        assert!(line.starts_with(&start), "{line}");
    }
    assert_eq!(lines.len(), 2);
    assert!(unseen.iter().all(|each| !each.retryable));

    account.edges.heal();
    account
        .edges
        .refuse("ec2:DescribeInstances", Refusal::throttled());
    let asked = access::instances(&account.clients, &regions, &profiles, &time);
    let (_, unseen) = block_on(asked);
    assert!(
        unseen.iter().all(|each| each.retryable) && unseen.len() == 2,
        "{unseen:?}"
    );
}
