//! What rules say of documents.

use guard::{Path, Status};
use serde_json::json;

use super::{checked, document, evaluated, words};

#[test]
fn rules_hold_fail_or_do_not_apply() {
    let rules = r#"
let allowed = ["web", "database"]
let old = findings[ ageHours > 24 ]

rule managed { computer.managed == true }
rule named when instance exists { instance.name in %allowed <<another name>> }
rule no_old_finding { %old empty <<too old>> }
rule few { 
    let number = count(%old)
    %number < 5
}
rule all_on { computer.modules.* { state == 'on' <<a module is off>> } }
rule none_stopped when instance.state == 'stopped' { computer !exists }
rule both { 
    managed
    all_on <<see there>>
}
"#;
    assert_eq!(
        words(rules, &document()),
        "PASS PASS FAIL PASS FAIL SKIP FAIL"
    );
    let outcomes = evaluated(rules, &document());
    assert_eq!(outcomes[2].messages, ["too old"]);
    assert_eq!(outcomes[4].messages, ["a module is off"]);
    let both = &outcomes[6].messages;
    assert!(both.contains(&"see there".to_owned()), "{both:?}");
}

/// What `docs/guard.md` says of lists that are empty.
#[test]
fn an_empty_list_is_as_the_page_says() {
    let rules = "rule a { findings[*].ageHours < 5 }\n\
                 rule b { findings[ ageHours exists ].ageHours < 5 }\n\
                 rule c when findings !empty { findings[*].ageHours < 5 }\n\
                 rule d { findings[ ageHours > 5 ] empty }";
    assert_eq!(
        words(rules, &json!({"findings": []})),
        "FAIL SKIP SKIP PASS"
    );
    // What is not there is not empty: nothing is known to be in it either.
    assert_eq!(words(rules, &json!({})), "FAIL FAIL SKIP PASS");
}

/// The short form of the library is cut at 8 KiB, and is then no JSON.
#[test]
fn a_long_result_is_whole() {
    let mut rules = String::new();
    for number in 0..150 {
        let message = "m".repeat(300);
        rules +=
            &format!("rule r{number} {{ instance.name == 'other'\n <<{number} {message}>> }}\n");
    }
    let outcomes = evaluated(&rules, &document());
    assert_eq!(outcomes.len(), 150);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.status == Status::Fail)
    );
    assert!(outcomes[149].messages[0].starts_with("149 mmm"));
}

#[test]
fn characters_beyond_the_plane_and_words_like_yaml_survive() {
    let mut facts = document();
    facts["instance"]["name"] = json!("a \u{1f600}: no, 'y' # {x");
    let rules = "rule a { instance.name == /^a .*: no/ }\nrule b { instance.name != 'no' }";
    assert_eq!(words(rules, &facts), "PASS PASS");
}

#[test]
fn a_filter_behind_a_variable_chooses_among_what_it_stands_for() {
    let rules = r#"
let old = findings[ ageHours > 24 ]
let all = findings
rule a { %old[ severity == 'low' ] empty }
rule b { %old[ severity == 'high' ] empty }
rule c { %old[ severity == 'high' ].kind == 'CVE' }
rule d { %all[ severity == 'low' ].ageHours == 3 }
"#;
    assert_eq!(words(rules, &document()), "PASS FAIL PASS PASS");
    let policy = checked(rules).unwrap();
    let place: Path = "findings[*].severity".parse().unwrap();
    assert!(policy.rules().all(|rule| policy.looks_at(rule, &place)));
}

#[test]
fn a_document_of_another_shape_is_refused() {
    let policy =
        checked("rule a { findings[0][ this exists ] !empty or computer.managed == true }");
    // A filter behind an index would end the process where the document has an object.
    assert!(policy.is_err(), "{policy:?}");
    let policy = checked("rule a { findings[*].ageHours < 5 }").unwrap();
    for (facts, said) in [
        (json!({"findings": {"a": 1}}), "findings is not a list"),
        (
            json!({"finding": []}),
            "there is no fact `finding`; did you mean `findings`?",
        ),
        (
            json!({"findings": [{"ageHours": 18_446_744_073_709_551_615_u64}]}),
            "at most 63 bits",
        ),
        (
            json!({"findings": [{"ageHours": 1.5}]}),
            "findings[*].ageHours is not a whole number",
        ),
        (
            json!({"instance": {"state": "Running"}}),
            "is never `Running`; did you mean `running`?",
        ),
        (json!([]), "the document is not an object"),
        (
            json!({"instance": {"name": "x".repeat(300 << 10)}}),
            "more than 256 KiB",
        ),
        (
            json!({"findings": vec![json!({}); 501]}),
            "findings has more than 500 elements",
        ),
    ] {
        let error = policy.evaluate(&facts).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

/// A fact that is not known matters to every rule that looks at it, in whatever way.
#[test]
fn what_a_rule_looks_at_is_known() {
    let policy = checked(
        r#"
let risky = findings[ severity == 'high' ]
rule a when computer exists { computer.modules.firewall.state == 'on' }
rule b { %risky empty }
rule c { computer.modules.* { state == 'on' } }
rule d {
 b
}
rule e { computer.modules !empty }
rule f { instance.id exists }
rule g { some findings[*].cves[*] == 'CVE-2021-44228' }
rule h { instance.name in findings[*].kind }
"#,
    )
    .unwrap();
    let looking = |place: &str| -> String {
        let place: Path = place.parse().unwrap();
        let rules = policy.rules().filter(|rule| policy.looks_at(rule, &place));
        rules.collect()
    };
    assert_eq!(looking("computer"), "ace");
    assert_eq!(looking("computer.modules.firewall"), "ace");
    assert_eq!(looking("computer.modules.firewall.state"), "ace");
    assert_eq!(looking("computer.modules.firewall.rules"), "e");
    assert_eq!(looking("computer.modules.antiMalware.state"), "ce");
    assert_eq!(looking("findings"), "bdgh");
    assert_eq!(looking("findings[*].severity"), "bd");
    assert_eq!(looking("findings[*].cves"), "g");
    assert_eq!(looking("findings[*].ageHours"), "");
    assert_eq!(looking("instance.id"), "f");
    assert!(policy.looks_into(&"findings".parse().unwrap()));
}
