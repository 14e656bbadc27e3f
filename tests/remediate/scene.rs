//! The scene: what stands around the functions that grade, and a ledger, queues, a topic and an
//! operator's key.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::IamInstanceProfileSpecification;
use aws_sdk_inspector2::types::ResourceScanType;
use aws_sdk_sqs::types::Message;
use deepgrade::{
    aws::{clients::Clients, table::DynamoTable},
    inventory::Digest,
    ledger::{Key, Partition, Row, Write, read_records},
};
use remediations::record::Record;
use serde_json::{Value, json};
use testbed::{Key as ManagerKey, edges::Edges, moto, runtime::Bootstrap};

use super::stage::{BUCKET, Function, Stage, TABLE, summary};

pub(crate) const OPERATOR: &str = "3:operator-canary";
pub(crate) const OPERATOR_SECRET: &str = "deepgrade/operator";

pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) edges: Edges,
    /// Where `respond` is fed from.
    pub(crate) queue: String,
    /// Where messages are that nobody understands.
    pub(crate) quarantine: String,
    /// Where messages to teams arrive.
    pub(crate) told: String,
    topic: String,
}

impl Scene {
    /// An instance with a managed computer that has a policy, and one that no Manager knows.
    pub(crate) fn new() -> Self {
        let stage = Stage::renewed(&[true]);
        Self::around(stage)
    }

    fn around(stage: Stage) -> Self {
        stage.create_table();
        let operator = ManagerKey::operator(OPERATOR);
        stage.manager.options(|options| options.keys.push(operator));
        stage.keep_secret_as(OPERATOR_SECRET, OPERATOR);
        let queue = |name: &str| {
            let made = stage.clients.sqs().create_queue().queue_name(name).send();
            stage.block_on(made).unwrap().queue_url.unwrap()
        };
        let (findings, quarantine, told) = (queue("findings"), queue("quarantine"), queue("told"));
        let sns = stage.clients.sns();
        let topic = stage.block_on(sns.create_topic().name("deepgrade").send());
        let topic = topic.unwrap().topic_arn.unwrap();
        let arn = format!("arn:aws:sqs:us-east-1:{}:told", moto::ACCOUNT);
        let subscribed = sns.subscribe().topic_arn(&topic).protocol("sqs");
        stage.block_on(subscribed.endpoint(arn).send()).unwrap();
        let edges = Edges::before(stage.moto.url()).unwrap();
        stage.manager.forget_calls();
        Self {
            edges,
            queue: findings,
            quarantine,
            told,
            topic,
            stage,
        }
    }

    /// Switches GuardDuty and Inspector on, and Macie off.
    pub(crate) fn switch_sources(&self) {
        let clients = &self.stage.clients;
        self.stage.block_on(async {
            let detector = clients.guardduty().create_detector();
            detector.enable(true).send().await.unwrap();
            let inspector = clients.inspector2().enable().account_ids(moto::ACCOUNT);
            let inspector = inspector.resource_types(ResourceScanType::Ec2);
            inspector.send().await.unwrap();
            clients.macie2().disable_macie().send().await.unwrap();
        });
    }

    /// What a function of the binary is started with.
    pub(crate) fn bootstrap(&self, handler: &str, remediation: &str) -> Bootstrap {
        let stage = &self.stage;
        let url = stage.manager.url();
        let settings = format!(
            "managers:\n- name: first\n  url: {url}\n  keySecret: deepgrade/first\n  \
             operatorKeySecret: {OPERATOR_SECRET}\nremediation:\n  ownerTag: team\n{remediation}"
        );
        let sha256 = Digest::of(settings.as_bytes()).to_string();
        let put = stage.clients.s3().put_object().bucket(BUCKET);
        let put = put.key("remediate.yaml").body(settings.into_bytes().into());
        stage.block_on(put.send()).unwrap();
        Bootstrap::new(env!("CARGO_BIN_EXE_remediate"))
            .handler(handler)
            .environment("AWS_LAMBDA_LOG_LEVEL", "DEBUG")
            .environment("AWS_ENDPOINT_URL", &self.edges.url())
            .environment("DEEPGRADE_INVENTORY", &format!("s3://{BUCKET}/inventory"))
            .environment(
                "DEEPGRADE_SETTINGS",
                &format!("s3://{BUCKET}/remediate.yaml"),
            )
            .environment("DEEPGRADE_SETTINGS_SHA256", &sha256)
            .environment("DEEPGRADE_LEDGER", TABLE)
            .environment("DEEPGRADE_QUEUE", &self.queue)
            .environment("DEEPGRADE_QUARANTINE_QUEUE", &self.quarantine)
            .environment("DEEPGRADE_TOPIC", &self.topic)
            .config(&stage.config)
    }

