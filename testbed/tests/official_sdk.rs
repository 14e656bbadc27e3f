//! The vendor's own Python SDK judges the simulator, through every call that Deepgrade makes.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod plan;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use testbed::estate::Condition;
use testbed::{Estate, Limits, Manager, Options, python};

/// Every call of the project, now and later, and the two that it never makes but a test must see.
const CALLS: [&str; 56] = [
    "GET /apikeys/current",
    "GET /applicationtypes",
    "GET /applicationtypes/N",
    "GET /awsconnectors",
    "GET /computers",
    "GET /computers/N",
    "GET /computers/N/integritymonitoring/assignments",
    "GET /computers/N/intrusionprevention/assignments",
    "GET /computers/N/loginspection/assignments",
    "GET /computers/N/settings/firewallSettingNetworkEngineMode",
    "GET /integritymonitoringrules",
    "GET /integritymonitoringrules/N",
    "GET /intrusionpreventionrules",
    "GET /intrusionpreventionrules/N",
    "GET /loginspectionrules",
    "GET /loginspectionrules/N",
    "GET /policies",
    "GET /policies/N",
    "GET /policies/N/integritymonitoring/assignments",
    "GET /policies/N/intrusionprevention/assignments",
    "GET /policies/N/loginspection/assignments",
    "GET /policies/N/settings/firewallSettingNetworkEngineMode",
    "GET /scheduledtasks",
    "GET /scheduledtasks/N",
    "POST /applicationtypes/search",
    "POST /computers/N",
    "POST /computers/N/integritymonitoring/assignments",
    "POST /computers/N/intrusionprevention/assignments",
    "POST /computers/N/loginspection/assignments",
    "POST /computers/N/settings/firewallSettingNetworkEngineMode",
    "POST /computers/search",
    "POST /integritymonitoringrules/search",
    "POST /intrusionpreventionrules/search",
    "POST /loginspectionrules/search",
    "POST /policies/N",
    "POST /policies/N/integritymonitoring/assignments",
    "POST /policies/N/intrusionprevention/assignments",
    "POST /policies/N/loginspection/assignments",
    "POST /policies/N/settings/firewallSettingNetworkEngineMode",
    "POST /policies/search",
    "POST /scheduledtasks",
    "POST /scheduledtasks/N",
    "POST /scheduledtasks/search",
    "DELETE /scheduledtasks/N",
    "PUT /computers/N/intrusionprevention/assignments",
    "DELETE /computers/N/intrusionprevention/assignments/N",
    "PUT /computers/N/integritymonitoring/assignments",
    "DELETE /computers/N/integritymonitoring/assignments/N",
    "PUT /computers/N/loginspection/assignments",
    "DELETE /computers/N/loginspection/assignments/N",
    "PUT /policies/N/intrusionprevention/assignments",
    "DELETE /policies/N/intrusionprevention/assignments/N",
    "PUT /policies/N/integritymonitoring/assignments",
    "DELETE /policies/N/integritymonitoring/assignments/N",
    "PUT /policies/N/loginspection/assignments",
    "DELETE /policies/N/loginspection/assignments/N",
];

#[test]
fn the_official_sdk_reads_and_writes_every_field() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join("python");
    let requirements = [files.join("build.txt"), files.join("requirements.txt")];
    let [build, sdk] = requirements.each_ref().map(|file| file.as_path());
    let python = python::environment(Path::new(env!("CARGO_TARGET_TMPDIR")), &[build, sdk])
        .unwrap_or_else(|error| panic!("no Python environment: {error}"));

    let estate = Estate::seeded(11, Condition::PERIOD);
    let mut plan = plan::plan(&estate);
    let options = Options {
        limits: Limits::none(),
        ..Options::default()
    };
    let manager = Manager::start(estate, options).unwrap();
    plan["url"] = json!(manager.url());

    let mut judge = Command::new(python)
        .arg(files.join("judge.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(plan.to_string().as_bytes())
        .unwrap();
    let verdict = judge.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&verdict.stdout);
    let complaint = String::from_utf8_lossy(&verdict.stderr);
    assert!(verdict.status.success(), "{said}{complaint}");
    println!("{said}");
    assert!(said.contains("fields arrived as expected"), "{said}");

    let names: BTreeSet<String> = manager
        .calls()
        .iter()
        .map(|call| without_numbers(&call.name()))
        .collect();
    let missing: Vec<&str> = CALLS
        .into_iter()
        .filter(|call| !names.contains(*call))
        .collect();
    assert!(missing.is_empty(), "the judge never called {missing:?}");
}

fn without_numbers(name: &str) -> String {
    let part = |part: &str| {
        if part.parse::<u32>().is_ok() {
            "N".into()
        } else {
            part.to_owned()
        }
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}
