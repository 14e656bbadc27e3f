//! A Manager, a folder with its settings, and events about its computers.

use serde_json::{Value, json};
use testbed::{
    Estate, Key, Manager, Options,
    estate::{Condition, Summary},
};

use crate::world::{Run, World};

pub(crate) const READER: &str = "1:reader-key";
pub(crate) const OPERATOR: &str = "2:operator-key";
const AT: &str = "2026-08-01T12:00:00Z";

pub(crate) struct Stage {
    pub(crate) manager: Manager,
    pub(crate) world: World,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let options = Options {
            keys: vec![Key::reader(READER), Key::operator(OPERATOR)],
            ..Options::default()
        };
        let manager = Manager::start(Estate::seeded(1, 1_800), options).unwrap();
        let world = World::new();
        world.write("reader.key", READER);
        world.write("operator.key", OPERATOR);
        let settings = format!(
            "managers:\n- {{name: ds, url: '{}', keyFile: reader.key, operatorKeyFile: \
             operator.key}}\n",
            manager.url()
        );
        world.write("settings.yaml", settings);
        Self { manager, world }
    }

    pub(crate) fn run(&self, words: &str) -> Run {
        self.world
            .words(&format!("{words} --settings settings.yaml"))
    }

    /// The number and instance of the first computer with a condition in the account and Region of
    /// the events.
    pub(crate) fn computer(&self, condition: Condition) -> (i32, String) {
        self.manager.estate(|estate| {
            let mut ids = estate.with_condition(condition).into_iter();
            ids.find_map(|id| match &estate.computers[&id].summary {
                Summary::Ec2(summary)
                    if summary.account == "111122223333"
                        && summary.zone.starts_with("eu-west-1") =>
                {
                    Some((id, summary.instance.clone()))
                }
                _ => None,
            })
            .unwrap()
        })
    }

    /// The calls that were to change something at the Manager.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.manager.calls();
        let mut names: Vec<String> = calls.iter().map(testbed::Call::name).collect();
        names.retain(|name| !name.starts_with("GET ") && !name.ends_with("/search"));
        names
    }

    /// A CVE for which a rule exists that is not assigned to the computer of an instance.
    pub(crate) fn uncovered(&self, instance: &str) -> String {
        let cves = self.manager.estate(|estate| {
            let rules = estate.intrusion_prevention_rules.values();
            let cves = rules.flat_map(|rule| rule["CVE"].as_array().cloned().unwrap_or_default());
            cves.filter_map(|cve| cve.as_str().map(str::to_owned))
                .collect::<Vec<_>>()
        });
        let findings: Vec<Value> = cves
            .iter()
            .enumerate()
            .map(|(number, cve)| {
                let mut finding = inspector(&[cve], instance)["detail"].clone();
                let arn = format!("arn:aws:inspector2:eu-west-1:111122223333:finding/{number}");
                finding["findingArn"] = arn.into();
                finding
            })
            .collect();
        self.world
            .write("all.json", json!({"findings": findings}).to_string());
        let run = self.run("coverage --findings all.json --output json");
        let rows = run.json()["rows"].as_array().unwrap().clone();
        let row = rows
            .iter()
            .find(|row| row["notAssigned"] == 1)
            .expect("a CVE not covered");
        row["subject"].as_str().unwrap().to_owned()
    }

    /// Writes an event file.
    pub(crate) fn event(&self, event: &Value) {
        self.world.write("event.json", event.to_string());
    }
}

fn event(source: &str, kind: &str, detail: Value) -> Value {
    json!({
        "version": "0", "id": "cd2d702e-ab31-411b-9344-793ce56b1bc7", "source": source,
        "detail-type": kind, "account": "111122223333", "region": "eu-west-1", "time": AT,
        "resources": [], "detail": detail,
    })
}

pub(crate) fn guardduty(kind: &str, instance: &str) -> Value {
    event(
        "aws.guardduty",
        "GuardDuty Finding",
        json!({
            "schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1",
            "partition": "aws", "id": "16afba5c5c43e07c9e3e5e2e544e95df",
            "arn": "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/16afba5c",
            "type": kind,
            "resource": {
                "resourceType": "Instance",
                "instanceDetails": {"instanceId": instance, "instanceType": "t3.micro"},
            },
            "service": {
                "serviceName": "guardduty", "detectorId": "d1", "resourceRole": "TARGET",
                "eventFirstSeen": AT, "eventLastSeen": AT, "archived": false, "count": 1,
            },
            "severity": 8, "title": "An instance behaves oddly", "description": "Made for a test.",
            "createdAt": AT, "updatedAt": AT,
        }),
    )
}

pub(crate) fn macie() -> Value {
    event(
        "aws.macie",
        "Macie Finding",
        json!({
            "schemaVersion": "1.0", "id": "64b917aa38430", "accountId": "111122223333",
            "partition": "aws", "region": "eu-west-1", "type": "SensitiveData:S3Object/Personal",
            "title": "The object contains personal information", "description": "Made for a test.",
            "severity": {"score": 3, "description": "High"}, "createdAt": AT, "updatedAt": AT,
            "count": 1, "category": "CLASSIFICATION", "archived": false, "sample": false,
            "resourcesAffected": {
                "s3Bucket": {"arn": "arn:aws:s3:::audit-data", "name": "audit-data"},
            },
        }),
    )
}

pub(crate) fn inspector(cves: &[&str], instance: &str) -> Value {
    event(
        "aws.inspector2",
        "Inspector2 Finding",
        json!({
            "awsAccountId": "111122223333",
            "findingArn": "arn:aws:inspector2:eu-west-1:111122223333:finding/0c5f1e77",
            "type": "PACKAGE_VULNERABILITY", "status": "ACTIVE", "severity": "HIGH",
            "title": "A vulnerable package", "description": "Made for a test.",
            "firstObservedAt": AT, "lastObservedAt": AT, "updatedAt": AT,
            "packageVulnerabilityDetails": {
                "vulnerabilityId": cves[0], "relatedVulnerabilities": cves[1..],
            },
            "resources": [{
                "type": "AWS_EC2_INSTANCE", "id": instance, "partition": "aws",
                "region": "eu-west-1", "tags": {}, "details": {},
            }],
        }),
    )
}
