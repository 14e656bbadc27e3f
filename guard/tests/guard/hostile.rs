//! Texts that end the process, hang or panic in the library, and random ones.

use std::time::{Duration, Instant};

use proptest::{prelude::*, sample::select};
use serde_json::json;

use super::{checked, document};

/// Each of these ends the process by a stack overflow, or takes more than 20 seconds, when the
/// library is given it.
#[test]
fn what_the_library_does_not_survive_is_refused() {
    let nested = |open: &str, close: &str, times: usize| {
        format!(
            "rule a {{ {} instance.id exists {} }}",
            open.repeat(times),
            close.repeat(times)
        )
    };
    let texts = [
        "rule a {\n a\n}".to_owned(),
        "rule a {\n b\n}\nrule b {\n a\n}".to_owned(),
        "rule a when b { instance.id exists }\nrule b when a { instance.id exists }".to_owned(),
        "let a = %a\nrule x { %a exists }".to_owned(),
        "let a = %b\nlet b = %a\nrule x { %a exists }".to_owned(),
        "rule x { let a = %a\n %a exists }".to_owned(),
        "let a = findings[ kind in %a ]\nrule x { %a exists }".to_owned(),
        "let a = count(%a)\nrule x { %a == 1 }".to_owned(),
        "rule a(x) { a(%x) }\nrule b { a(instance.id) }".to_owned(),
        nested("when instance.id exists {\n", "}", 5_000),
        nested("instance {\n", "}", 5_000),
        format!(
            "rule a {{ instance.id in {}{} }}",
            "[".repeat(3_000),
            "]".repeat(3_000)
        ),
        format!(
            "rule a {{ {} exists {} }}",
            "findings[ ".repeat(40),
            "] empty".repeat(40)
        ),
        format!(
            "rule a {{ instance.id == /{}/ }}",
            "(a+)+".repeat(20) + "\\1"
        ),
        format!("let a = instance.id\n{}rule x {{ %v99 exists }}", chain()),
        rules_in_a_row(),
    ];
    for text in texts {
        let began = Instant::now();
        let refused = checked(&text).unwrap_err().to_string();
        assert!(began.elapsed() < Duration::from_secs(5), "{refused}");
        assert!(!refused.contains('\n') && refused.len() < 400, "{refused}");
    }
}

/// A hundred rules that each lead to the one before, which is known by then.
fn rules_in_a_row() -> String {
    let rules = (1..100).map(|number| format!("rule r{number} {{\n r{}\n}}\n", number - 1));
    let first = "rule r0 { instance.id exists }\n".to_owned();
    let last = "rule last when r99 { instance.id exists }\n".to_owned();
    [first].into_iter().chain(rules).chain([last]).collect()
}

/// A hundred variables that each stand for the one before.
fn chain() -> String {
    let links = (0..100).map(|number| match number {
        0 => "let v0 = %a\n".to_owned(),
        _ => format!("let v{number} = %v{}\n", number - 1),
    });
    links.collect()
}

/// The worst that is let through, on the largest document: the bound on the time.
#[test]
fn what_is_let_through_comes_to_an_end() {
    let mut facts = document();
    let finding = json!({
        "kind": "k".repeat(60), "severity": "low", "ageHours": 1, "cves": vec!["CVE-2021-44228"; 12],
    });
    facts["findings"] = json!(vec![finding; 500]);
    for (text, is_refused) in [
        (
            "let all = findings[*].kind\nrule a { findings[ kind in %all ] empty }".to_owned(),
            true,
        ),
        (
            "rule a { findings[*] { cves[*] == /^CVE-[0-9]{4}/ } }".to_owned(),
            true,
        ),
        (
            "rule a { findings[*] { cves[*] != 'x' } }".to_owned(),
            false,
        ),
        (
            format!(
                "rule a {{ {} }}",
                "findings[*].kind == 'other' <<no>>\n".repeat(20)
            ),
            false,
        ),
        (
            format!(
                "rule a {{ {} }}",
                "some findings[*].kind == /x{50}y/\n".repeat(5)
            ),
            false,
        ),
        (
            format!(
                "rule a {{ {} }}",
                "some findings[*].kind == /x{50}y/\n".repeat(30)
            ),
            true,
        ),
        (deepest(), false),
    ] {
        let began = Instant::now();
        let policy = checked(&text);
        let shown: String = text.chars().take(60).collect();
        assert_eq!(policy.is_err(), is_refused, "{shown}");
        let graded = policy.map(|policy| policy.evaluate(&facts).unwrap().len());
        let took = began.elapsed();
        println!("{took:?} {shown:?} {:?}", graded.err());
        assert!(took < Duration::from_secs(60), "{shown}: {took:?}");
    }
}