    /// Starts a function that acts.
    pub(crate) fn start(&self, handler: &str) -> Function {
        let bootstrap = self.bootstrap(handler, "");
        let acting = bootstrap.environment("DEEPGRADE_ACTING", "on");
        self.stage.launch_function(handler, acting)
    }

    /// Starts a function that does not act.
    pub(crate) fn start_dry(&self, handler: &str) -> Function {
        self.stage
            .launch_function(handler, self.bootstrap(handler, ""))
    }

    /// A threat on an instance.
    pub(crate) fn threat(&self, id: &str, instance: &str) -> Value {
        let mut event = recorded("guardduty/dns-query");
        event["account"] = moto::ACCOUNT.into();
        let detail = &mut event["detail"];
        detail["accountId"] = moto::ACCOUNT.into();
        detail["id"] = id.into();
        detail["resource"]["instanceDetails"]["instanceId"] = instance.into();
        event
    }

    /// An instance whose role may read every bucket, as far as it is concerned, made by whoever has
    /// these clients.
    pub(crate) fn reader(&self, clients: &Clients) -> String {
        let document = |statement: &Value| {
            json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
        };
        self.stage.block_on(async {
            let iam = clients.iam();
            let trust = document(&json!({"Effect": "Allow", "Action": "sts:AssumeRole",
                                         "Principal": {"Service": "ec2.amazonaws.com"}}));
            let role = iam.create_role().role_name("reader");
            let role = role.assume_role_policy_document(trust);
            role.send().await.unwrap();
            let policy = iam.put_role_policy().role_name("reader").policy_name("own");
            let allow = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
            let policy = policy.policy_document(document(&allow));
            policy.send().await.unwrap();
            let made = iam.create_instance_profile().instance_profile_name("p");
            let profile = made.send().await.unwrap().instance_profile.unwrap().arn;
            let add = iam.add_role_to_instance_profile().role_name("reader");
            add.instance_profile_name("p").send().await.unwrap();
            let call = clients.ec2().run_instances().image_id("ami-12c6146b");
            let profile = IamInstanceProfileSpecification::builder()
                .arn(profile)
                .build();
            let call = call.min_count(1).max_count(1).iam_instance_profile(profile);
            let made = call.send().await.unwrap();
            made.instances()[0].instance_id().unwrap().to_owned()
        })
    }

    /// A bucket of the function's account, with the statements of its policy.
    pub(crate) fn create_bucket(&self, name: &str, policy: Option<&Value>) {
        let s3 = self.stage.clients.s3();
        self.stage.block_on(async {
            s3.create_bucket().bucket(name).send().await.unwrap();
            if let Some(statements) = policy {
                let policy = json!({"Version": "2012-10-17", "Statement": statements});
                let put = s3.put_bucket_policy().bucket(name);
                put.policy(policy.to_string()).send().await.unwrap();
            }
        });
    }

    /// A finding of Macie on a bucket of the function's account.
    pub(crate) fn bucket_finding(&self, bucket: &str) -> Value {
        let mut event = recorded("macie/classification");
        event["account"] = moto::ACCOUNT.into();
        event["detail"]["accountId"] = moto::ACCOUNT.into();
        event["detail"]["resourcesAffected"]["s3Bucket"]["name"] = bucket.into();
        event
    }

    /// Changes the records in the ledger, as if they were older.
    pub(crate) fn age(&self, older: impl Fn(&mut Record)) {
        use deepgrade::ledger::Table as _;
        for record in self.records() {
            let row = self.row(&Key::of_record(&record));
            let mut record = record;
            older(&mut record);
            let retention = jiff::SignedDuration::from_hours(24);
            let row = Row::of_record(row.as_ref(), &record, retention).unwrap();
            let written = self.stage.block_on(self.table().write(&row));
            assert_eq!(written, Ok(Write::Done));
        }
    }

