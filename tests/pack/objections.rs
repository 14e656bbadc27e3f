//! Every objection, by a pack that is good but for one thing.

use deepgrade::pack::{Handover, lint};

use crate::faults::CASES;

/// A pack with nothing to object to: rules of Deepgrade, rules of others, and a remediation.
pub(crate) const GOOD: &str = include_str!("good.yaml");

/// What is objected to.
pub(crate) fn objections(pack: &str) -> Vec<String> {
    let objections = lint(pack, Handover::Inline).unwrap();
    objections.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_objected_to_in_a_good_pack() {
    assert_eq!(objections(GOOD), [""; 0]);
}

#[test]
fn every_fault_is_named_and_nothing_else() {
    let mut wrong = Vec::new();
    for (from, to, wanted) in CASES {
        assert!(GOOD.contains(from), "{from}");
        let found = objections(&GOOD.replacen(from, to, 1));
        let named = wanted
            .iter()
            .all(|wanted| found.iter().any(|line| line.contains(wanted)));
        if !named || found.len() != wanted.len() {
            wrong.push(format!("{to}\n  wanted {wanted:#?}\n  found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_objection_says_where() {
    let pack = GOOD.replace("EC2_VOLUME_INUSE_CHECK}", "X, SourceDetails: []}");
    let line = pack
        .lines()
        .position(|line| line.contains("SourceDetails: []"));
    let wanted = format!(
        "{}: Resources.Volumes.Properties.Source.SourceDetails: a rule of AWS knows itself what \
         starts it: leave it out",
        line.unwrap() + 1
    );
    assert_eq!(objections(&pack), [wanted]);
}

#[test]
fn a_pack_in_json_is_looked_through_as_well() {
    let pack = r#"{"Resources": {"Rule": {"Type": "AWS::Config::ConfigRule", "Properties": {
        "ConfigRuleName": "a", "ConfigRuleName": "b",
        "Source": {"Owner": "AWS", "SourceIdentifier": "X"}}}}}"#;
    let found = objections(pack);
    assert_eq!(
        found,
        [
            "2: Resources.Rule.Properties.ConfigRuleName: is written twice, and only the last one \
          counts: leave one out"
        ]
    );
}

#[test]
fn what_is_no_document_is_unreadable() {
    for (text, line) in [
        ("", 1),
        ("a: [b", 1),
        ("a: b\nc: d: e\n", 2),
        ("a: b\n---\nc: d\n", 2),
        ("? [a]\n: b\n", 1),
        ("a: *nobody\n", 1),
    ] {
        let unreadable = lint(text, Handover::Inline).unwrap_err();
        assert_eq!(unreadable.line, line, "{text:?}: {unreadable:?}");
        assert!(!unreadable.complaint.contains('\n'), "{unreadable:?}");
    }
    let deep = "[".repeat(100_000);
    assert!(lint(&deep, Handover::Inline).is_err());
}
