//! The stage: a Manager, AWS Config, the other services of AWS, the Runtime API, and the processes
//! of the functions between them.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_ec2::types::InstanceType;
use deepgrade::{
    aws::clients::{self, Clients},
    inventory::Digest,
};
use serde_json::{Value, json};
use testbed::{
    Estate, Manager, SECRET,
    config::{Compliance, Config, Options, Registered, Rule, item},
    estate::Summary,
    moto::{self, Moto},
    runtime::{Bootstrap, Outcome, Output, Process, Runtime},
};

/// What Lambda grants an invocation here.
const GRANTED: u64 = 300;
pub(crate) const BUCKET: &str = "deepgrade";
const SECRET_NAME: &str = "deepgrade/first";
/// The table of the ledger.
pub(crate) const TABLE: &str = "deepgrade-ledger";

/// Everything around the functions.
pub(crate) struct Stage {
    pub(crate) moto: Moto,
    pub(crate) config: Config,
    pub(crate) manager: Manager,
    pub(crate) clients: Arc<Clients>,
    instances: Vec<String>,
    tokio: tokio::runtime::Runtime,
}

/// A function that runs.
pub(crate) struct Function {
    pub(crate) runtime: Runtime,
    process: Process,
}

/// Now, in ms since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

impl Stage {
    /// A Manager without computers, and nothing in AWS but a bucket and the secret of the key.
    pub(crate) fn new() -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let options = Options {
            account: moto::ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now(), options).unwrap();
        let estate = Estate::seeded_at(1, 0, now());
        let manager = Manager::start(estate, testbed::Options::default()).unwrap();
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let loader = clients::defaults()
            .test_credentials()
            .region("us-east-1")
            .endpoint_url(moto.url());
        let clients = Arc::new(Clients::new(tokio.block_on(loader.load())));
        let stage = Self {
            moto,
            config,
            manager,
            clients,
            instances: Vec::new(),
            tokio,
        };
        let bucket = stage.clients.s3().create_bucket().bucket(BUCKET).send();
        stage.block_on(bucket).unwrap();
        stage.keep_secret(SECRET);
        stage
    }

    /// So many instances, each with a computer that has a policy or none, and a renewed inventory.
    pub(crate) fn renewed(policies: &[bool]) -> Self {
        let mut stage = Self::new();
        stage.instances = stage.launch(policies.len());
        for (instance, has_policy) in stage.instances.iter().zip(policies) {
            stage.know(instance, *has_policy);
        }
        summary(&stage.renew());
        stage
    }

    /// So many instances, of which no inventory knows anything.
    pub(crate) fn launched(count: usize) -> Self {
        let mut stage = Self::new();
        stage.instances = stage.launch(count);
        stage
    }

    /// The id of an instance, in the order of the computers.
    pub(crate) fn id(&self, number: usize) -> String {
        self.instances[number].clone()
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.tokio.block_on(future)
    }

    /// Puts a key of the Manager into its secret, which is new.
    fn keep_secret(&self, key: &str) {
        self.keep_secret_as(SECRET_NAME, key);
    }

    /// Puts a key of the Manager into a new secret.
    pub(crate) fn keep_secret_as(&self, name: &str, key: &str) {
        let secret = json!({"apiKey": key}).to_string();
        let secrets = self.clients.secretsmanager();
        let created = secrets.create_secret().name(name);
        self.block_on(created.secret_string(secret).send()).unwrap();
    }

    pub(crate) fn replace_key(&self, key: &str) {
        self.replace_secret_of(SECRET_NAME, key);
    }

    pub(crate) fn replace_secret(&self, secret: &str) {
        self.replace_value(SECRET_NAME, secret);
    }

    /// Puts another key of the Manager into a secret.
    pub(crate) fn replace_secret_of(&self, name: &str, key: &str) {
        self.replace_value(name, &json!({"apiKey": key}).to_string());
    }

    fn replace_value(&self, name: &str, value: &str) {
        let secrets = self.clients.secretsmanager();
        let put = secrets.put_secret_value().secret_id(name);
        self.block_on(put.secret_string(value).send()).unwrap();
    }

    /// Launches so many instances, a few at a time: moto takes long for many.
    pub(crate) fn launch(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let some = i32::try_from(10.min(count - ids.len())).unwrap();
            let call = self
                .clients
                .ec2()
                .run_instances()
                .image_id("ami-12c6146b")
                .instance_type(InstanceType::T3Micro)
                .min_count(some)
                .max_count(some);
            let launched = self.block_on(call.send()).unwrap();
            let some = launched.instances().iter();
            ids.extend(some.map(|instance| instance.instance_id().unwrap().to_owned()));
        }
        ids
    }

    /// Lets the Manager know an instance, by a computer with a policy or without.
    pub(crate) fn know(&self, instance: &str, has_policy: bool) {
        self.manager.estate(|estate| {
            let id = i32::try_from(estate.computers.len()).unwrap() + 1;
            let mut computer = estate.example(id);
            if let Summary::Ec2(summary) = &mut computer.summary {
                summary.instance = instance.to_owned();
                summary.account = moto::ACCOUNT.to_owned();
                summary.zone = "us-east-1a".to_owned();
            }
            assert_eq!(computer.instance_id(), Some(instance));
            let policy = estate.policies.keys().next().copied();
            computer.policy_id = policy.filter(|_| has_policy);
            estate.add(computer);
        });
    }

    /// A Config rule of Deepgrade.
    pub(crate) fn rule(&self, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).on_change().hourly();
        self.config.put_rule(rule.parameter("rule", id)).unwrap()
    }

    pub(crate) fn terminate(&self, number: usize) {
        let ids = self.clients.ec2().terminate_instances();
        self.block_on(ids.instance_ids(&self.instances[number]).send())
            .unwrap();
    }

    /// The configuration item of an instance.
    pub(crate) fn item(&self, number: usize) -> Value {
        let instance = &self.instances[number];
        let described = json!({
            "InstanceId": instance,
            "State": {"Code": 16, "Name": "running"},
            "LaunchTime": "2026-11-20T09:58:00+00:00",
            "Placement": {"AvailabilityZone": "us-east-1a"},
        });
        item(&described, moto::ACCOUNT, "us-east-1", self.config.now())
    }

    /// What Config shows of a rule: the numbers of the instances, and the verdicts.
    pub(crate) fn shown(&self, rule: &Registered) -> Vec<(usize, Compliance)> {
        let number = |id: &str| self.instances.iter().position(|each| each == id).unwrap();
        let results = self.config.results(rule);
        let mut shown: Vec<_> = results
            .iter()
            .map(|each| {
                (
                    number(&each.evaluation.resource_id),
                    each.evaluation.compliance,
                )
            })
            .collect();
        shown.sort_by_key(|(number, _)| *number);
        shown
    }

    /// How often Config was asked for something.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        let calls = self.config.calls();
        calls
            .iter()
            .filter(|call| call.operation == operation)
            .count()
    }

    /// The keys of the published objects that hold a text.
    pub(crate) fn keys(&self, part: &str) -> Vec<String> {
        let list = self.clients.s3().list_objects_v2().bucket(BUCKET);
        let list = self.block_on(list.send()).unwrap();
        let keys = list
            .contents()
            .iter()
            .map(|object| object.key().unwrap().to_owned());
        let keys: Vec<_> = keys.filter(|key| key.contains(part)).collect();
        assert!(!keys.is_empty(), "nothing is published under {part}");
        keys
    }

    /// What names all that is published.
    pub(crate) fn published(&self) -> String {
        let key = self.keys("pointer.json").remove(0);
        let get = self.clients.s3().get_object().bucket(BUCKET).key(key);
        self.block_on(async {
            let body = get.send().await.unwrap().body.collect().await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        })
    }

    /// Puts something in the place of an object, or deletes it.
    pub(crate) fn replace(&self, key: &str, content: Option<&str>) {
        let s3 = self.clients.s3();
        match content {
            None => {
                let delete = s3.delete_object().bucket(BUCKET).key(key);
                self.block_on(delete.send()).unwrap();
            }
            Some(content) => {
                let body = content.as_bytes().to_vec().into();
                let put = s3.put_object().bucket(BUCKET).key(key).body(body);
                self.block_on(put.send()).unwrap();
            }
        }
    }

    /// Makes the table of the ledger.
    pub(crate) fn create_table(&self) {
        self.create_table_in(&self.clients, TABLE);
    }

    /// Makes a table of a ledger in the account and Region of these clients.
    pub(crate) fn create_table_in(&self, clients: &Clients, name: &str) {
        let attribute = |name: &str| {
            let attribute = AttributeDefinition::builder().attribute_name(name);
            let attribute = attribute.attribute_type(ScalarAttributeType::S);
            attribute.build().unwrap()
        };
        let part = |name: &str, kind| {
            let part = KeySchemaElement::builder().attribute_name(name);
            part.key_type(kind).build().unwrap()
        };
        let create = clients.dynamodb().create_table().table_name(name);
        let create = create
            .attribute_definitions(attribute("pk"))
            .attribute_definitions(attribute("sk"))
            .key_schema(part("pk", KeyType::Hash))
            .key_schema(part("sk", KeyType::Range))
            .billing_mode(BillingMode::PayPerRequest);
        self.block_on(create.send()).unwrap();
    }

    /// Starts a function.
    pub(crate) fn start(&self, handler: &str) -> Function {
        self.launch_function(handler, self.bootstrap(handler))
    }

    /// Starts a function with so many MiB of memory.
    pub(crate) fn start_within(&self, handler: &str, mebibytes: u32) -> Function {
        self.launch_function(handler, self.bootstrap(handler).within(mebibytes))
    }

    /// Starts a function with a variable of its environment changed.
    pub(crate) fn start_with(&self, handler: &str, name: &str, value: &str) -> Function {
        self.launch_function(handler, self.bootstrap(handler).environment(name, value))
    }

    pub(crate) fn launch_function(&self, handler: &str, bootstrap: Bootstrap) -> Function {
        let arn = format!(
            "arn:aws:lambda:us-east-1:{}:function:{handler}",
            moto::ACCOUNT
        );
        self.launch_as(&arn, bootstrap)
    }

    /// Starts a function with that ARN.
    pub(crate) fn launch_as(&self, arn: &str, bootstrap: Bootstrap) -> Function {
        let runtime = Runtime::for_function(arn).unwrap();
        let process = runtime.spawn(&bootstrap).unwrap();
        Function { runtime, process }
    }

    /// What a function is started with.
    pub(crate) fn bootstrap(&self, handler: &str) -> Bootstrap {
        let url = self.manager.url();
        let settings =
            format!("managers:\n- name: first\n  url: {url}\n  keySecret: {SECRET_NAME}\n");
        let sha256 = Digest::of(settings.as_bytes()).to_string();
        let put = self
            .clients
            .s3()
            .put_object()
            .bucket(BUCKET)
            .key("settings.yaml");
        self.block_on(put.body(settings.into_bytes().into()).send())
            .unwrap();
        Bootstrap::new(env!("CARGO_BIN_EXE_evaluate"))
            .handler(handler)
            .environment("AWS_LAMBDA_LOG_LEVEL", "DEBUG")
            .environment("AWS_ENDPOINT_URL", self.moto.url())
            .environment("DEEPGRADE_INVENTORY", &format!("s3://{BUCKET}/inventory"))
            .environment(
                "DEEPGRADE_SETTINGS",
                &format!("s3://{BUCKET}/settings.yaml"),
            )
            .environment("DEEPGRADE_SETTINGS_SHA256", &sha256)
            .config(&self.config)
    }

    /// Renews the inventory, as the schedule does.
    pub(crate) fn renew(&self) -> Outcome {
        self.renew_within(GRANTED)
    }

    /// Renews the inventory within so many seconds.
    pub(crate) fn renew_within(&self, seconds: u64) -> Outcome {
        // A picture that is not newer replaces none.
        self.manager.advance(1_000);
        self.start("inventory").invoke_for(&json!({}), seconds)
    }
}

