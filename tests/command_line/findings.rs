//! A ledger in a file, with what became of findings on the instances of the example.

use deepgrade::ledger::{FileTable, Key, Partition, Row, Table as _, Write};
use jiff::SignedDuration;
use remediations::{
    action::{Action, Place, Scan},
    finding::Finding,
    outcome::Outcome,
    plan::{Plan, Protection, Step},
    record::{Claim, Record, State, Subject},
};
use rules::{
    instance::InstanceId,
    ledger::{Source, Watermark},
};
use serde_json::{Value, json};

use crate::world::{Run, World};

/// The instances web-1 and db-1 of the example.
pub(crate) fn ids() -> [String; 2] {
    let instances: Value = serde_json::from_str(crate::world::INSTANCES).unwrap();
    let list = instances["Reservations"][0]["Instances"]
        .as_array()
        .unwrap();
    ["web-1", "db-1"].map(|name| {
        let named = list.iter().find(|each| each["Tags"][0]["Value"] == name);
        named.unwrap()["InstanceId"].as_str().unwrap().to_owned()
    })
}

pub(crate) fn partition() -> Partition {
    Partition::read("111122223333#eu-west-1").unwrap()
}

pub(crate) fn record(instance: &str, source: Source, id: &str, kind: &str, state: State) -> Record {
    let instance: InstanceId = instance.parse().unwrap();
    let about = match source {
        Source::GuardDuty => json!({"threat": {"instances": [instance]}}),
        Source::Macie => json!({"bucket": {"name": "payroll"}}),
        Source::Inspector => json!({"vulnerability": {"instances": [instance]}}),
        Source::Operator => panic!("an operator finds nothing"),
    };
    let finding: Finding = serde_json::from_value(json!({
        "source": source, "id": id, "account": "111122223333", "region": "eu-west-1",
        "version": {"updatedAt": "2026-11-20T10:00:00Z"}, "life": "active",
        "severity": {"score": 80}, "kind": kind, "title": "t\u{202e}itle\u{1b}[31m",
        "since": "2026-11-19T08:00:00Z", "about": about,
    }))
    .unwrap();
    let now = "2026-11-20T10:01:00Z".parse().unwrap();
    let subject = Subject {
        account: None,
        instance: Some(instance),
        region: finding.region.clone(),
    };
    let claim = Record::claim(None, &subject, &finding, now, SignedDuration::ZERO);
    let Claim::Answer(record) = claim else {
        panic!("{claim:?}");
    };
    Record { state, ..record }
}

/// A plan with a scan that is done.
pub(crate) fn scanned(record: Record) -> Record {
    let computer = serde_json::from_value::<Place>(json!({"manager": "first", "computer": 217}));
    let scan = Action::Scan {
        computer: computer.unwrap(),
        scan: Scan::Malware,
    };
    let plan = Plan {
        remediation: "scan-and-verify".into(),
        instance: record.instance,
        protection: Protection::Managed,
        steps: vec![
            Step::act(scan, "the kind says malware"),
            Step::skip("integrity scan", "the module is off"),
        ],
        without_rule_in: None,
        trail: vec!["the finding names it".into()],
    };
    let state = record.state;
    let now = record.changed_at;
    let mut record = record.planned(plan, now);
    let done = json!({"done": {"at": "2026-11-20T10:04:00Z"}});
    record.outcomes[0] = serde_json::from_value::<Outcome>(done).unwrap();
    Record { state, ..record }
}

pub(crate) fn write(world: &World, rows: &[Row]) {
    let table = FileTable::new(&world.path("ledger.jsonl"));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        for row in rows {
            assert_eq!(table.write(row).await, Ok(Write::Done));
        }
    });
}

pub(crate) fn row_of(record: &Record) -> Row {
    Row::of_record(None, record, SignedDuration::from_hours(24)).unwrap()
}

/// A folder with a ledger: an open finding of GuardDuty on web-1 and one that was answered, and one
/// of Macie on db-1.
pub(crate) fn world() -> World {
    let world = World::new();
    let [web, db] = ids();
    let kind = "CryptoCurrency:EC2/BitcoinTool.B!DNS";
    let (threats, data) = (Source::GuardDuty, Source::Macie);
    let answered = scanned(record(&web, threats, "16afba5c77", kind, State::Answered));
    let watermark = Watermark {
        enabled: true,
        listed_at: "2026-11-24T06:00:00Z".parse().unwrap(),
    };
    write(
        &world,
        &[
            row_of(&record(
                &web,
                threats,
                "0b52f7c1aa",
                "Recon:EC2/Portscan",
                State::Unprotected,
            )),
            row_of(&answered),
            row_of(&record(
                &db,
                data,
                "64b917aabb",
                "Policy:IAMUser/S3BucketPublic",
                State::Archived,
            )),
            Row::new(Key::watermark(&partition(), threats), &watermark).unwrap(),
        ],
    );
    world
}

pub(crate) fn list(world: &World, more: &[&str]) -> Run {
    let first = ["ledger", "list", "--ledger", "ledger.jsonl"];
    world.run(&[&first, more].concat())
}

/// The findings that are listed.
pub(crate) fn listed(world: &World, more: &[&str]) -> Vec<String> {
    let run = list(world, &[more, &["--output", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let findings = run.json()["findings"].clone();
    let findings = findings.as_array().unwrap().iter();
    findings
        .map(|finding| finding["finding"].as_str().unwrap().to_owned())
        .collect()
}
