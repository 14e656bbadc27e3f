//! Events that nobody should obey: each is refused in one line that says what is wrong.

use deepgrade::event::finding::{self, Reading};
use remediations::finding::Finding;
use serde_json::{Value, json};

use crate::events::event;

fn refusal(text: &[u8]) -> String {
    let line = finding::read(text).unwrap_err().to_string();
    assert!(!line.contains(['\n', '\r', '\u{1b}', '\u{202e}']), "{line}");
    assert!(line.len() < 400, "{line}");
    line
}

fn finding(event: &Value) -> Box<Finding> {
    match finding::read(event.to_string().as_bytes()).unwrap() {
        Reading::Finding(finding) => finding,
        other => panic!("{other:?}"),
    }
}

/// What is said of an event that is good but for one member.
fn refused(name: &str, member: &str, value: impl Into<Value>) -> String {
    let mut event = event(name);
    let place = event.pointer_mut(member);
    *place.unwrap_or_else(|| panic!("{name} has no {member}")) = value.into();
    refusal(event.to_string().as_bytes())
}

const DNS: &str = "guardduty/dns-query";
const DATA: &str = "macie/classification";
const CVE: &str = "inspector/times-of-2024";
const INSTANCE: &str = "/detail/resource/instanceDetails/instanceId";

