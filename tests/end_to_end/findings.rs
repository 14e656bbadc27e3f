//! What is found, answered, seen to be done, and shown.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use testbed::{moto, python};

use crate::{
    deployment::{Deployment, REGION},
    estate::{Estate, LEDGERS},
    rules_of_the_pack::Pack,
    world::{HEARTBEAT, OPERATOR, World, root},
};

/// A vulnerability from which a rule of the simulator shields that no policy of `shop` has.
const CVE: &str = "CVE-2022-22965";

/// An event that was recorded, as if it were of this account and Region.
fn recorded(name: &str) -> Value {
    let path = root().join("tests/findings/events").join(name);
    let text = std::fs::read(path.with_extension("json")).unwrap();
    let mut event: Value = serde_json::from_slice(&text).unwrap();
    event["detail"]["region"] = REGION.into();
    event["detail"]["accountId"] = moto::ACCOUNT.into();
    event
}

/// A threat to an instance.
pub(crate) fn threat(id: &str, instance: &str) -> Value {
    let mut event = recorded("guardduty/dns-query");
    event["detail"]["id"] = id.into();
    event["detail"]["resource"]["instanceDetails"]["instanceId"] = instance.into();
    event
}

/// Sensitive data in a bucket.
fn data(bucket: &str) -> Value {
    let mut event = recorded("macie/classification");
    event["detail"]["resourcesAffected"]["s3Bucket"]["name"] = bucket.into();
    event
}

/// A vulnerability of an instance.
fn vulnerability(cve: &str, instance: &str) -> Value {
    let mut event = recorded("inspector/closed");
    let detail = &mut event["detail"];
    detail.as_object_mut().unwrap().remove("accountId");
    detail["status"] = "ACTIVE".into();
    detail["awsAccountId"] = moto::ACCOUNT.into();
    let arn = format!("arn:aws:inspector2:{REGION}:{}:finding/07", moto::ACCOUNT);
    detail["findingArn"] = arn.into();
    detail["packageVulnerabilityDetails"]["vulnerabilityId"] = cve.into();
    detail["packageVulnerabilityDetails"]["relatedVulnerabilities"] = json!([]);
    detail["resources"][0]["id"] = instance.into();
    detail["resources"][0]["region"] = REGION.into();
    event["resources"] = json!([instance]);
    event
}

/// What Inspector lists of a finding: its times are seconds since 1970 there.
fn listed(finding: &Value) -> Value {
    let mut detail = finding["detail"].clone();
    for place in [
        "/firstObservedAt",
        "/lastObservedAt",
        "/updatedAt",
        "/packageVulnerabilityDetails/vendorCreatedAt",
        "/resources/0/details/awsEc2Instance/launchedAt",
    ] {
        *detail.pointer_mut(place).unwrap() = json!(1_725_469_236.951);
    }
    detail
}

/// Four findings come by EventBridge, and are answered until AWS Config shows all of them closed.
pub(crate) fn answered(world: &World, deployment: &Deployment, pack: &Pack<'_>, estate: &Estate) {
    let topic = json!({"topic": deployment.outputs["TeamsArn"]});
    let team = world.step("subscribe", topic);
    let findings = [
        threat("01afba5c", estate.id("shop")),
        threat("0b52f7c1", estate.id("new")),
        data(LEDGERS),
        vulnerability(CVE, estate.id("shop")),
    ];
    world
        .edges
        .add_guardduty_finding(findings[0]["detail"].clone());
    world
        .edges
        .add_guardduty_finding(findings[1]["detail"].clone());
    world.edges.add_macie_finding(findings[2]["detail"].clone());
    world.edges.add_inspector_finding(listed(&findings[3]));
    delivered(world, deployment, &findings);
    asked(world, estate, "tasks, while findings are open");
    told(world, &team, estate);

    // The rules about findings were started, and show what is open.
    let started = [
        "cves-are-shielded",
        "sensitive-data-is-shielded",
        "threats-are-answered",
    ];
    assert_eq!(pack.run_started(deployment), started);
    ledger(world, deployment, estate, "ledger, while findings are open");
    pack.shows(estate, "shown, while findings are open");
    for (rule, instance, said) in [
        (
            "threats-are-answered",
            "shop",
            "GD 01afba5c sev 8 CryptoCurrency:EC2/BitcoinTool.B!DNS",
        ),
        ("sensitive-data-is-shielded", "books", "MC 64b917aa"),
        ("cves-are-shielded", "shop", CVE),
    ] {
        let annotation = pack.annotation(rule, estate.id(instance));
        assert!(annotation.contains(said), "{annotation}");
    }

    // The agents do what they were told, and Deepgrade sees that they did. What nobody understood of
    // `odd` is put right.
    for _ in 0..4 {
        world.manager.advance(HEARTBEAT);
        deployment.run("follow-up", &json!({}));
    }
    estate.mend(world, "odd");
    deployment.renew(world);
    // An inventory of the future would be a gap.
    world.config.advance(8 * HEARTBEAT);
    pack.run(deployment, "undecided, when findings are closed");
    ledger(
        world,
        deployment,
        estate,
        "ledger, when findings are closed",
    );
    pack.shows(estate, "shown, when findings are closed");
    nothing_was_missed(world, deployment);
}

