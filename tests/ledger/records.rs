//! Records of the tests.

use deepgrade::ledger::{Partition, Row};
use jiff::{SignedDuration, Timestamp};
use remediations::{
    finding::Finding,
    record::{Claim, Record, State, Subject},
};
use rules::{instance::InstanceId, ledger::Source};
use serde_json::json;

pub(crate) const FIRST: &str = "i-0123456789abcdef0";
pub(crate) const SECOND: &str = "i-0fedcba9876543210";

pub(crate) fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

pub(crate) fn partition() -> Partition {
    Partition::read("123456789012#eu-west-1").unwrap()
}

fn finding(source: Source, id: &str) -> Finding {
    let (severity, about) = match source {
        Source::GuardDuty => (json!({"score": 80}), json!({"threat": {}})),
        Source::Macie => (
            json!({"word": "high"}),
            json!({"bucket": {"name": "payroll"}}),
        ),
        Source::Inspector => (
            json!({"word": "critical"}),
            json!({"vulnerability": {"cves": ["CVE-2021-44228"]}}),
        ),
        Source::Operator => panic!("an operator finds nothing"),
    };
    let finding = json!({
        "source": source, "id": id, "account": "123456789012", "region": "eu-west-1",
        "version": {"updatedAt": "2026-11-24T09:00:00Z"}, "life": "active",
        "severity": severity, "kind": "Recon:EC2/Portscan", "about": about,
    });
    serde_json::from_value(finding).unwrap()
}

/// A finding on an instance or on none, as it stands.
pub(crate) fn record(instance: Option<&str>, source: Source, id: &str, state: State) -> Record {
    let instance: Option<InstanceId> = instance.map(|instance| instance.parse().unwrap());
    let patience = SignedDuration::from_mins(15);
    let finding = finding(source, id);
    let subject = Subject {
        account: None,
        instance,
        region: finding.region.clone(),
    };
    let claim = Record::claim(None, &subject, &finding, now(), patience);
    let Claim::Answer(record) = claim else {
        panic!("{claim:?}");
    };
    Record { state, ..record }
}

/// Its row.
pub(crate) fn row_of(record: &Record) -> Row {
    Row::of_record(None, record, SignedDuration::from_hours(24 * 400)).unwrap()
}

/// A record that was written before there were records of other accounts.
#[test]
fn a_record_without_an_account_is_one_of_the_account_of_its_finding() {
    let record = record(Some(FIRST), Source::Macie, "64b917aa", State::Answered);
    let mut document = serde_json::to_value(&record).unwrap();
    assert_eq!(
        document.get("account"),
        None,
        "nothing is written that goes without saying"
    );
    document["ledTo"] = json!([{"instance": FIRST, "region": "eu-west-1"}]);
    let row = Row {
        document: document.to_string(),
        ..row_of(&record)
    };
    let read = row.record().unwrap();
    assert_eq!(read.home(), partition().account);
    let led_to = Subject {
        account: None,
        instance: Some(FIRST.parse().unwrap()),
        region: partition().region,
    };
    assert_eq!(read.led_to, [led_to]);
    // One that says to be of another account than it lies in is none that can be read.
    document["account"] = "444455556666".into();
    let row = Row {
        document: document.to_string(),
        ..row
    };
    assert!(row.record().is_err());
}