impl Function {
    pub(crate) fn invoke(&self, event: &Value) -> Outcome {
        self.invoke_for(event, GRANTED)
    }

    /// Invokes it, with so many seconds until Lambda ends it.
    pub(crate) fn invoke_for(&self, event: &Value, seconds: u64) -> Outcome {
        self.runtime.invoke(event, Duration::from_secs(seconds))
    }

    /// Ends it, and gives all that it wrote.
    pub(crate) fn output(self) -> Output {
        self.process.stop()
    }

    /// Waits until it ends by itself, and gives all that it wrote.
    pub(crate) fn last_words(self) -> Output {
        self.process.wait()
    }

    /// Ends it, and gives the services whose clients it built.
    pub(crate) fn clients(self) -> BTreeSet<String> {
        let lines = self.output().stdout;
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let built = lines.filter(|line| line["message"] == "a client is built");
        built
            .map(|line| line["service"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// What a function says it did.
#[track_caller]
pub(crate) fn summary(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Response(summary) => summary.clone(),
        other => panic!("{other:?}"),
    }
}

/// The kind of an error and its line.
#[track_caller]
pub(crate) fn refusal(outcome: &Outcome) -> (String, String) {
    match outcome {
        Outcome::Error { kind, message } => (kind.clone(), message.clone()),
        other => panic!("{other:?}"),
    }
}
