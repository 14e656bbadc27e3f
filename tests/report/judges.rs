//! What readers of other makes say of results: the AWS SDK for Python of batches of findings, and a
//! common reader of JUnit's XML.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use deepgrade::{
    report::{Row, Word, asff, junit, results_csv},
    results::{Builder, Details, Results},
};
use serde_json::Value;

use super::kept::kept;

/// Runs one of the programs in `python/` on a text, with what it requires.
fn judge(program: &str, requirements: &str, text: &[u8]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = testbed::python::environment(parent, &[&root.join(requirements)]).unwrap();
    let mut child = Command::new(python)
        .arg(root.join("tests/report/python").join(program))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every word, on more instances than a batch holds and in two Regions, with names that attack the
/// reader; and one instance of which nobody knows where it is.
fn hostile() -> Results {
    let mut builder = Builder::default();
    let name = "=cmd|'\u{fffe}</failure>]]>&amp;\"\u{1f600}".repeat(40);
    let ids: Vec<String> = (0..150).map(|number| format!("i-{number:08x}")).collect();
    for (position, id) in ids.iter().enumerate() {
        for (verdict, exception) in [
            (Word::NonCompliant, None),
            (Word::NonCompliant, Some("web & <co>")),
            (Word::Undetermined, None),
            (Word::NotApplicable, None),
            (Word::Compliant, None),
        ] {
            let rule = match exception {
                Some(_) => "excepted",
                None => verdict.word(),
            };
            let row = Row {
                instance: id,
                account: (position > 0).then_some("111122223333"),
                region: Some(if position % 2 == 0 {
                    "cn-north-1"
                } else {
                    "eu-west-1"
                }),
                name: Some(&name),
                computer: None,
                computer_id: None,
                manager: None,
                rule,
                severity: "critical",
                verdict,
                code: "DS-POL-001",
                reason: &name,
                retryable: None,
                exception,
            };
            builder.add(&row).unwrap();
        }
    }
    let as_of = "2026-11-24T12:00:00.25Z".parse().unwrap();
    builder.build(as_of, Vec::new(), Vec::new(), Details::default())
}

#[test]
fn the_sdk_takes_every_batch_of_findings() {
    let boto3 = "testbed/tests/python/boto3.txt";
    let mut out = Vec::new();
    assert_eq!(asff(&hostile(), &mut out).unwrap(), 5, "of no account");
    let findings = judge("asff.py", boto3, &out);
    let findings = findings.as_array().unwrap();
    assert_eq!(findings.len(), 149 * 5);
    // What somebody answers for is told apart by its severity, and comes back with that of its rule.
    for finding in findings {
        let rule = finding["GeneratorId"].as_str().unwrap();
        let wanted = match rule {
            "deepgrade/ds-NON_COMPLIANT" | "deepgrade/ds-UNDETERMINED" => "CRITICAL",
            _ => "INFORMATIONAL",
        };
        let severity = &finding["FindingProviderFields"]["Severity"];
        assert_eq!(severity["Label"], wanted, "{rule}");
        assert_eq!(severity["Original"], "critical");
    }
    let mut ids: Vec<&str> = findings
        .iter()
        .map(|each| each["Id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), findings.len());

    let mut out = Vec::new();
    let results = kept();
    let known = results
        .rows()
        .filter(|row| row.account.is_some() && row.region.is_some());
    let expected = known.count();
    assert_eq!(asff(&results, &mut out).unwrap(), results.len() - expected);
    let findings = judge("asff.py", boto3, &out);
    let of = |word: &str| {
        let found = findings.as_array().unwrap().iter();
        let found = found.filter(|each| each["ProductFields"]["deepgrade/Verdict"] == word);
        let mut status: Vec<_> = found
            .map(|each| {
                (
                    &each["Compliance"]["Status"],
                    each.get("Remediation").is_some(),
                )
            })
            .collect();
        status.dedup();
        format!("{status:?}")
    };
    assert_eq!(of("NON_COMPLIANT"), r#"[(String("FAILED"), true)]"#);
    assert_eq!(of("UNDETERMINED"), r#"[(String("WARNING"), true)]"#);
    assert_eq!(
        of("NOT_APPLICABLE"),
        r#"[(String("NOT_AVAILABLE"), false)]"#
    );
    assert_eq!(of("COMPLIANT"), r#"[(String("PASSED"), false)]"#);
}

#[test]
fn a_reader_of_junit_sees_every_result_and_no_name_breaks_it() {
    let results = hostile();
    let mut out = Vec::new();
    junit(&results, &mut out).unwrap();
    let suites = judge("junit.py", "tests/report/python/junit.txt", &out);
    let suites = suites.as_array().unwrap();
    for (suite, (name, outcome, counts)) in suites.iter().zip([
        ("NON_COMPLIANT", "failure", [150, 150, 0, 0]),
        ("excepted", "skipped", [150, 0, 0, 150]),
        ("UNDETERMINED", "error", [150, 0, 150, 0]),
        ("NOT_APPLICABLE", "skipped", [150, 0, 0, 150]),
        ("COMPLIANT", "", [150, 0, 0, 0]),
    ]) {
        assert_eq!(suite["name"], name);
        assert_eq!(suite["at"], "2026-11-24T12:00:00");
        assert_eq!(suite["counts"], serde_json::json!(counts));
        let excepted = match name {
            "excepted" => serde_json::json!({"excepted": "150"}),
            _ => serde_json::json!({}),
        };
        assert_eq!(suite["properties"], excepted);
        let case = &suite["cases"][1];
        assert_eq!(
            case["class"],
            format!("deepgrade.111122223333.eu-west-1.{name}")
        );
        let said = case["name"].as_str().unwrap();
        assert!(
            said.starts_with("i-00000001 (=cmd|'</failure>]]>&amp;\""),
            "{said}"
        );
        if outcome.is_empty() {
            assert_eq!(case["outcome"], serde_json::json!([]));
            continue;
        }
        assert_eq!(case["outcome"][0][0], outcome);
        let message = case["outcome"][0][1].as_str().unwrap();
        let begin = match name {
            "excepted" => "excepted by web & <co>: DS-POL-001 =cmd",
            _ => "DS-POL-001 =cmd",
        };
        assert!(message.starts_with(begin), "{message}");
    }
}

#[test]
fn results_are_the_same_rows_in_a_spreadsheet() {
    let results = hostile();
    let mut out = Vec::new();
    results_csv(&results, &mut out).unwrap();
    let mut table = csv::Reader::from_reader(out.as_slice());
    let mut records = table.records().map(Result::unwrap);
    for row in results.rows() {
        let record = records.next().unwrap();
        assert_eq!(&record[0], row.instance);
        assert_eq!(&record[9], row.verdict.word());
        assert_eq!(&record[13], row.exception.unwrap_or_default());
        assert!(record[3].starts_with("'=cmd"), "{}", &record[3]);
    }
    assert!(records.next().is_none());
}