/// Findings come by EventBridge: the function is handed what its rules let into the queue, and what it
/// deals with comes from no queue again.
pub(crate) fn delivered(world: &World, deployment: &Deployment, findings: &[Value]) {
    world.step("put events", json!({"events": findings}));
    let respond = &deployment.function("respond").name;
    let batch = world.step("batch", json!({"function": respond}));
    let records = batch["event"]["Records"].as_array().unwrap();
    assert_eq!(records.len(), findings.len());
    let reports = json!(["ReportBatchItemFailures"]);
    assert_eq!(batch["mapping"]["FunctionResponseTypes"], reports);
    let response = deployment.run("respond", &batch["event"]);
    assert_eq!(response["batchItemFailures"], json!([]));
    let settled = json!({
        "queue": batch["queue"],
        "event": batch["event"],
        "failures": response["batchItemFailures"],
    });
    world.step("settle", settled);
    nothing_waits(world);
}

/// What the vendor's SDK reads of the Manager's scheduled tasks: each runs once, on one computer.
#[track_caller]
fn asked(world: &World, estate: &Estate, expected: &str) {
    let mut table = String::new();
    for task in read_by_the_sdk(world).as_array().unwrap() {
        let (kind, computer) = (task[0].as_str().unwrap(), &task[1]);
        let name = estate.name_of_computer(computer.as_i64().unwrap());
        let ran = if task[2] == true { "ran" } else { "waits" };
        let _ = writeln!(table, "{name} {kind} {ran}");
    }
    world.compare(expected, &table);
}

/// The team of the instance that nothing protects is told of it, and of no other.
fn told(world: &World, team: &Value, estate: &Estate) {
    let heard = world.step("heard", json!({"queue": team}));
    let heard = heard.as_array().unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let attributes = &heard[0]["MessageAttributes"];
    assert_eq!(attributes["owner"]["Value"], "payments");
    assert_eq!(attributes["instance"]["Value"], estate.id("new"));
}

/// What boto3 reads of the ledger: instance, source, finding and state.
#[track_caller]
fn ledger(world: &World, deployment: &Deployment, estate: &Estate, expected: &str) {
    let table = json!({"table": deployment.outputs["LedgerName"]});
    let rows = world.step("ledger", table);
    let mut table = String::new();
    for row in rows.as_array().unwrap() {
        let (partition, sort) = (row["pk"].as_str().unwrap(), row["sk"].as_str().unwrap());
        let Some(state) = row["state"].as_str() else {
            continue;
        };
        assert_eq!(partition, format!("{}#{REGION}", moto::ACCOUNT));
        let mut parts = sort.splitn(3, '#');
        let instance = parts.next().unwrap();
        let instance = estate.name(instance).unwrap_or(instance);
        let (source, finding) = (parts.next().unwrap(), parts.next().unwrap());
        let _ = writeln!(table, "{instance} {source} {finding} {state}");
    }
    world.compare(expected, &table);
}

/// Listing what was found finds nothing that did not come by itself.
fn nothing_was_missed(world: &World, deployment: &Deployment) {
    world.edges.forget_calls();
    deployment.run("backfill", &json!({}));
    let calls = world.edges.calls();
    for service in ["guardduty", "macie2", "inspector2"] {
        assert!(
            calls.contains_key(&format!("{service}:ListFindings")),
            "{calls:?}"
        );
    }
    nothing_waits(world);
}

/// No queue of Deepgrade holds a message.
#[track_caller]
fn nothing_waits(world: &World) {
    let waiting = world.step("waiting", json!({}));
    for (queue, count) in waiting.as_object().unwrap() {
        assert!(*count == 0 || queue == "payments", "{queue}: {count}");
    }
}

/// The scheduled tasks of the Manager, as the vendor's SDK reads them.
fn read_by_the_sdk(world: &World) -> Value {
    let requirements = ["build.txt", "requirements.txt"]
        .map(|file| root().join("testbed/tests/python").join(file));
    let [build, sdk] = requirements.each_ref().map(|file| file.as_path());
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = python::environment(temporary, &[build, sdk]).unwrap();
    let mut program = Command::new(python)
        .arg(root().join("tests/end_to_end/scans.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let plan = json!({"url": world.manager.url(), "key": OPERATOR});
    let mut input = program.stdin.take().unwrap();
    input.write_all(plan.to_string().as_bytes()).unwrap();
    drop(input);
    let said = program.wait_with_output().unwrap();
    assert!(said.status.success(), "{said:?}");
    serde_json::from_slice(&said.stdout).unwrap()
}