/// The deepest text that is let through.
fn deepest() -> String {
    let mut text = "let v0 = findings[ kind exists ]\n".to_owned();
    for number in 1..8 {
        text += &format!("let v{number} = %v{}[ kind exists ]\n", number - 1);
    }
    for number in 0..8 {
        let next = if number == 7 {
            String::new()
        } else {
            format!("\n r{}\n", number + 1)
        };
        text += &format!(
            "rule r{number} {{ when computer exists {{ when computer exists {{ when computer exists {{ computer {{ modules.* {{ state exists }} }} }} }} }}\n %v7 !empty\n {next} }}\n"
        );
    }
    text
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "rule ",
            "a",
            "b ",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "let ",
            "x",
            " = ",
            "%x",
            "%a",
            "when ",
            " or ",
            "\n",
            "\n",
            " == ",
            " != ",
            " in ",
            "not ",
            "!",
            " exists",
            " empty",
            "some ",
            "this",
            "keys ",
            "*",
            ".",
            ",",
            "|",
            "instance",
            ".id",
            ".name",
            "computer",
            ".managed",
            ".modules",
            "findings",
            "[*]",
            ".cves",
            "count(",
            "r[1,5]",
            "r(",
            "'web'",
            "\"x\"",
            "5",
            "-1.5",
            "1e999",
            "true",
            "null",
            "/a+/",
            "/",
            "<<m>>",
            "<<",
            ">>",
            "#",
            "::",
            "AWS::EC2::Instance",
            "'",
            "\"",
            "\\",
            "now()",
            "default",
            "_",
            "99999999999999999999",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,4}",
        any::<String>(),
    ]
}

fn clause() -> impl Strategy<Value = String> {
    let left = select(vec![
        "instance.id",
        "instance.name",
        "computer.managed",
        "computer.modules.*.state",
        "computer.modules[ keys == /anti/ ].rules",
        "findings",
        "findings[*].kind",
        "some findings[*].ageHours",
        "findings[0].cves[*]",
        "%v",
        "%n",
        "this",
        "findings[ ageHours > 5 ]",
        "findings[ cves[*] == /x/ ].kind",
        "computer",
        "instance.state",
        "findings[-1].kind",
        "findings[ kind in findings[*].severity ].cves",
    ]);
    let right = select(vec![
        " exists",
        " !exists",
        " empty",
        " not empty",
        " == 'web'",
        " != /w.b/",
        " in ['web', 'x']",
        " > 5",
        " in r(1,5]",
        " == true",
        " == instance.name",
        " in findings[*].kind",
        " == %v",
        " { kind exists }",
        " == 'running'",
        " <= 400 <<old>>",
        " not in ['on']",
        " == to_lower(instance.name)",
        " >= -9223372036854775807",
    ]);
    (left, right).prop_map(|(left, right)| format!("{left}{right}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the text, it is refused or evaluated.
    #[test]
    fn no_text_ends_the_process(pieces in proptest::collection::vec(piece(), 0..40)) {
        if let Ok(policy) = checked(&pieces.concat()) {
            let _ = policy.evaluate(&document());
        }
    }

    /// Whatever rules are let through, the library says something of each, whatever is absent.
    #[test]
    fn what_is_let_through_is_evaluated(
        clauses in proptest::collection::vec(proptest::collection::vec(clause(), 1..3), 1..4),
        condition in proptest::option::of(clause()),
        absent in proptest::collection::vec(select(vec!["instance", "computer", "findings"]), 0..2),
    ) {
        let lines: Vec<_> = clauses.iter().map(|any| any.join(" or ")).collect();
        let when = condition.map(|condition| format!("when {condition} ")).unwrap_or_default();
        let text = format!(
            "let v = findings[*].kind\nlet n = count(findings[ ageHours > 1 ])\nrule a {when}{{\n{}\n}}",
            lines.join("\n")
        );
        let mut facts = document();
        for name in absent {
            facts.as_object_mut().unwrap().remove(name);
        }
        if let Ok(policy) = checked(&text) {
            let outcomes = policy.evaluate(&facts);
            prop_assert!(outcomes.is_ok(), "{text}: {outcomes:?}");
        }
    }

    /// A document of another shape is refused or evaluated.
    #[test]
    fn no_document_ends_the_process(name in any::<String>(), kind in any::<String>(), age in any::<i64>(), flag in any::<bool>()) {
        let policy = checked(
            "rule a { instance.name == /^[a-z]+$/ or computer.managed == true }\nrule b { findings[ ageHours > 5 ].kind == 'x' <<m>> }",
        ).unwrap();
        for facts in [
            json!({"instance": {"name": name}, "computer": {"managed": flag}, "findings": [{"kind": kind, "ageHours": age}]}),
            json!({name.clone(): {kind.clone(): age}}),
            json!({"findings": [[], name, flag]}),
        ] {
            if let Ok(outcomes) = policy.evaluate(&facts) {
                prop_assert_eq!(outcomes.len(), 2);
            }
        }
    }
}
