//! Plans as an operator reads them: `BLESS=1 cargo test --test operating` rewrites them.

use std::{fs, path::Path};

use testbed::estate::Condition;

use crate::stage::{Stage, guardduty, inspector, macie};

const BITCOIN: &str = "CryptoCurrency:EC2/BitcoinTool.B!DNS";

#[track_caller]
fn reads(stage: &Stage, name: &str, words: &str, code: i32) {
    let run = stage.run(words);
    assert_eq!(run.code, code, "{name}: {run:?}");
    assert_eq!(stage.writes(), [""; 0], "{name}: a plan changes nothing");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/operating/plans")
        .join(format!("{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &run.stdout).unwrap();
    }
    assert_eq!(
        run.stdout,
        fs::read_to_string(&path).unwrap_or_default(),
        "{name}"
    );
}

#[test]
fn threats_are_planned_for_managed_and_for_unmanaged_instances() {
    let stage = Stage::new();
    let (_, managed) = stage.computer(Condition::Healthy);
    stage.event(&guardduty(BITCOIN, &managed));
    reads(&stage, "guardduty-managed", "respond event.json", 0);
    let enabling = "respond event.json --enable-modules";
    reads(&stage, "guardduty-compromise-with-modules", enabling, 0);
    stage.event(&guardduty(BITCOIN, "i-0123456789abcdef0"));
    reads(&stage, "guardduty-unmanaged", "respond event.json", 0);
    let (_, off) = stage.computer(Condition::ModuleOff);
    stage.event(&guardduty("Recon:EC2/Portscan", &off));
    reads(&stage, "guardduty-module-off", enabling, 0);
}

#[test]
fn who_reads_a_bucket_cannot_be_seen_from_files() {
    let stage = Stage::new();
    stage.event(&macie());
    reads(&stage, "macie-from-files", "respond event.json", 4);
}

#[test]
fn vulnerabilities_are_planned_with_the_rules_for_their_cves() {
    let stage = Stage::new();
    let (_, managed) = stage.computer(Condition::Healthy);
    let cve = stage.uncovered(&managed);
    stage.event(&inspector(&[&cve], &managed));
    let allowed = "respond event.json --policy-may-change *";
    reads(&stage, "inspector-assign", allowed, 0);
    reads(
        &stage,
        "inspector-policy-not-allowed",
        "respond event.json",
        0,
    );
    let computer = "respond event.json --scope computer";
    reads(&stage, "inspector-computer", computer, 0);
    stage.event(&inspector(&["CVE-1999-99999"], &managed));
    reads(&stage, "inspector-no-rule", allowed, 0);
    let (_, detect) = stage.computer(Condition::DetectOnly);
    let cve = stage.uncovered(&detect);
    stage.event(&inspector(&[&cve], &detect));
    reads(&stage, "inspector-ips-detects", allowed, 0);
}

#[test]
fn what_operators_ask_for_is_planned() {
    let stage = Stage::new();
    let (_, managed) = stage.computer(Condition::Healthy);
    let (_, bare) = stage.computer(Condition::NoPolicy);
    let scans = format!("respond --request run-scans --on {managed}");
    reads(&stage, "run-scans", &scans, 0);
    let policy = format!("respond --request assign-policy --policy Nonsense --on {bare}");
    let run = stage.run(&policy);
    run.fails(2, &["--policy: no Manager has a policy \"Nonsense\""]);
    let modules = format!(
        "respond --request enable-modules --module applicationControl --module antiMalware --on \
         {managed}"
    );
    reads(&stage, "enable-modules", &modules, 0);
    let run = stage.run(&format!("respond --request assign-policy --on {managed}"));
    run.fails(2, &["--policy"]);
}

#[test]
fn what_is_no_finding_is_said_in_one_line() {
    let stage = Stage::new();
    stage.world.write("event.json", "{");
    stage.run("respond event.json").fails(2, &["event.json"]);
    stage
        .world
        .write("event.json", "{\"detail-type\": \"GuardDuty Finding\"}");
    stage.run("respond event.json").fails(2, &["event.json"]);
    stage
        .run("respond missing.json")
        .fails(2, &["missing.json"]);
    stage.event(&guardduty(BITCOIN, "i-0123456789abcdef0"));
    let run = stage.world.words("respond event.json");
    run.fails(2, &["what does Deep Security know"]);
}
