//! An account in moto, a Manager that knows some of its instances, and the binary between them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use assert_cmd::Command;
use aws_sdk_ec2::types::{InstanceType, ResourceType, Tag, TagSpecification};
use aws_sdk_sts::config::Credentials;
use deepgrade::aws::clients::{self, Clients};
use serde_json::Value;
use tempfile::TempDir;
use testbed::{Estate, Manager, Options, SECRET, edges::Edges, estate::Summary, moto::Moto};

use crate::proxy::Proxy;

/// The keys that the environment of the binary holds. They open nothing.
pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// Another account, with a role in it.
pub(crate) const OTHER_ACCOUNT: &str = "444455556666";
pub(crate) const ROLE: &str = "arn:aws:iam::444455556666:role/auditor";

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The run ended with this code and one line on standard error that holds every part, printed
    /// no result, and gave no secret away.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("deepgrade: "), "{}", self.stderr);
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no `{part}` in: {}",
                self.stderr
            );
        }
        for name in [
            "Error {",
            "Err(",
            "Some(",
            "Unhandled",
            "SdkError",
            SECRET_KEY,
            SECRET,
        ] {
            assert!(!self.stderr.contains(name), "{}", self.stderr);
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// What a rule says, by instance.
    pub(crate) fn verdicts(&self, rule: &str) -> BTreeMap<String, String> {
        let result = self.json();
        let rows = result["verdicts"].as_array().unwrap().iter();
        let rows = rows.filter(|row| row["rule"] == rule);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        rows.map(|row| (text(&row["instance"]), text(&row["verdict"])))
            .collect()
    }
}

pub(crate) struct World {
    pub(crate) proxy: Proxy,
    pub(crate) manager: Manager,
    folder: TempDir,
    pub(crate) edges: Edges,
    moto: Moto,
    tokio: tokio::runtime::Runtime,
}

impl World {
    pub(crate) fn new() -> Self {
        let moto = Moto::start(env!("CARGO_TARGET_TMPDIR").as_ref()).unwrap();
        let edges = Edges::before(moto.url()).unwrap();
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        let now = i64::try_from(since.as_millis()).unwrap();
        let options = Options {
            follows_real_time: true,
            ..Options::default()
        };
        let world = Self {
            proxy: Proxy::before(&edges.url()),
            manager: Manager::start(Estate::seeded_at(7, 20, now), options).unwrap(),
            folder: TempDir::new().unwrap(),
            edges,
            moto,
            tokio: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        };
        world.write("key.txt", SECRET);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Clients of the account in a Region.
    pub(crate) fn clients(&self, region: &'static str) -> Clients {
        let settings = clients::defaults().test_credentials().region(region);
        let settings = settings.endpoint_url(self.moto.url());
        Clients::new(self.tokio.block_on(settings.load()))
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.tokio.block_on(future)
    }

    /// Clients of the other account.
    pub(crate) fn other(&self, region: &'static str) -> Clients {
        let settings = clients::defaults().test_credentials().region(region);
        let settings = settings.endpoint_url(self.moto.url());
        let sts = aws_sdk_sts::Client::new(&self.tokio.block_on(settings.load()));
        let call = sts.assume_role().role_arn(ROLE).role_session_name("test");
        let given = self.tokio.block_on(call.send()).unwrap();
        let given = given.credentials().unwrap();
        let token = Some(given.session_token().to_owned());
        let key = (given.access_key_id(), given.secret_access_key());
        let credentials = Credentials::new(key.0, key.1, token, None, "test");
        let settings = clients::defaults()
            .credentials_provider(credentials)
            .region(region);
        let settings = settings.endpoint_url(self.moto.url());
        Clients::new(self.tokio.block_on(settings.load()))
    }

    /// Launches an instance with a name.
    pub(crate) fn launch(&self, clients: &Clients, name: &str) -> String {
        let tag = Tag::builder().key("Name").value(name).build();
        let tags = TagSpecification::builder()
            .resource_type(ResourceType::Instance)
            .tags(tag);
        let call = clients.ec2().run_instances().image_id("ami-12c6146b");
        let call = call
            .instance_type(InstanceType::T3Micro)
            .min_count(1)
            .max_count(1);
        let call = call.tag_specifications(tags.build());
        let launched = self.tokio.block_on(call.send()).unwrap();
        launched.instances()[0].instance_id().unwrap().to_owned()
    }

    pub(crate) fn stop(&self, clients: &Clients, id: &str) {
        let call = clients.ec2().stop_instances().instance_ids(id);
        self.tokio.block_on(call.send()).unwrap();
    }

    pub(crate) fn terminate(&self, clients: &Clients, id: &str) {
        let call = clients.ec2().terminate_instances().instance_ids(id);
        self.tokio.block_on(call.send()).unwrap();
    }

    /// Lets the Manager know the instance, as a healthy computer.
    pub(crate) fn protect(&self, number: i32, account: &str, id: &str) {
        self.manager.estate(|estate| {
            let mut computer = estate.example(number);
            if let Summary::Ec2(summary) = &mut computer.summary {
                account.clone_into(&mut summary.account);
                id.clone_into(&mut summary.instance);
                "us-east-1a".clone_into(&mut summary.zone);
            }
            estate.add(computer);
        });
    }

    /// Runs the binary on words that are split at blanks. Of the environment it gets what names
    /// moto, and keys.
    pub(crate) fn run(&self, line: &str) -> Run {
        let keys = [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ];
        self.run_with(line, &keys)
    }

    pub(crate) fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_deepgrade"))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", self.proxy.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied())
            .args(line.split_whitespace())
            .timeout(std::time::Duration::from_secs(180))
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The arguments that name the Manager.
    pub(crate) fn with_manager(&self, line: &str) -> String {
        format!("{line} --manager {} --key-file key.txt", self.manager.url())
    }
}
