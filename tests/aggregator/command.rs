//! `deepgrade aggregate`, started as somebody starts it.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use deepgrade::time::{RealTime, Time as _};
use tempfile::TempDir;
use testbed::{
    Fault as HttpFault, Injection,
    config::{AggregatedSource, Aggregator, Fault},
    moto::{self, Moto},
};

use crate::world::{DETAILS, HOME, NAME, REGION, World};

const OTHER: &str = "444455556666";
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const LINE: &str = "aggregate --aggregator organization --region us-east-1";

struct Stage {
    world: World,
    moto: Moto,
    folder: TempDir,
}

impl Stage {
    /// An aggregator in the account of the caller, over two others that are well.
    fn new() -> Self {
        let world = World::at(RealTime::start().now().as_millisecond());
        world.config.options(|options| {
            options
                .accounts
                .insert(KEY.to_owned(), moto::ACCOUNT.to_owned());
        });
        for account in [HOME, OTHER] {
            world.deploy(account, 120);
        }
        let aggregator = Aggregator::new(NAME).account(moto::ACCOUNT).region(REGION);
        let sources = [HOME, OTHER].map(|account| AggregatedSource::new(account, REGION));
        let aggregator = sources.into_iter().fold(aggregator, Aggregator::source);
        world.config.put_aggregator(aggregator);
        Self {
            world,
            moto: Moto::start(env!("CARGO_TARGET_TMPDIR").as_ref()).unwrap(),
            folder: TempDir::new().unwrap(),
        }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deepgrade"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", self.moto.url())
            .env("AWS_ENDPOINT_URL_CONFIG_SERVICE", self.world.config.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env(
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )
            .args(line.split_whitespace());
        command
    }

    fn run(&self, line: &str) -> (i32, String, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(line).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

fn verdicts(file: &Path) -> serde_json::Value {
    let text = fs::read(file).unwrap();
    serde_json::from_slice::<serde_json::Value>(&text).unwrap()["verdicts"].take()
}

#[test]
fn what_is_collected_is_saved_and_tells_how_it_ended() {
    let stage = Stage::new();
    let (code, stdout, stderr) = stage.run(&format!("{LINE} --output-file results.json"));
    let results = 240 * rules::catalogue::of_instances().count();
    let configs = 2 * rules::CATALOGUE.len();
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert_eq!(
        stderr,
        format!(
            "{results} results of {configs} Config rules in 2 accounts and Regions; 0 Config rules \
             are not Deepgrade's\n"
        )
    );
    assert_eq!(
        verdicts(&stage.path("results.json"))
            .as_array()
            .unwrap()
            .len(),
        results
    );
    let (code, stdout, _) = stage.run(&format!("{LINE} --quiet --fail-on critical"));
    assert_eq!(code, 3);
    assert!(deepgrade::results::read(stdout.as_bytes()).is_ok());
    let silent = AggregatedSource::new("100000000001", REGION);
    let aggregator = Aggregator::new(NAME).account(moto::ACCOUNT).region(REGION);
    stage.world.config.put_aggregator(aggregator.source(silent));
    let (code, ..) = stage.run(&format!("{LINE} --quiet --fail-on critical"));
    assert_eq!(code, 4, "an account of which nothing is told");

    let report = LINE.replacen("aggregate", "report", 1);
    let (code, _, stderr) = stage.run(&format!("{report} --output-file page.html"));
    assert_eq!(code, 4, "{stderr}");
    let page = fs::read_to_string(stage.path("page.html")).unwrap();
    for part in [
        "<td>100000000001</td>",
        "nothing deployed",
        "What the results leave out",
    ] {
        assert!(page.contains(part), "no {part}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_in_one_line() {
    let stage = Stage::new();
    for (line, code, said) in [
        (
            "aggregate --aggregator organisation --region us-east-1",
            2,
            "there is no aggregator \"organisation\" in account 123456789012 in us-east-1: did you \
             mean \"organization\"?",
        ),
        (
            "aggregate --aggregator organization --region eu-west-1",
            2,
            "there is none; is it in another account or Region?",
        ),
        (
            "aggregate --aggregator organization --region us-east-1 --region eu-west-1",
            2,
            "an aggregator is in one Region: give --region once",
        ),
        (
            "report --aggregator organization --region us-east-1 --rule agent-is-fresh",
            2,
            "--rule says how a fleet is graded, and what --aggregator NAME shows was graded already",
        ),
    ] {
        let (found, stdout, stderr) = stage.run(line);
        assert_eq!((found, stdout.as_str()), (code, ""), "{stderr}");
        assert!(
            stderr.starts_with("deepgrade: ") && stderr.lines().count() == 1,
            "{stderr}"
        );
        assert!(stderr.contains(said), "{stderr}");
    }
    let (code, _, stderr) = stage.run("aggregate --aggregator organization");
    assert_eq!(code, 2, "{stderr}");
}

#[test]
fn a_collection_that_is_killed_goes_on_where_it_was() {
    let stage = Stage::new();
    let config = &stage.world.config;
    let (code, _, stderr) = stage.run(&format!("{LINE} --output-file whole.json"));
    assert_eq!(code, 0, "{stderr}");
    let needed = stage.world.calls(DETAILS);
    config.forget_calls();
    config.inject(Injection::on(DETAILS, Fault::Http(HttpFault::Silent)).from(20));
    let line = format!("{LINE} --resume kept --output-file results.json");
    let mut child = stage.command(&line).stderr(Stdio::null()).spawn().unwrap();
    // It reads eight lists at a time: when as many calls hang, nothing more comes.
    let began = Instant::now();
    while stage.world.calls(DETAILS) < 19 + 8 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not get there"
        );
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!stage.path("results.json").exists());

    let finished = fs::read_dir(stage.path("kept")).unwrap();
    let finished = finished.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
        name.starts_with("part-1") || name.starts_with("part-4")
    });
    let finished = finished.count();
    assert!(finished > 0);
    config.heal();
    config.forget_calls();
    let (code, _, stderr) = stage.run(&line);
    assert_eq!(code, 0, "{stderr}");
    let asked = stage.world.calls(DETAILS);
    assert!(
        asked + finished <= needed,
        "{asked} calls, {finished} parts were there"
    );
    let [whole, resumed] = ["whole.json", "results.json"].map(|name| verdicts(&stage.path(name)));
    assert!(whole == resumed, "the results are not the same");
    assert!(!stage.path("kept").exists());
}
