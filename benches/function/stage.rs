//! The worlds around the function, with a published inventory of a large account.

use std::{fs, io::Read as _, path::Path, time::Duration};

use deepgrade::{
    aws::clients::{self, Clients},
    inventory::Digest,
};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use testbed::{
    Estate, Manager, SECRET,
    config::{Config, Options, Registered, Rule, item},
    estate::Summary,
    moto::{self, Moto},
    runtime::{Bootstrap, Outcome, Process, Runtime},
};

const BUCKET: &str = "deepgrade";
const GRANTED: Duration = Duration::from_secs(900);

pub(crate) struct Stage {
    pub(crate) config: Config,
    moto: Moto,
    ec2: String,
    keys: Vec<String>,
    first: String,
}

pub(crate) struct Function {
    runtime: Runtime,
    program: String,
    _process: Process,
}

impl Stage {
    pub(crate) fn new(instances: u64) -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
        let options = Options {
            account: moto::ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now, options).unwrap();
        let mut estate = Estate::seeded_at(1, instances, now);
        let mut ids = Vec::new();
        for computer in estate.computers.values_mut() {
            if let Summary::Ec2(summary) = &mut computer.summary {
                moto::ACCOUNT.clone_into(&mut summary.account);
                "us-east-1a".clone_into(&mut summary.zone);
                ids.push(summary.instance.clone());
            }
        }
        ids.sort();
        ids.dedup();
        println!(
            "{} computers, {} instances",
            estate.computers.len(),
            ids.len()
        );
        let manager = Manager::start(estate, testbed::Options::default()).unwrap();
        let first = ids[ids.len() / 2].clone();
        let mut stage = Self {
            config,
            ec2: crate::pages::serve(ids, moto::ACCOUNT),
            moto,
            keys: Vec::new(),
            first,
        };
        stage.publish(&manager);
        stage
    }

    /// Runs the function `inventory`, and remembers what a rule will read of it.
    fn publish(&mut self, manager: &Manager) {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let settings = format!(
            "managers:\n- name: first\n  url: {}\n  keySecret: key\n",
            manager.url()
        );
        let sha256 = Digest::of(settings.as_bytes()).to_string();
        let keys = tokio.block_on(async {
            let loader = clients::defaults().test_credentials().region("us-east-1");
            let clients = Clients::new(loader.endpoint_url(self.moto.url()).load().await);
            clients
                .s3()
                .create_bucket()
                .bucket(BUCKET)
                .send()
                .await
                .unwrap();
            let put = clients
                .s3()
                .put_object()
                .bucket(BUCKET)
                .key("settings.yaml");
            put.body(settings.into_bytes().into()).send().await.unwrap();
            let secret = json!({"apiKey": SECRET}).to_string();
            let kept = clients.secretsmanager().create_secret().name("key");
            kept.secret_string(secret).send().await.unwrap();
            let bootstrap = self
                .bootstrap(env!("CARGO_BIN_EXE_evaluate"))
                .handler("inventory")
                .environment(
                    "DEEPGRADE_SETTINGS",
                    &format!("s3://{BUCKET}/settings.yaml"),
                )
                .environment("DEEPGRADE_SETTINGS_SHA256", &sha256);
            let answer = self
                .launch(env!("CARGO_BIN_EXE_evaluate"), &bootstrap)
                .invoke(&json!({}));
            println!("inventory: {}", answer["managers"][0]);
            let list = clients
                .s3()
                .list_objects_v2()
                .bucket(BUCKET)
                .send()
                .await
                .unwrap();
            let mut keys = Vec::new();
            for object in list.contents() {
                let key = object.key().unwrap();
                let is_read = !key.contains("rules") && !key.ends_with("instances.bin");
                if key.starts_with("inventory/")
                    && is_read
                    && self.is_for_first(&clients, key).await
                {
                    keys.push(key.to_owned());
                }
            }
            keys
        });
        self.keys = keys;
    }

    /// Whether a question about the first instance reads an object: of the buckets of the account
    /// it is the one that holds the instance.
    async fn is_for_first(&self, clients: &Clients, key: &str) -> bool {
        if !key.contains("/accounts/") {
            return true;
        }
        let object = clients.s3().get_object().bucket(BUCKET).key(key).send();
        let bytes = object.await.unwrap().body.collect().await.unwrap();
        let mut text = String::new();
        let bytes = bytes.into_bytes();
        GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        text.contains(&self.first)
    }

    pub(crate) fn rule(&self, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).on_change().hourly();
        self.config.put_rule(rule.parameter("rule", id)).unwrap()
    }

    pub(crate) fn item(&self) -> Value {
        let described = json!({
            "InstanceId": self.first,
            "State": {"Code": 16, "Name": "running"},
            "LaunchTime": "2026-11-20T09:58:00+00:00",
            "Placement": {"AvailabilityZone": "us-east-1a"},
        });
        item(&described, moto::ACCOUNT, "us-east-1", self.config.now())
    }

    fn bootstrap(&self, program: &str) -> Bootstrap {
        Bootstrap::new(program)
            .handler("rule")
            .environment("AWS_ENDPOINT_URL", self.moto.url())
            .environment("AWS_ENDPOINT_URL_EC2", &self.ec2)
            .environment("DEEPGRADE_INVENTORY", &format!("s3://{BUCKET}/inventory"))
            .environment("BARE_BUCKET", BUCKET)
            .environment("BARE_KEYS", &self.keys.join(","))
            .config(&self.config)
    }

    /// Starts a program in the place of the function `rule`.
    pub(crate) fn start(&self, program: &str) -> Function {
        self.launch(program, &self.bootstrap(program))
    }

    fn launch(&self, program: &str, bootstrap: &Bootstrap) -> Function {
        let arn = format!("arn:aws:lambda:us-east-1:{}:function:rule", moto::ACCOUNT);
        let runtime = Runtime::for_function(&arn).unwrap();
        let process = runtime.spawn(bootstrap).unwrap();
        Function {
            runtime,
            program: program.to_owned(),
            _process: process,
        }
    }
}

impl Function {
    pub(crate) fn invoke(&self, event: &Value) -> Value {
        match self.runtime.invoke(event, GRANTED) {
            Outcome::Response(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    /// The most memory that its process held, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        let mine = |folder: &Path| {
            fs::read_link(folder.join("exe")).is_ok_and(|exe| exe == Path::new(&self.program))
        };
        let folders = fs::read_dir("/proc")
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let folder = folders.into_iter().find(|folder| mine(folder)).unwrap();
        let status = fs::read_to_string(folder.join("status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        line.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<u64>()
            .unwrap()
            << 10
    }
}