    /// The calls that were to change something at the Manager.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.stage.manager.calls();
        let mut names: Vec<String> = calls.iter().map(testbed::Call::name).collect();
        names.retain(|name| !name.starts_with("GET ") && !name.ends_with("/search"));
        names
    }

    /// The names of the scheduled tasks that the Manager has.
    pub(crate) fn tasks(&self) -> BTreeSet<String> {
        let get = self.manager_call(reqwest::Method::GET, None);
        let tasks = get["scheduledTasks"].as_array().unwrap().iter();
        let names = tasks.map(|task| task["name"].as_str().unwrap().to_owned());
        names.collect()
    }

    /// Lets the Manager have a scheduled task of that name which has not run yet.
    pub(crate) fn wait_with(&self, name: &str) {
        let task = json!({
            "name": name, "type": "scan-for-malware", "enabled": false, "runNow": false,
            "scheduleDetails": {"timeZone": "UTC", "recurrenceType": "none", "recurrenceCount": 1,
                                "onceOnlyScheduleParameters": {"startTime": 0}},
            "scanForMalwareTaskParameters": {"computerFilter": {"type": "computer", "computerID": 1}},
        });
        self.manager_call(reqwest::Method::POST, Some(task));
    }

    /// What the Manager says to an operator about its scheduled tasks.
    fn manager_call(&self, method: reqwest::Method, body: Option<Value>) -> Value {
        let url = format!("{}/scheduledtasks", self.stage.manager.url());
        let call = reqwest::Client::new()
            .request(method, &url)
            .header("api-secret-key", OPERATOR)
            .header("api-version", "v1")
            .header("content-type", "application/json")
            .body(body.map_or_else(String::new, |body| body.to_string()));
        let answer = self.stage.block_on(async {
            let answer = call.send().await.unwrap();
            assert!(answer.status().is_success(), "{answer:?}");
            answer.text().await.unwrap()
        });
        serde_json::from_str(&answer).unwrap()
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        let (records, unread) = self
            .stage
            .block_on(read_records(&self.table(), &partition()))
            .unwrap();
        assert_eq!(unread, []);
        records
    }

    pub(crate) fn record(&self) -> Record {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{records:?}");
        records.remove(0)
    }

    pub(crate) fn table(&self) -> DynamoTable {
        DynamoTable::new(self.stage.clients.clone(), TABLE)
    }

    pub(crate) fn row(&self, key: &Key) -> Option<Row> {
        use deepgrade::ledger::Table as _;
        self.stage.block_on(self.table().read(key)).unwrap()
    }

    /// Takes every message out of a queue.
    pub(crate) fn take(&self, queue: &str) -> Vec<Message> {
        let mut all = Vec::new();
        loop {
            let sqs = self.stage.clients.sqs();
            let call = sqs.receive_message().queue_url(queue);
            let call = call
                .max_number_of_messages(10)
                .message_attribute_names("All");
            let taken = self.stage.block_on(call.send()).unwrap();
            let messages = taken.messages.unwrap_or_default();
            if messages.is_empty() {
                return all;
            }
            for message in &messages {
                let handle = message.receipt_handle().unwrap();
                let call = sqs.delete_message().queue_url(queue);
                self.stage
                    .block_on(call.receipt_handle(handle).send())
                    .unwrap();
            }
            all.extend(messages);
        }
    }

    /// Renews the inventory, as the schedule does.
    pub(crate) fn renew(&self) {
        summary(&self.stage.renew());
        self.stage.manager.forget_calls();
    }
}

pub(crate) fn partition() -> Partition {
    Partition::read(&format!("{}#us-east-1", moto::ACCOUNT)).unwrap()
}

/// One of the recorded events.
pub(crate) fn recorded(name: &str) -> Value {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings/events");
    let text = std::fs::read(folder.join(name).with_extension("json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A batch of these bodies, as Lambda hands it over; the messages are called `m0`, `m1`, ….
pub(crate) fn batch(bodies: &[String]) -> Value {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| {
            json!({
                "messageId": format!("m{number}"), "receiptHandle": "r", "body": body,
                "attributes": {"ApproximateReceiveCount": "1",
                               "SentTimestamp": super::stage::now().to_string()},
                "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:us-east-1:{}:findings", moto::ACCOUNT),
                "awsRegion": "us-east-1",
            })
        })
        .collect();
    json!({"Records": records})
}

/// The messages that have to come again.
#[track_caller]
pub(crate) fn again(response: &Value) -> Vec<String> {
    let failures = response["batchItemFailures"].as_array().unwrap().iter();
    let names = failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned());
    names.collect()
}
