//! The zips as AWS Lambda runs them: ministack unpacks and starts them, its rules and queues invoke
//! them, and a Manager is scanned because of it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use deepgrade::inventory::Digest;
use serde_json::{Value, json};
use testbed::{
    Estate, Key, Manager, Options, SECRET,
    estate::{Condition, Summary},
    ministack::{self, Ministack},
};

/// The zip of a function's binary, as `cargo artefact` makes it.
fn zip(name: &str) -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_evaluate"));
    let target = built.ancestors().nth(2).unwrap();
    target.join(format!("artefact/{name}.zip"))
}

/// A program that deploys and looks.
struct Deployment {
    program: Child,
    said: BufReader<ChildStdout>,
}

impl Deployment {
    fn begin(ministack: &Ministack) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/release/deploy.py");
        let mut program = Command::new(ministack.python())
            .arg(script)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(program.stdout.take().unwrap());
        Self { program, said }
    }

    fn tell(&mut self, what: &Value) {
        let input = self.program.stdin.as_mut().unwrap();
        input.write_all(format!("{what}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    #[track_caller]
    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// A Manager that knows the instance by a healthy computer.
fn manager(instance: &str) -> Manager {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let now = i64::try_from(since.as_millis()).unwrap();
    let mut estate = Estate::seeded_at(1, Condition::PERIOD, now);
    let healthy = estate.with_condition(Condition::Healthy)[0];
    if let Some(computer) = estate.computers.get_mut(&healthy)
        && let Summary::Ec2(summary) = &mut computer.summary
    {
        summary.instance = instance.to_owned();
        summary.account = ministack::ACCOUNT.to_owned();
        summary.zone = "us-east-1a".to_owned();
    }
    let options = Options {
        keys: vec![Key::operator(SECRET)],
        follows_real_time: true,
        ..Options::default()
    };
    Manager::start(estate, options).unwrap()
}

/// What GuardDuty says of the instance.
fn threat(instance: &str) -> Value {
    let path = "tests/findings/events/guardduty/dns-query.json";
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    event["account"] = ministack::ACCOUNT.into();
    event["region"] = "us-east-1".into();
    let detail = &mut event["detail"];
    detail["accountId"] = ministack::ACCOUNT.into();
    detail["region"] = "us-east-1".into();
    detail["resource"]["instanceDetails"]["instanceId"] = instance.into();
    event
}

#[test]
#[ignore = "needs the zips that `cargo artefact` makes"]
fn lambda_runs_the_zips_when_rules_and_queues_say_so() {
    let ministack = Ministack::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let mut deployment = Deployment::begin(&ministack);
    deployment.tell(&json!({"url": ministack.url()}));
    let instance = deployment.hear()["instance"].as_str().unwrap().to_owned();

    let manager = manager(&instance);
    let settings = format!(
        "managers:\n- name: production\n  url: {}\n  keySecret: deepgrade/key\n  \
         operatorKeySecret: deepgrade/key\n",
        manager.url()
    );
    deployment.tell(&json!({
        "account": ministack::ACCOUNT,
        "zips": {"inventory": zip("evaluate"), "respond": zip("remediate")},
        "sha256": Digest::of(settings.as_bytes()).to_string(),
        "settings": settings,
        "secret": json!({"apiKey": SECRET}).to_string(),
        "event": threat(&instance),
    }));

    let renewed = deployment.hear();
    let kept = renewed["kept"].as_array().unwrap();
    assert!(!kept.is_empty(), "{renewed}");

    let answered = deployment.hear();
    let records = answered["records"].as_array().unwrap();
    assert_eq!(records.len(), 1, "{answered}");
    assert_eq!(records[0]["instance"], *instance, "{answered}");
    let calls = manager.calls();
    let made: Vec<&str> = calls
        .iter()
        .filter(|call| call.name() == "POST /scheduledtasks")
        .filter_map(|call| call.body.as_ref()?["type"].as_str())
        .collect();
    assert!(made.contains(&"scan-for-malware"), "{made:?}\n{answered}");
    assert!(
        made.contains(&"scan-for-recommendations"),
        "{made:?}\n{answered}"
    );
    for log in [&renewed["log"], &answered["log"]] {
        let log = log.as_str().unwrap();
        assert!(!log.is_empty() && !log.contains(SECRET), "{log}");
    }
    assert!(deployment.program.wait().unwrap().success());
}
