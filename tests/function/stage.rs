//! The stage: moto, AWS Config, the Runtime API, and the function's process between them.

use std::{path::Path, time::Duration};

use aws_sdk_ec2::types::InstanceType;
use deepgrade::aws::clients::{self, Clients};
use serde_json::Value;
use testbed::{
    config::{Config, Options, Registered, Rule},
    moto::{self, Moto},
    runtime::{Bootstrap, Outcome, Process, Runtime},
};

/// What Lambda grants an invocation here.
const GRANTED: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) moto: Moto,
    pub(crate) config: Config,
    pub(crate) runtime: Runtime,
    pub(crate) clients: Clients,
    process: Process,
    tokio: tokio::runtime::Runtime,
}

/// Now, in ms since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

impl Stage {
    pub(crate) fn new() -> Self {
        let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let options = Options {
            account: moto::ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now(), options).unwrap();
        let arn = format!("arn:aws:lambda:us-east-1:{}:function:rule", moto::ACCOUNT);
        let runtime = Runtime::for_function(&arn).unwrap();
        let bootstrap = Bootstrap::new(env!("CARGO_BIN_EXE_evaluate"))
            .handler("rule")
            .environment("AWS_ENDPOINT_URL", moto.url())
            .config(&config);
        let process = runtime.spawn(&bootstrap).unwrap();
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let settings = clients::defaults()
            .test_credentials()
            .region("us-east-1")
            .endpoint_url(moto.url());
        let clients = Clients::new(tokio.block_on(settings.load()));
        Self {
            moto,
            config,
            runtime,
            clients,
            process,
            tokio,
        }
    }

    /// A Config rule of Deepgrade.
    pub(crate) fn rule(&self, id: &str) -> Registered {
        let rule = Rule::new(&format!("ds-{id}")).on_change().hourly();
        self.config.put_rule(rule.parameter("rule", id)).unwrap()
    }

    /// Launches so many instances.
    pub(crate) fn launch(&self, count: i32) -> Vec<String> {
        let call = self
            .clients
            .ec2()
            .run_instances()
            .image_id("ami-12c6146b")
            .instance_type(InstanceType::T3Micro)
            .min_count(count)
            .max_count(count);
        let launched = self.tokio.block_on(call.send()).unwrap();
        let ids = launched.instances().iter();
        ids.map(|instance| instance.instance_id().unwrap().to_owned())
            .collect()
    }

    pub(crate) fn invoke(&self, event: &Value) -> Outcome {
        self.runtime.invoke(event, GRANTED)
    }

    pub(crate) fn output(&self) -> testbed::runtime::Output {
        self.process.output()
    }
}