#[test]
fn what_is_no_event_is_refused_in_one_line() {
    for (text, said) in [
        ("", "the event is not valid JSON (line 1, column 0)"),
        ("no\njson", "the event is not valid JSON (line 1, column 2)"),
        ("\u{0}\u{1b}[31m", "the event is not valid JSON"),
        ("null", "it is not an object"),
        ("[]", "it is not an object"),
        ("{}", "missing source"),
        (r#"{"source": "aws.guardduty"}"#, "missing detail-type"),
        (
            r#"{"source": 7, "detail-type": "GuardDuty Finding"}"#,
            "source is not a string",
        ),
        (
            r#"{"source": "aws.guardduty", "detail-type": "GuardDuty Finding"}"#,
            "missing detail",
        ),
        (
            r#"{"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": "x"}"#,
            "detail is not an object",
        ),
        (
            r#"{"Message": "Test", "Type": "Notification"}"#,
            "Message is not valid JSON",
        ),
        (
            r#"{"Message": "{}", "Type": "Novelty"}"#,
            "Type \"Novelty\" is not known",
        ),
        (r#"{"Message": {"a": 1}}"#, "Message is not a string"),
        (r#"{"Records": []}"#, "missing source"),
    ] {
        let line = refusal(text.as_bytes());
        assert!(line.contains(said), "{text}: {line}");
    }
    assert!(refusal(&[0xff, 0xfe]).contains("not valid JSON"));
}

#[test]
fn bad_input_3_an_event_of_10_mb_is_refused_by_its_size() {
    let mut event = event(DNS);
    event["detail"]["description"] = "x".repeat(10 << 20).into();
    assert!(refusal(event.to_string().as_bytes()).contains("is larger than 1 MiB"));
}

#[test]
fn bad_input_4_nesting_100_000_deep_is_refused() {
    let deep = "[".repeat(100_000);
    assert!(refusal(deep.as_bytes()).contains("nesting too deep"));
    let inside = json!({"Type": "Notification", "Message": deep});
    assert!(refusal(inside.to_string().as_bytes()).contains("Message: nesting too deep"));
    let mut sample = event(DNS);
    sample["detail"]["service"]["additionalInfo"]["value"] = deep.into();
    assert!(!finding(&sample).sample);
}

#[test]
fn bad_input_27_a_finding_with_500_cves_keeps_each_once() {
    let mut event = event(CVE);
    let cves: Vec<String> = (0..500)
        .map(|number| format!("CVE-2024-{:05}", 10_000 + number))
        .collect();
    let twice: Vec<&String> = cves.iter().chain(&cves).collect();
    event["detail"]["packageVulnerabilityDetails"]["relatedVulnerabilities"] = json!(twice);
    let read: Vec<String> = finding(&event)
        .cves()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(read[0], "CVE-2024-29069");
    assert_eq!(read[1..], cves);
}

#[test]
fn bad_input_28_an_instance_id_that_is_none_is_refused() {
    for id in [
        ".",
        "i-xyz",
        "i-0ABC1234",
        "i-0abc' OR '1'='1",
        "i-0abc1234\u{202e}\n",
        "../i-0abc1234",
    ] {
        for line in [
            refused(DNS, INSTANCE, id),
            refused(
                CVE,
                "/detail/resources/0/id",
                format!("arn:aws:ec2:::instance:{id}"),
            ),
        ] {
            assert!(line.contains("is not an EC2 instance id"), "{line}");
        }
    }
    for value in [
        json!(["i-0abc1234"]),
        json!({"id": "i-0abc1234"}),
        json!(7),
        json!(true),
    ] {
        let line = refused(DNS, INSTANCE, value.clone());
        assert!(
            line.ends_with("detail.resource.instanceDetails.instanceId is not a string"),
            "{line}"
        );
        let line = refused(CVE, "/detail/resources/0/id", value);
        assert!(
            line.ends_with("detail.resources[0].id is not a string"),
            "{line}"
        );
    }
    let line = refused(
        DNS,
        "/detail/resource/instanceDetails",
        json!(["i-0abc1234"]),
    );
    assert!(line.contains("instanceDetails is not an object"), "{line}");
    let line = refused(
        "guardduty/attack-sequence-of-instances",
        "/detail/service/detection/sequence/resources/0/uid",
        "arn:aws:ec2:us-east-1:111122223333:instance/.",
    );
    assert!(line.contains("is not an EC2 instance id"), "{line}");
}

#[test]
fn bad_input_28_ids_with_characters_that_nobody_sees_are_refused() {
    for id in ["a\nb", "a b", "\u{7f}", "a\u{0}"] {
        assert!(refused(DNS, "/detail/id", id).contains("is not the id of a finding"));
        assert!(refused(DATA, "/detail/id", id).contains("is not the id of a finding"));
        assert!(refused(CVE, "/detail/findingArn", id).contains("is not the id of a finding"));
        let bucket = "/detail/resourcesAffected/s3Bucket/name";
        assert!(refused(DATA, bucket, id).contains("is not the name of a bucket"));
    }
    assert!(refused(DNS, "/detail/id", "x".repeat(1025)).contains("is not the id of a finding"));
    let key = "/detail/resourcesAffected/s3Object/key";
    assert!(refused(DATA, key, "x".repeat(1025)).contains("is not the key of an object"));
}

#[test]
fn bad_input_29_a_severity_that_is_none_is_refused() {
    for severity in [
        json!(-1),
        json!(0),
        json!(0.04),
        json!(1e308),
        json!(10.1),
        json!("NaN"),
        json!("inf"),
    ] {
        let line = refused(DNS, "/detail/severity", severity);
        assert!(line.contains("is not a number from 1 to 10"), "{line}");
    }
    for severity in [json!([8]), json!("HIGH"), json!({})] {
        let line = refused(DNS, "/detail/severity", severity);
        assert!(line.ends_with("detail.severity is not a number"), "{line}");
    }
    assert!(refused(DNS, "/detail/severity", Value::Null).contains("missing severity"));
    let text = event(DNS).to_string();
    for number in ["NaN", "1e999", "-Infinity"] {
        let text = text.replace("\"severity\":8", &format!("\"severity\":{number}"));
        assert!(refusal(text.as_bytes()).contains("not valid JSON"));
    }
    let line = refused(DATA, "/detail/severity/description", "Enormous");
    assert!(
        line.contains("severity \"Enormous\" is not known"),
        "{line}"
    );
    let line = refused(CVE, "/detail/severity", "high");
    assert!(line.contains("severity \"high\" is not known"), "{line}");
}

#[test]
fn what_is_missing_is_named() {
    for (name, member, said) in [
        (DNS, "/detail/id", "missing id"),
        (DNS, "/detail/accountId", "missing accountId"),
        (DNS, "/detail/type", "missing type"),
        (DATA, "/detail/id", "missing id"),
        (DATA, "/detail/accountId", "missing accountId"),
        (DATA, "/detail/severity", "missing severity.description"),
        (
            DATA,
            "/detail/resourcesAffected",
            "missing resourcesAffected.s3Bucket.name",
        ),
        (CVE, "/detail/findingArn", "missing findingArn"),
        (CVE, "/detail/awsAccountId", "missing awsAccountId"),
        (CVE, "/detail/status", "missing status"),
        (CVE, "/detail/severity", "missing severity"),
        (CVE, "/detail/resources", "missing resources"),
    ] {
        let line = refused(name, member, Value::Null);
        assert!(line.contains(said), "{name} {member}: {line}");
    }
    let line = refused(CVE, "/detail/status", "OPEN");
    assert!(line.contains("status \"OPEN\" is not known"), "{line}");
    let line = refused(DNS, "/detail/accountId", "1111");
    assert!(
        line.contains("accountId: \"1111\" is not an AWS account id"),
        "{line}"
    );
}

#[test]
fn a_time_that_nobody_can_read_is_replaced_by_that_of_sending() {
    for updated_at in [
        json!(null),
        json!("soon"),
        json!(7),
        json!("9999-12-31T00:00:00Z"),
    ] {
        let mut event = event(DNS);
        event["detail"]["updatedAt"] = updated_at;
        let version = finding(&event).version;
        assert_eq!(version.updated_at.to_string(), "2026-11-20T10:00:05Z");
        event["time"] = "soon".into();
        let line = refusal(event.to_string().as_bytes());
        assert!(line.contains("updatedAt"), "{line}");
    }
}

#[test]
fn bad_input_30_a_sample_is_marked_wherever_it_says_so() {
    assert!(!finding(&event(DNS)).sample);
    for information in [
        json!({"sample": true}),
        json!({"sample": "true"}),
        json!({"value": "{\"sample\":true}", "type": "default"}),
        json!({"value": {"sample": true}}),
        json!("{\"sample\": true}"),
    ] {
        let mut event = event(DNS);
        event["detail"]["service"]["additionalInfo"] = information.clone();
        assert!(finding(&event).sample, "{information}");
    }
    for information in [
        json!({"value": "a sample"}),
        json!({"value": "{\"sample\":false}"}),
        json!([]),
    ] {
        let mut event = event(DNS);
        event["detail"]["service"]["additionalInfo"] = information.clone();
        assert!(!finding(&event).sample, "{information}");
    }
}

#[test]
fn bad_input_37_an_envelope_of_another_version_is_refused_with_its_version() {
    let line = refused(DNS, "/version", "7");
    assert!(
        line.contains("version \"7\" is not known, and only 0 is"),
        "{line}"
    );
}

#[test]
fn foreign_text_is_cleaned_and_cut() {
    let mut event = event(DNS);
    event["detail"]["title"] = format!("a\u{202e}b\r\nc \u{1f600}{}", " word".repeat(9999)).into();
    event["detail"]["type"] = "Recon:EC2/\u{0}Portscan".into();
    let finding = finding(&event);
    assert!(finding.title.starts_with("ab c \u{1f600} word"));
    assert!(finding.title.chars().count() <= 256);
    assert_eq!(&*finding.kind, "Recon:EC2/Portscan");
}

#[test]
fn a_refusal_says_which_finding_it_is_about() {
    let line = refused(DNS, INSTANCE, ".");
    assert_eq!(
        line,
        "finding \"01afba5c5c43e07c9e3e5e2e544e95df\" of GuardDuty: \
         instanceId: \".\" is not an EC2 instance id"
    );
}
