//! Results that were kept as a JSON document are the results that it was written of.

use deepgrade::{
    evaluation::Fleet,
    example,
    report::{Format, Options, write},
    results::{Details, Results, grade, read},
};
use rules::Grader;

use super::fleet::{graders, output, small};

/// The results of the small fleet.
pub(crate) fn kept() -> Results {
    graded(&small(), &graders())
}

fn graded(fleet: &Fleet, graders: &[Grader]) -> Results {
    grade(fleet, graders, Details::of(fleet, graders, None)).unwrap()
}

/// Everything that results hold, a line each.
fn lines(results: &Results) -> Vec<String> {
    let rules = results.rules().map(|rule| format!("{rule:?}"));
    let rows = results.rows().map(|row| format!("{row:?}"));
    let rest = format!(
        "{} {:?} {:?} {:?}",
        results.as_of, results.inventories, results.web_edges, results.details
    );
    rules.chain(rows).chain([rest]).collect()
}

#[test]
fn what_is_read_is_what_was_graded() {
    let graders = graders();
    for fleet in [small(), example::fleet().unwrap()] {
        let details = Details::of(&fleet, &graders, None);
        let mut document = Vec::new();
        let options = Options::default();
        write(
            Format::Json,
            &fleet,
            &graders,
            &details,
            &options,
            &mut document,
        )
        .unwrap();
        let read = read(document.as_slice()).unwrap();
        assert!(!read.is_empty());
        assert!(read.details.computers.is_some());
        assert_eq!(lines(&read), lines(&graded(&fleet, &graders)));
    }
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    let text = output(Format::Json, &small(), &Options::default()).0;
    let mut later: serde_json::Value = serde_json::from_str(&text).unwrap();
    later["later"] = serde_json::json!({"deep": [1, {"er": null}]});
    later["details"]["later"] = true.into();
    later["inventories"][0]["later"] = "x".into();
    for row in later["verdicts"].as_array_mut().unwrap() {
        row["later"] = serde_json::json!([{}]);
    }
    let read = read(later.to_string().as_bytes()).unwrap();
    assert_eq!(lines(&read), lines(&kept()));
}

#[test]
fn a_damaged_document_is_refused_in_one_line() {
    let text = output(Format::Json, &small(), &Options::default()).0;
    let refused = |document: &[u8]| {
        let complaint = read(document).expect_err("it is damaged");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        for name in ["struct", "Error", "usize", "u64", "Verdict ", "enum"] {
            assert!(!complaint.contains(name), "{complaint}");
        }
        complaint
    };
    let end = text.trim_end().len();
    for cut in (0..end).step_by(101) {
        refused(&text.as_bytes()[..cut]);
    }
    for (right, wrong, complaint) in [
        (
            "\"schemaVersion\": \"1\"",
            "\"schemaVersion\": \"2\\u001b\"",
            "is of schema version \"2\"",
        ),
        ("\"schemaVersion\": \"1\",", "", "it has no schemaVersion"),
        ("\"asOf\"", "\"asof\"", "missing field `asOf`"),
        ("\"verdicts\"", "\"rows\"", "missing field `verdicts`"),
        (
            "\"verdict\": \"COMPLIANT\"",
            "\"verdict\": \"PASS\"",
            "unknown word `PASS`",
        ),
        (
            "\"verdict\": \"COMPLIANT\"",
            "\"word\": \"COMPLIANT\"",
            "missing field `verdict`",
        ),
        (
            "\"rule\": \"instance-is-clear\",\n      \"severity\"",
            "\"severity\"",
            "without `instance` or `rule`",
        ),
        (
            "\"verdicts\": [",
            "\"verdicts\": [7, ",
            "expected a verdict",
        ),
        (
            "\"inventories\": [",
            "\"inventories\": [\"x\", ",
            "expected an object",
        ),
    ] {
        let damaged = text.replacen(right, wrong, 1);
        assert_ne!(damaged, text, "{right}");
        let said = refused(damaged.as_bytes());
        assert!(said.contains(complaint), "{said}");
    }
    refused(format!("{text}{{}}").as_bytes());
    refused(b"[]");
    refused(b"null");
    refused("[".repeat(10_000).as_bytes());
    refused(format!("{{\"later\": {}", "[".repeat(10_000)).as_bytes());
}

/// A document that somebody put together or cut by hand is no result of a run.
#[test]
fn a_document_that_contradicts_itself_is_refused() {
    let text = output(Format::Json, &small(), &Options::default()).0;
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut changed = document.clone();
        change(&mut changed);
        assert_ne!(changed, document);
        read(changed.to_string().as_bytes()).expect_err("it contradicts itself")
    };
    let first = &document["verdicts"][0];
    let (rule, instance) = (first["rule"].as_str().unwrap(), &first["instance"]);
    let instance = instance.as_str().unwrap();
    let of_rule = |row: &&serde_json::Value| row["rule"] == rule && row["verdict"] == "COMPLIANT";
    let rows = document["verdicts"].as_array().unwrap();
    let compliant = rows.iter().filter(of_rule).count();

    let said = refused(&|changed| {
        let rows = changed["verdicts"].as_array_mut().unwrap();
        rows.push(rows[0].clone());
    });
    assert_eq!(
        said,
        format!("there are two results of {rule} for {instance}")
    );
    let mut cut = document.clone();
    let rows = cut["verdicts"].as_array_mut().unwrap();
    let position = rows.iter().position(|row| of_rule(&row)).unwrap();
    rows.remove(position);
    let doubted = read(cut.to_string().as_bytes()).unwrap();
    assert_eq!(
        doubted.doubt.unwrap(),
        format!(
            "the summary counts {compliant} results of {rule} that are compliant, and there are {}: it was \
             changed, or is not whole",
            compliant - 1
        )
    );
    let said = refused(&|changed| {
        let rows = changed["verdicts"].as_array_mut().unwrap();
        let row = rows.iter_mut().find(|row| row["verdict"] == "COMPLIANT");
        row.unwrap()["exception"] = "one".into();
    });
    assert!(
        said.ends_with("is COMPLIANT, and cannot have an exception"),
        "{said}"
    );
}

/// Whoever wrote a document need not have been Deepgrade.
#[test]
fn no_text_of_a_document_is_taken_as_it_is() {
    let text = output(Format::Json, &small(), &Options::default()).0;
    let mut forged: serde_json::Value = serde_json::from_str(&text).unwrap();
    let hostile = "a\u{202e}b\u{1b}[31m\nc";
    forged["inventories"][0]["manager"] = hostile.into();
    forged["webEdges"][0]["account"] = hostile.into();
    forged["summary"]["rules"][0]["rule"] = hostile.into();
    forged["summary"]["rules"][0]["severity"] = hostile.into();
    let rule = forged["summary"]["rules"][0].as_object_mut().unwrap();
    rule.remove("counts");
    forged["details"]["computers"]["duplicates"]["first"][0]["counts"] = hostile.into();
    for member in [
        "name",
        "computer",
        "manager",
        "rule",
        "severity",
        "code",
        "reason",
        "exception",
    ] {
        forged["verdicts"][0][member] = hostile.into();
    }
    let read = read(forged.to_string().as_bytes()).unwrap();
    let held = lines(&read).join(" ");
    assert!(held.contains("ab[31m c"));
    for hostile in ["\u{202e}", "\\u{202e}", "\\u{1b}", "\\n"] {
        assert!(!held.contains(hostile), "{held}");
    }
}
